// Pure: no I/O.
import { USE_ROLE_VARIABLE } from "../../settings/names.ts";
import {
  NOTE_START,
  OWN_COMMAND_OPTIONS,
  USAGE,
  type UseRoleScript,
} from "./use_role_script.ts";

/**
 * Formats the function for bash 3.2 and later, also in POSIX mode. A command of the
 * function starts with `builtin`, because the user may have a function of the same name.
 */
export function bashUseRole(
  { program, completions, variables, session }: UseRoleScript,
): string {
  return `# assume-role in bash; in ~/.bashrc:
#   eval "$(assume-role --shell-init bash)"

# Aliases would change the functions, POSIX mode does not allow the name use-role, and
# allexport would export the functions.
__use_role_flags=$-
__use_role_shopt=$(
  \\builtin shopt -po posix || \\builtin true
  \\builtin shopt -p expand_aliases inherit_errexit interactive_comments shift_verbose sourcepath 2>/dev/null || \\builtin true
)
\\builtin set +a +o posix
\\builtin shopt -u expand_aliases

# The executable may have moved, for example after an upgrade.
__use_role_assume_role() {
  if [[ -x ${program} ]]; then
    ${program} "$@"
  else
    builtin command assume-role "$@"
  fi
}

# Runs a command of assume-role itself. A subshell, because the variable must not stay.
__use_role_pass() {
  (
    builtin export ${USE_ROLE_VARIABLE}=1
    __use_role_assume_role "$@"
  )
}

# Sets an array to one line for each variable "$@": the code that restores the variable.
__use_role_describe() {
  builtin local __use_role_name __use_role_line __use_role_exported __use_role_declared
  __use_role_exported=$'\\n'$(builtin compgen -e)$'\\n'
  __use_role_declared=$'\\n'$(builtin export -p)$'\\n'
  __use_role_lines=()
  for __use_role_name in "$@"; do
    __use_role_line="builtin unset -v $__use_role_name"
    if [[ -n \${!__use_role_name+x} ]]; then
      builtin printf -v __use_role_line '; %s=%q' "$__use_role_name" "\${!__use_role_name}"
      __use_role_line="builtin unset -v $__use_role_name$__use_role_line"
      case $__use_role_exported in
        *$'\\n'"$__use_role_name"$'\\n'*) __use_role_line+="; builtin export $__use_role_name" ;;
      esac
    else
      case $__use_role_declared in
        *" $__use_role_name"$'\\n'*) __use_role_line+="; builtin export $__use_role_name" ;;
      esac
    fi
    __use_role_lines+=("$__use_role_line")
  done
}

# Whether the variable of the index has the value that the role has set.
__use_role_unchanged() {
  [[ "\${__use_role_entered[__use_role_i]-\${__use_role_lines[__use_role_i]}}" == "\${__use_role_lines[__use_role_i]}" ]]
}

# Restores the user's own variables, except those that the user has changed since.
__use_role_restore() {
  builtin local __use_role_i __use_role_replaced=
  [[ -n \${__use_role_managed[0]+x} ]] || builtin return 0
  __use_role_describe "\${__use_role_managed[@]}"
  # If the expiry has changed, another session has replaced the session.
  for __use_role_i in "\${!__use_role_managed[@]}"; do
    [[ \${__use_role_managed[__use_role_i]} == AWS_CREDENTIAL_EXPIRATION ]] || builtin continue
    __use_role_unchanged || __use_role_replaced=' ${session.join(" ")} '
  done
  for __use_role_i in "\${!__use_role_managed[@]}"; do
    if __use_role_unchanged || [[ $__use_role_replaced == *" \${__use_role_managed[__use_role_i]} "* ]]; then
      builtin eval "\${__use_role_own[__use_role_i]}"
    fi
  done
}

# Tries in a subshell whether the variables "$@" can be changed.
__use_role_check() {
  builtin local __use_role_bad __use_role_name
  __use_role_bad=$(
    for __use_role_name in "$@"; do
      builtin printf '%s\\n' "$__use_role_name"
      if ((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] >= 402)); then
        builtin declare -g "$__use_role_name=probe" || builtin exit 1
        [[ "\${!__use_role_name-}" == probe ]] || builtin exit 2
      fi
      builtin unset -v "$__use_role_name" || builtin exit 1
      [[ -z \${!__use_role_name+x} ]] || builtin exit 2
    done 2>/dev/null
  )
  case $? in
    0) builtin return 0 ;;
    2) __use_role_fail "Cannot change the variables of this shell: \${__use_role_bad##*$'\\n'} is local to a function or to this command" ;;
    *) __use_role_fail "Cannot change the variables of this shell: \${__use_role_bad##*$'\\n'} is readonly" ;;
  esac
}

__use_role_fail() {
  builtin printf 'use-role: error: %s\\n' "$1" >&2
  builtin return 125
}

__use_role_leave() {
  if [[ -n \${__use_role_managed[0]+x} ]]; then
    __use_role_check "\${__use_role_managed[@]}" || builtin return
    __use_role_restore
    builtin unset -v __use_role_managed __use_role_own __use_role_entered __use_role_lines
  elif [[ -n \${ASSUME_ROLE_ARN-}\${ASSUME_ROLE_SESSION-} ]]; then
    __use_role_check ${variables.join(" ")} || builtin return
    builtin unset -v ${variables.join(" ")}
  fi
}

__use_role_enter() {
  builtin local __use_role_output __use_role_names __use_role_note= __use_role_break=$'\\n'
  __use_role_check \${__use_role_managed[@]+"\${__use_role_managed[@]}"} || builtin return
  __use_role_output=$(
    __use_role_restore || builtin exit 125
    builtin export ${USE_ROLE_VARIABLE}=1
    __use_role_assume_role --format=env "$@"
  )
  case $? in
    0) ;;
    126 | 127) builtin return 125 ;;
    *) builtin return ;;
  esac
  case \${__use_role_output##*$'\\n'} in
    '${NOTE_START}'*)
      __use_role_note=\${__use_role_output##*$'\\n${NOTE_START}'}
      __use_role_output=\${__use_role_output%$'\\n'*}
      ;;
  esac
  __use_role_names=\${__use_role_output%%$'\\n'*}
  case $__use_role_names in
    *[!a-zA-Z0-9_\\ ]*) __use_role_names= ;;
  esac
  case $__use_role_names in
    'unset '*) __use_role_names="${
    variables.join(" ")
  } \${__use_role_names#unset }" ;;
    *)
      __use_role_fail 'Cannot use the output of assume-role: the output is no session for bash'
      builtin return
      ;;
  esac
  __use_role_check $__use_role_names || builtin return
  __use_role_restore
  __use_role_describe $__use_role_names
  # One command, so that an interrupt does not leave arrays of two sessions. Without
  # entered values, --unset restores all variables.
  __use_role_entered=() __use_role_own=("\${__use_role_lines[@]}") __use_role_managed=($__use_role_names)
  builtin unset -v $__use_role_names
  # The user may have an alias or a function of the name export or unset.
  builtin eval "builtin \${__use_role_output//$__use_role_break/\${__use_role_break}builtin }"
  __use_role_describe $__use_role_names
  __use_role_entered=("\${__use_role_lines[@]}")
  __use_role_lines=()
  [[ -z $__use_role_note ]] || builtin printf 'use-role: %s\\n' "$__use_role_note" >&2
}

__use_role_main() {
  builtin local IFS=$' \\t\\n' __use_role_word __use_role_run=__use_role_enter
  for __use_role_word in "$@"; do
    case $__use_role_word in
      -h | --help)
        builtin printf '%s\\n' ${USAGE.map((line) => `'${line}'`).join(" ")}
        builtin return
        ;;
      --unset)
        if (($# == 1)); then
          __use_role_leave
        else
          __use_role_fail "Option '--unset' takes no other argument"
        fi
        builtin return
        ;;
      ${
    OWN_COMMAND_OPTIONS.join(" | ")
  } | --console=*) __use_role_run=__use_role_pass ;;
    esac
  done
  if (($# > 0)) && [[ $1 != -* ]]; then
    __use_role_word=$1
    builtin shift
    builtin set -- "--role=$__use_role_word" "$@"
  fi
  "$__use_role_run" "$@"
}

use-role() {
  # Tracing would print the keys, and allexport would export the user's variables.
  builtin local __use_role_set=$- __use_role_status=0 __use_role_nocase=u
  { builtin set +axv; } 2>/dev/null
  builtin shopt -q nocasematch && __use_role_nocase=s
  builtin shopt -u nocasematch
  __use_role_main "$@" || __use_role_status=$?
  builtin shopt "-$__use_role_nocase" nocasematch
  [[ $__use_role_set != *a* ]] || builtin set -a
  [[ $__use_role_set != *v* ]] || builtin set -v
  [[ $__use_role_set != *x* ]] || builtin set -x
  builtin return "$__use_role_status"
}

${completions}
\\builtin eval "$__use_role_shopt"
case $__use_role_flags in
  *a*) \\builtin set -a ;;
esac
\\builtin unset -v __use_role_shopt __use_role_flags
`;
}
