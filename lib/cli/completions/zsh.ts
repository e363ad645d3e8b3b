// Pure: no I/O.
import type { CompletedOption } from "./completions.ts";
import { shellWord } from "./option_words.ts";

/** Formats the script for zsh, to source from `~/.zshrc` or to put into `fpath`. */
export function zshScript(options: readonly CompletedOption[]): string {
  const specs = options.flatMap(formatSpecs).map(shellWord);
  return `#compdef assume-role
# zsh completion for assume-role; in ~/.zshrc, after compinit:
#   source <(assume-role --completions zsh)

_assume_role_names() {
  local expl
  local -a names
  names=(\${(f)"$(_call_program names $words[1] --completions $1 2>/dev/null)"})
  _wanted names expl "$2" compadd -a names
}

_assume-role() {
  local -a command
  [[ -n $_use_role ]] || command=('(-)1: :{ _command_names -e }' '*:: :{ _normal }')
  _arguments -s -S -A '-*' \\
    ${specs.join(" \\\n    ")} \\
    $command
}

if [[ $funcstack[1] == _assume-role ]]; then
  _assume-role "$@"
else
  compdef _assume-role assume-role
fi
`;
}

/**
 * Formats the completion of `use-role` as that of `assume-role --role`, without a
 * command. Needs the script of {@linkcode zshScript}.
 */
export function zshUseRole(): string {
  return `
_use-role() {
  local _use_role=1
  words[1]=__use_role_assume_role
  if [[ $words[2] != -* ]]; then
    words[1]=("$words[1]" --role)
    ((CURRENT++))
  fi
  _assume-role
}

compdef _use-role use-role
`;
}

function formatSpecs(option: CompletedOption): readonly string[] {
  const { long, short, placeholder, takesNext, isRepeated, help } = option;
  const prefix = isRepeated
    ? "*"
    : short === undefined
    ? ""
    : `(${short} ${long})`;
  const text = `[${help.replace(/[\\[\]:]/g, "\\$&")}]`;
  if (placeholder === undefined) {
    const names = short === undefined ? [long] : [short, long];
    return names.map((name) => prefix + name + text);
  }
  const value = `${placeholder.replace(/[\\:]/g, "\\$&")}:${
    formatAction(option)
  }`;
  if (!takesNext) {
    return [
      ...(short === undefined ? [] : [`${prefix}${short}${text}`]),
      `${prefix}${long}=-${text}::${value}`,
    ];
  }
  return [
    ...(short === undefined ? [] : [`${prefix}${short}+${text}:${value}`]),
    `${prefix}${long}=${text}:${value}`,
  ];
}

/**
 * Formats the action that zsh's `_arguments` runs to complete an option's value. A
 * leading space makes zsh call the action without extra arguments.
 */
function formatAction({ completes }: CompletedOption): string {
  if (completes === undefined) return " ";
  if (completes === "files") return "_files";
  return typeof completes === "string"
    ? ` _assume_role_names ${completes} ${completes.replace(/s$/, "")}`
    : `(${completes.join(" ")})`;
}
