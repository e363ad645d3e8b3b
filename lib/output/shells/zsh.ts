// Pure: no I/O.
import { USE_ROLE_VARIABLE } from "../../settings/names.ts";
import { posixWord } from "../credentials.ts";
import {
  NOTE_START,
  OWN_COMMAND_OPTIONS,
  USAGE,
  type UseRoleScript,
} from "./use_role_script.ts";

/**
 * Formats the function for zsh. The function is defined under `emulate`, so that the
 * user's options and aliases do not change the function: zsh restores the options of
 * `emulate` whenever the function runs. The script completes nothing unless `compinit` has
 * run.
 */
export function zshUseRole(script: UseRoleScript): string {
  return `# assume-role in zsh; in ~/.zshrc, after compinit:
#   eval "$(assume-role --shell-init zsh)"

'builtin' 'emulate' 'zsh' '-o' 'no_aliases' '-c' ${
    posixWord(zshFunctions(script))
  }

if builtin typeset -f compdef >/dev/null; then
${script.completions}
fi
`;
}

function zshFunctions({ program, variables, session }: UseRoleScript): string {
  return `
typeset -gA __use_role_own __use_role_entered

# The executable may have moved, for example after an upgrade.
__use_role_assume_role() {
  if [[ -x ${program} ]]; then
    ${program} "$@"
  else
    command assume-role "$@"
  fi
}

# Runs a command of assume-role itself. A subshell, because the variable must not stay.
__use_role_pass() {
  (
    builtin export ${USE_ROLE_VARIABLE}=1
    __use_role_assume_role "$@"
  )
}

# Sets REPLY to the code that restores the variable $1.
__use_role_describe() {
  local type="\${(tP)1}"
  REPLY="builtin unset $1"
  [[ -z $type ]] || REPLY+="; builtin typeset -g $1=\${(qq)\${(P)1}}"
  [[ $type != *export* ]] || REPLY+="; builtin typeset -gx $1"
}

# Whether the variable $1 has the value that the role has set.
__use_role_unchanged() {
  local REPLY
  __use_role_describe "$1"
  [[ "\${__use_role_entered[$1]-$REPLY}" == "$REPLY" ]]
}

# Restores the own variables of the user, except those that the user has changed since.
__use_role_restore() {
  local name replaced
  # If the expiry has changed, another session has replaced the session.
  __use_role_unchanged AWS_CREDENTIAL_EXPIRATION || replaced=" ${
    session.join(" ")
  } "
  for name in "\${(@k)__use_role_own}"; do
    if __use_role_unchanged "$name" || [[ $replaced == *" $name "* ]]; then
      builtin eval "\${__use_role_own[$name]}"
    fi
  done
}

__use_role_check() {
  local name
  for name in "$@"; do
    case "\${(tP)name}" in
      (*readonly*) __use_role_fail "Cannot change the variables of this shell: $name is readonly" ;;
      (*local*) __use_role_fail "Cannot change the variables of this shell: $name is local to a function" ;;
      (*) continue ;;
    esac
    return
  done
}

__use_role_fail() {
  builtin print -ru2 -- "use-role: error: $1"
  return 125
}

__use_role_leave() {
  if ((\${#__use_role_own})); then
    __use_role_check "\${(@k)__use_role_own}" || return
    __use_role_restore
    __use_role_own=() __use_role_entered=()
  elif [[ -n \${ASSUME_ROLE_ARN-}\${ASSUME_ROLE_SESSION-} ]]; then
    __use_role_check ${variables.join(" ")} || return
    builtin unset ${variables.join(" ")}
  fi
}

__use_role_enter() {
  local output note name REPLY newline=$'\\n'
  local -a names
  __use_role_check "\${(@k)__use_role_own}" || return
  output=$(
    __use_role_restore || exit 125
    builtin export ${USE_ROLE_VARIABLE}=1
    __use_role_assume_role --format=env "$@"
  )
  case $? in
    (0) ;;
    (126|127) return 125 ;;
    (*) return ;;
  esac
  if [[ \${output##*$'\\n'} == '${NOTE_START}'* ]]; then
    note=\${output##*$'\\n${NOTE_START}'}
    output=\${output%$'\\n'*}
  fi
  if [[ \${output%%$'\\n'*} != "unset "[a-zA-Z0-9_\\ ]## ]]; then
    __use_role_fail "Cannot use the output of assume-role: the output is no session for zsh"
    return
  fi
  names=(${variables.join(" ")} \${=\${\${output%%$'\\n'*}#unset }})
  __use_role_check "\${names[@]}" || return
  # An interrupt must not leave half of a session.
  builtin trap "" INT
  __use_role_restore
  __use_role_own=() __use_role_entered=()
  for name in "\${names[@]}"; do
    __use_role_describe "$name"
    __use_role_own[$name]=$REPLY
  done
  builtin unset "\${names[@]}"
  # The user may have a function of the name export or unset.
  builtin eval "builtin \${output//$newline/\${newline}builtin }"
  for name in "\${names[@]}"; do
    __use_role_describe "$name"
    __use_role_entered[$name]=$REPLY
  done
  [[ -z $note ]] || builtin print -ru2 -- "use-role: $note"
}

use-role() {
  # Tracing would print the keys.
  builtin setopt local_options local_traps extended_glob unset no_all_export no_err_exit no_err_return no_warn_create_global no_xtrace
  builtin trap 'return 130' INT
  local IFS=$' \\t\\n\\0' word run=__use_role_enter
  for word in "$@"; do
    case $word in
      (-h|--help)
        builtin print -rl -- ${USAGE.map((line) => `"${line}"`).join(" ")}
        return
        ;;
      (--unset)
        if (($# == 1)); then
          __use_role_leave
        else
          __use_role_fail "Option '--unset' takes no other argument"
        fi
        return
        ;;
      (${OWN_COMMAND_OPTIONS.join("|")}|--console=*) run=__use_role_pass ;;
    esac
  done
  if (($#)) && [[ $1 != -* ]]; then
    builtin set -- "--role=$1" "\${@:2}"
  fi
  "$run" "$@"
}
`;
}
