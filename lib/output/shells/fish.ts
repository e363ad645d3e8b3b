// Pure: no I/O.
import { USE_ROLE_VARIABLE } from "../../settings/names.ts";
import {
  NOTE_START,
  OWN_COMMAND_OPTIONS,
  USAGE,
  type UseRoleScript,
} from "./use_role_script.ts";

/**
 * Formats the function for fish 3.1 and later. A session hides global variables. The
 * session erases exported universal variables of another identity, and the function sets
 * these again when the user leaves the role or the shell exits.
 */
export function fishUseRole(
  { program, completions, variables, session }: UseRoleScript,
): string {
  return `# assume-role in fish; in ~/.config/fish/config.fish:
#   assume-role --shell-init fish | source

# Prints the code that restores the global variable $argv[1].
function __use_role_describe
    set -l value $$argv[1]
    if not set -qg $argv[1]
        echo "set -eg $argv[1]"
    else if set -qgx $argv[1]
        builtin string join -- ' ' "set -gx $argv[1]" (builtin string escape -- $value)
    else
        builtin string join -- ' ' "set -gu $argv[1]" (builtin string escape -- $value)
    end
end

# Whether the variable $argv[1] has the value that the role has set.
function __use_role_is_unchanged
    set -l entered __use_role_entered_$argv[1]
    not set -q $entered
    or test "$$entered" = (__use_role_describe $argv[1])
end

# Prints the names of variables that the user has not changed since.
function __use_role_unchanged
    # If the expiry has changed, another session has replaced the session.
    set -l replaced
    __use_role_is_unchanged AWS_CREDENTIAL_EXPIRATION
    or set replaced ${session.join(" ")}
    for name in $__use_role_managed
        if __use_role_is_unchanged $name; or contains $name $replaced
            echo $name
        end
    end
end

function __use_role_restore
    for name in (__use_role_unchanged)
        set -l own __use_role_own_$name
        eval $$own
    end
    __use_role_restore_universal
    for name in $__use_role_managed
        set -eg __use_role_own_$name __use_role_entered_$name __use_role_local_$name
    end
    set -eg __use_role_managed
    true
end

# Sets the universal variables of the user that a session has erased.
function __use_role_restore_universal --on-event fish_exit
    set -lx fish_trace
    for code in $__use_role_universal
        eval $code
    end
    set -eg __use_role_universal
    true
end

# Runs assume-role with the own variables of the user.
function __use_role_assume_role
    set -l __use_role_code
    for name in (__use_role_unchanged)
        set -l own __use_role_local_$name
        set __use_role_code $__use_role_code $$own
    end
    eval (builtin string join -- "; " $__use_role_code)
    set -lx ${USE_ROLE_VARIABLE} 1
    __use_role_run $argv
end

function __use_role_run --no-scope-shadowing
    # The executable may have moved, for example after an upgrade.
    set -l __use_role_program ${program}
    if test -x "$__use_role_program"
        $__use_role_program $argv
    else
        command assume-role $argv
    end
end

function __use_role_check
    for name in $argv
        if set -ql $name
            __use_role_fail "Cannot change the variables of this shell: $name is local to a function or to this command"
            return
        end
    end
end

function __use_role_fail
    echo "use-role: error: $argv[1]" >&2
    return 125
end

function __use_role_leave
    if set -q __use_role_managed
        __use_role_check $__use_role_managed
        and __use_role_restore
    else if test -n "$ASSUME_ROLE_ARN$ASSUME_ROLE_SESSION"
        __use_role_check ${variables.join(" ")}
        or return
        set -eg ${variables.join(" ")}
        true
    end
end

function __use_role_enter
    __use_role_check $__use_role_managed
    or return
    set -l output (__use_role_assume_role --format=fish $argv)
    set -l code $status
    switch $code
        case 0
        case 126 127
            return 125
        case '*'
            return $code
    end
    set -l note
    if builtin string match -q -- '${NOTE_START}*' "$output[-1]"
        set note (builtin string sub -s ${NOTE_START.length + 1} -- $output[-1])
        set -e output[-1]
    end
    set -l identities (builtin string replace -rf '^for name in ([\\\\w ]+);.*' '$1' -- "$output[1]" | builtin string split ' ')
    if not set -q identities[1]
        __use_role_fail 'Cannot use the output of assume-role: the output is no session for fish'
        return
    end
    set -l names ${variables.join(" ")} $identities
    __use_role_check $names
    or return
    __use_role_restore
    for name in $names
        set -g __use_role_own_$name (__use_role_describe $name)
        set -g __use_role_local_$name "set -lu $name"
        set -qx $name
        and set -g __use_role_local_$name (builtin string join -- ' ' "set -lx $name" (builtin string escape -- $$name))
    end
    for name in $identities
        set -eg $name
        set -qUx $name
        and set -g __use_role_universal $__use_role_universal "set -qU $name; or "(builtin string join -- ' ' "set -Ux $name" (builtin string escape -- $$name))
    end
    set -g __use_role_managed $names
    builtin string join -- \\n $output | source
    for name in $names
        set -g __use_role_entered_$name (__use_role_describe $name)
    end
    if test -n "$note"
        echo "use-role: $note" >&2
    end
end

function use-role --description 'Use an AWS role in this shell'
    set -lx fish_trace # tracing would print the keys
    set -l IFS \\n
    if contains -- -h $argv; or contains -- --help $argv
        builtin string join -- \\n ${USAGE.map((line) => `'${line}'`).join(" ")}
        return
    end
    if contains -- --unset $argv
        if test (count $argv) -eq 1
            __use_role_leave
        else
            __use_role_fail "Option '--unset' takes no other argument"
        end
        return
    end
    if set -q argv[1]; and not builtin string match -q -- '-*' "$argv[1]"
        set argv[1] "--role=$argv[1]"
    end
    for option in ${OWN_COMMAND_OPTIONS.join(" ")} '--console=*'
        if builtin string match -q -- $option $argv
            set -lx ${USE_ROLE_VARIABLE} 1
            __use_role_run $argv
            return
        end
    end
    __use_role_enter $argv
end

${completions}`;
}
