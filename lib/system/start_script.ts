import { PRINT_OWN_ID, TERMINAL_FUNCTIONS } from "./terminal_script.ts";

/** Name of {@linkcode START_SCRIPT}, with which the shell's error messages start. */
export const SCRIPT_NAME = "assume-role-start";

/** Line of stdin that ends the background process of {@linkcode START_SCRIPT}. */
export const DISMISS = "\n";
/** As {@linkcode DISMISS}, after a signal ended the program, which left the terminal as it was. */
export const RESTORE = "restore\n";
/** End of stdout after {@linkcode START_SCRIPT} ended the program or restored the terminal. */
export const RESTORED = "\x04";

/**
 * Shell functions for the process `$$` and its descendants in our process group, except for
 * the process `me` and its descendants. A descendant that left the group, such as a browser,
 * does not belong to the program, as with Ctrl-C.
 *
 * - `list_tree` prints the process IDs. If `$$` has ended, its children have the same new
 *   parent as `me`, are younger, and have the variable of a program that we started.
 * - `only_running ID ...` prints those that have not ended.
 * - `end_tree` terminates the processes, and kills those that do not end in three seconds.
 */
const TREE_FUNCTIONS = `
list_processes() {
  if [ -r /proc/self/stat ]; then
    for path in /proc/[0-9]*; do
      look_at "\${path#/proc/}"
      [ -z "$parent" ] || echo "\${path#/proc/} $parent $group"
    done
  else
    ps -A -o pid=,ppid=,pgid=
  fi
}
belongs() {
  [ "$3" = "$our_group" ] && [ "$1" != "$me" ] || return
  case $tree in *" $2 "*) return ;; esac
  [ "$our_parent" != $$ ] && [ "$2" = "$our_parent" ] || return
  look_at "$1"
  [ "$started" -ge "$since" ] &&
    grep -q ASSUME_ROLE_STARTED_BY= "/proc/$1/environ"
}
list_tree() (
  look_at "$me"
  our_group=$group our_parent=$parent since=$started
  tree=" $$ " processes=$(list_processes)
  while
    before=$tree
    set -- $processes
    while [ $# -gt 2 ]; do
      case $tree in
      *" $1 "*) ;;
      *) ! belongs "$@" || tree="$tree$1 " ;;
      esac
      shift 3
    done
    [ "$tree" != "$before" ]
  do :; done
  only_running $tree
)
only_running() (
  look_at "$me"
  our_group=$group
  for id; do
    look_at "$id"
    case $state in
    '' | Z*) ;;
    *) [ "$group" != "$our_group" ] || echo "$id" ;;
    esac
  done
)
end_tree() {
  # A suspended process cannot start other processes.
  kill -STOP $(list_tree)
  tree=$(list_tree)
  kill -TERM $tree
  kill -CONT $tree
  looks=0
  while tree=$(only_running $tree); [ -n "$tree" ] && [ $looks -lt 30 ]; do
    sleep 0.1 || sleep 1
    looks=$((looks + 1))
  done
  [ -z "$tree" ] || kill -KILL $tree
}
`;

/**
 * Shell script that replaces itself with a program. A shell is used because Deno opens
 * `/dev/tty` only for a program with all permissions. The script sets no variable, because
 * the program inherits the variables.
 *
 * The program's stdin is the terminal or, if there is no terminal or the terminal must not
 * be used, `/dev/null`. The script's stdin is a pipe from assume-role. If the pipe closes
 * without a line, assume-role was interrupted or has died: the background process `watch`
 * ends the program with its descendants, and restores the settings of the terminal. While
 * assume-role alone is suspended, the program is suspended too.
 *
 * Arguments: `terminal` or `null` (the program's stdin); the program and its arguments.
 */
export const START_SCRIPT = `${TERMINAL_FUNCTIONS}${TREE_FUNCTIONS}
pause_reader() { kill -STOP $(list_tree); }
resume_reader() { kill -CONT $(list_tree); }
watch() {
  trap '' TERM HUP
  PATH=/usr/bin:/bin:/usr/sbin:/sbin
  me=$(${PRINT_OWN_ID}) follower=
  if [ -n "$1" ]; then
    find_shell
    (exec >/dev/null 2>&1 3<&- && follow_stops "$1") &
    follower=$!
  fi
  if read -r line <&3; then
    if [ -z "$line" ]; then
      [ -z "$follower" ] || kill -KILL $follower
      exit
    fi
  fi
  end_tree
  [ -z "$follower" ] || kill -KILL $follower
  [ -z "$1" ] || restore_terminal "$1"
  printf '\\004'
}
exec 3<&0
if [ "$1" = terminal ] && is_in_foreground 2>/dev/null; then
  shift
  set -- "$(PATH=/usr/bin:/bin stty -g 2>/dev/null </dev/tty)" "$@"
else
  shift
  set -- "" "$@"
fi
watch "$1" 2>/dev/null &
if [ -n "$1" ]; then exec </dev/tty; else exec </dev/null; fi
shift
exec "$@" 3<&-
`;
