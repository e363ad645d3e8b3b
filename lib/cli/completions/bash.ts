// Pure: no I/O.
import type { CompletedOption } from "./completions.ts";
import {
  joinedOptionPattern,
  optionsWithValue,
  spellings,
} from "./option_words.ts";

/**
 * Formats the script for bash 3.2 and later. The script never passes names to
 * `compgen -W`, because `compgen -W` would run a `$(...)` in a name, and the names come
 * from files that another user may have written.
 */
export function bashScript(options: readonly CompletedOption[]): string {
  const values = options.flatMap((option) => {
    const offer = formatOffer(option);
    return offer === undefined
      ? []
      : [`    ${spellings(option).join("|")}) ${offer} ;;\n`];
  });
  return String.raw`# bash completion for assume-role; in ~/.bashrc:
#   eval "$(assume-role --completions bash)"

# Offers the lines of stdin that begin with the value $1, with $2 before each line
# and without the leading $3.
_assume_role_offer() {
  local value=$1 before=$2 lead=$3 name
  while IFS= read -r name; do
    [[ -n $name && $name == "$value"* ]] || continue
    name=$before$(printf %q "$name")
    COMPREPLY+=("${'${name#"$lead"}'}")
  done
}

_assume_role_files() {
  local name
  while IFS= read -r name; do
    [[ -n $name ]] && COMPREPLY+=("$name")
  done <<<"$(compgen -f -- "$1")"
  type compopt &>/dev/null && compopt -o filenames
}

_assume_role_command() {
  if declare -F _comp_command_offset >/dev/null; then
    _comp_command_offset "$1"
  elif declare -F _command_offset >/dev/null; then
    _command_offset "$1"
  elif (($1 == COMP_CWORD)); then
    local name
    while IFS= read -r name; do
      [[ -n $name ]] && COMPREPLY+=("$name")
    done <<<"$(compgen -c -- "$2" | sort -u)"
  else
    _assume_role_files "$2"
  fi
}

_assume_role() {
  local program=${"${1/#\\~\\//$HOME/}"} rest=${"${COMP_LINE:0:COMP_POINT}"}
  local words=() at=() trimmed word n=-1 i
  COMPREPLY=()
  # Bash also splits words at ':' and '=': join parts that no space separates.
  for ((i = 0; i <= COMP_CWORD; i++)); do
    trimmed=${'${rest#"${rest%%[![:space:]]*}"}'}
    word=${"${COMP_WORDS[i]}"}
    ((i == COMP_CWORD)) && word=$trimmed
    if ((n < 0)) || [[ $trimmed != "$rest" ]]; then
      n=$((n + 1)) words[n]=$word at[n]=$i
    else
      words[n]+=$word
    fi
    rest=${'${trimmed#"$word"}'}
  done

  local current=${"${words[n]}"} option= joined='${
    joinedOptionPattern(options)
  }'
  for ((i = 1; i < n; i++)); do
    option=
    case ${"${words[i]}"} in
      --) i=$((i + 1)) && break ;;
      ${optionsWithValue(options).join("|")})
        option=${"${words[i]}"} i=$((i + 1)) ;;
      -?*)
        [[ ${"${words[i]}"} =~ $joined ]] || continue
        word=${"${words[i]}"}
        option=-${'${word#"${word%?}"}'} i=$((i + 1)) ;;
      *) break ;;
    esac
  done
  if ((i < n)) || [[ $i == "$n" && (${"${words[i-1]}"} == -- || $current != -*) ]]; then
    [[ -n ${"${4-}"} ]] || _assume_role_command "${"${at[i]}"}" "$current"
    return
  fi

  local lead= mark value=$current before=
  for mark in : =; do
    [[ $COMP_WORDBREAKS == *$mark* && $current == *$mark* ]] || continue
    word=${'${current%"${current##*$mark}"}'}
    ((${"${#word}"} > ${"${#lead}"})) && lead=$word
  done
  if ((i == n)); then
    option=
    if [[ $current == --*=* ]]; then
      option=${"${current%%=*}"} before=$option= value=${"${current#*=}"}
    fi
  fi
  case $option in
    '')
      _assume_role_offer "$current" '' "$lead" <<<'${
    options.map(({ long }) => long).join("\n")
  }' ;;
${values.join("")}  esac
}

complete -F _assume_role assume-role
`;
}

/**
 * Formats the completion of `use-role` as that of `assume-role --role`, without a
 * command. Needs the script of {@linkcode bashScript}.
 */
export function bashUseRole(): string {
  return `
_use_role() {
  local start=\${COMP_WORDS[0]}
  if [[ \${COMP_WORDS[1]-} != -* ]]; then
    COMP_WORDS=("$start" --role "\${COMP_WORDS[@]:1}")
    COMP_CWORD=$((COMP_CWORD + 1))
    COMP_LINE="$start --role\${COMP_LINE#"$start"}"
    COMP_POINT=$((COMP_POINT + 7))
  fi
  _assume_role __use_role_assume_role '' '' options-only
}

complete -F _use_role use-role
`;
}

function formatOffer({ completes }: CompletedOption): string | undefined {
  if (completes === undefined) return undefined;
  if (completes === "files") return '_assume_role_files "$value"';
  const lines = typeof completes === "string"
    ? `"$("$program" --completions ${completes} 2>/dev/null)"`
    : `$'${completes.join("\\n")}'`;
  return `_assume_role_offer "$value" "$before" "$lead" <<<${lines}`;
}
