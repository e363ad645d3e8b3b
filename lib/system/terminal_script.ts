import { IS_JOB } from "./mirror_stop_script.ts";
import { IS_STOPPED, LOOK_AT } from "./signal_monitor_script.ts";

/**
 * Shell functions for scripts that use the terminal. A subshell sets `me` to its own process
 * ID if `$$` can end before the subshell.
 *
 * - `is_in_foreground` tests whether the process group of a process (default: `$$`) is in the
 *   foreground of its terminal. The body is a subshell, so that no variable changes.
 * - `find_shell` sets `shell_group` to the process group of the interactive shell, if any.
 * - `restore_terminal SETTINGS` restores the settings of the terminal. If our group is in the
 *   foreground, the function first discards the input that no program has read, because that
 *   may be a part of a code. If another group gets the terminal meanwhile, the system
 *   refuses the change. If the interactive shell is, or gets, in the foreground, the function
 *   gives the shell time to restore the settings itself, and then calls `show_echo`.
 * - `discard_input` discards the input that no program has read. The setting `min 0` would
 *   need no process that is killed, but a shell such as dash that gets the terminal meanwhile
 *   would read the end of its input, and end.
 * - `show_echo SETTINGS` waits a moment and, if the interactive shell is in the foreground,
 *   restores settings that a question left: no Ctrl-Z (as for `SCREEN_SCRIPT`), `time 1` of
 *   `restore_terminal`, or no echo. A shell that edits a line (unlike dash) has other
 *   settings, which stay. If the user has continued the question meanwhile, the question gets
 *   its settings back, so that the terminal does not show a code.
 * - `follow_stops` pauses the reader of the terminal while assume-role alone is suspended,
 *   because the interactive shell may use the terminal then. The script defines the
 *   functions `pause_reader` and `resume_reader`. `follow_stops` returns when `$$` ends.
 */
export const TERMINAL_FUNCTIONS = `${LOOK_AT}${IS_JOB}${IS_STOPPED}
is_in_foreground() (
  PATH=/usr/bin:/bin:/usr/sbin:/sbin
  look_at "\${1:-$$}"
  [ -n "$group" ] && [ "$group" = "$foreground" ]
)
find_shell() {
  shell_group=
  if is_job; then shell_group=$group; fi
}
restore_terminal() {
  if is_in_foreground "$me"; then
    stty -icanon min 1 time 1 && discard_input
    stty "$1" && return
  fi
  looks=0
  until show_echo "$1" || [ -z "$shell_group" ] || [ $looks -gt 9 ]; do
    looks=$((looks + 1))
  done
} </dev/tty 2>/dev/null
discard_input() {
  cat </dev/tty >/dev/null &
  sleep 0.1 || sleep 1
  kill -KILL $!
  wait $!
}
show_echo() {
  sleep 0.3 || sleep 1
  is_shell_in_front || return
  settings=" $(echo $(stty -a </dev/tty)) "
  case $settings in
  *' susp = <undef>; '*) sign='susp = <undef>;' ;;
  *' -icanon '*) sign='time = 1;' ;;
  *) sign=-echo ;;
  esac
  case $settings in *" $sign "*) ;; *) return 0 ;; esac
  left=$(stty -g </dev/tty)
  is_shell_in_front || return
  set_from_background "$1"
  is_shell_in_front && return
  [ "$foreground" != "$group" ] || set_from_background "$left"
  return 1
}
is_shell_in_front() {
  look_at "\${me:-$$}"
  [ -n "$shell_group" ] && [ "$foreground" = "$shell_group" ]
}
set_from_background() (
  trap '' TTOU
  stty "$1" </dev/tty
)
follow_stops() {
  trap '' TTIN
  trap continued=yes CONT
  while { sleep 0.2 || sleep 1; } && kill -0 $$; do
    is_stopped $PPID || continue
    pause_reader
    continued=
    until ! is_stopped $PPID || show_echo "$1"; do :; done
    while is_stopped $PPID; do sleep 0.2 || sleep 1; done
    [ -n "$continued" ] || resume_reader
  done
} 2>/dev/null
`;

/** Shell command that prints the process ID of the subshell that runs the command. */
export const PRINT_OWN_ID = `exec /bin/sh -c 'echo $PPID'`;
