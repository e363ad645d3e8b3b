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
 * - `list_group` prints the process ID and the parent of each process of our group. One
 *   `sed` reads all files, because a shell needs seconds if there are many processes.
 * - `list_tree` prints the process IDs. If `$$` has ended, its children have the same new
 *   parent as `me`, are younger, and have the variable of a program that we started.
 * - `only_running ID ...` prints those that have not ended.
 * - `end_tree` terminates the processes, and kills those that do not end in three seconds.
 */
const TREE_FUNCTIONS = `
list_group() {
  if [ ! -r /proc/self/stat ]; then
    ps -A -o pgid=,pid=,ppid= | while read -r group pair; do
      [ "$group" != "$our_group" ] || echo "$pair"
    done
  elif command -v sed >/dev/null; then
    sed -n "s/^\\([0-9]*\\) (.*) [A-Za-z] \\([0-9]*\\) $our_group .*/\\1 \\2/p" \\
      /proc/[0-9]*/stat
  else
    for path in /proc/[0-9]*; do
      look_at "\${path#/proc/}"
      [ "$group" != "$our_group" ] || echo "\${path#/proc/} $parent"
    done
  fi
}
belongs() {
  [ "$1" != "$me" ] || return
  case $tree in *" $2 "*) return ;; esac
  [ "$our_parent" != $$ ] && [ "$2" = "$our_parent" ] || return
  look_at "$1"
  [ "$started" -ge "$since" ] &&
    grep -q ASSUME_ROLE_STARTED_BY= "/proc/$1/environ"
}
list_tree() (
  look_at "$me"
  our_group=$group our_parent=$parent since=$started
  tree=" $$ " processes=$(list_group)
  while
    before=$tree
    set -- $processes
    while [ $# -gt 1 ]; do
      case $tree in
      *" $1 "*) ;;
      *) ! belongs "$@" || tree="$tree$1 " ;;
      esac
      shift 2
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
 * be used, `/dev/null`. If a program in the background reads from the terminal, the system
 * suspends the job until the user brings the job to the foreground. `find_settings` prints
 * the settings of the terminal if the program may use the terminal. In the background, these
 * are the settings of the interactive shell, so that `sane` takes their place.
 *
 * The script's stdin is a pipe from assume-role. If the pipe closes without a line,
 * assume-role was interrupted or has died: the background process `watch` ends the program
 * with its descendants, and restores the settings of the terminal. While assume-role alone
 * is suspended, the program is suspended too.
 *
 * Arguments: `wait` or `refuse` (the program may use the terminal; see `inBackground` of
 * `AskOptions`) or `null`; the program and its arguments.
 */
export const START_SCRIPT = `${TERMINAL_FUNCTIONS}${TREE_FUNCTIONS}
pause_reader() { kill -STOP $(list_tree); }
resume_reader() { kill -CONT $(list_tree); }
watch() {
  trap '' TERM HUP TSTP
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
find_settings() (
  PATH=/usr/bin:/bin
  if [ "$1" = null ]; then exit
  elif is_in_foreground; then stty -g </dev/tty
  elif [ "$1" = wait ] && is_job && (: </dev/tty); then echo sane
  fi
) 2>/dev/null
exec 3<&0
set -- "$(find_settings "$1")" "$@"
watch "$1" 2>/dev/null &
if [ -n "$1" ]; then exec </dev/tty; else exec </dev/null; fi
shift 2
exec "$@" 3<&-
`;
