import { TERMINAL_FUNCTIONS } from "./terminal_script.ts";

/**
 * Shell script by which assume-role draws on the terminal and reads single keys. A shell is
 * used because Deno opens `/dev/tty` only for a program with all permissions.
 *
 * The script prints the settings of the terminal as a line, and then carries out the
 * requests on its stdin, one line each:
 *
 * - `wait`, `soon`, `now`: reads the next byte of the terminal; waits until there is one, for
 *   0.2 seconds at most, or not at all. The script prints `p` and the process ID of the reader as a
 *   line, before or after it the byte, if there is one, and then a line `x`, or `r` if the terminal must be drawn again: its size changed, or the job
 *   was suspended. Ctrl-Z is a key for the script; Ctrl-C remains a signal. One request reads
 *   one byte, so that the keys after the last one are for the command.
 * - `size`: prints the height and the width of the terminal as a line.
 * - `draw TEXT`: writes a text to the terminal; `\\` introduces escapes.
 * - `suspend`: suspends the process group, unless no shell could continue the group; prints
 *   a line `x` when assume-role is suspended.
 * - `done`: restores the settings of the terminal, and ends.
 *
 * The process `follow` looks at assume-role all the time. If assume-role alone is suspended,
 * `follow` ends the read, because the keys are for the interactive shell then, and restores
 * the settings of the terminal. If assume-role dies, the script restores the terminal. The script
 * also ends if the terminal can no longer be read. The exit statuses are those of `ASK_STATUS`.
 *
 * The reader gets SIGKILL. Another signal would be lost in dash and busybox if the signal
 * arrived before the reader has started: until then, the new process has the signal handlers
 * of the shell.
 */
export const SCREEN_SCRIPT = `${TERMINAL_FUNCTIONS}
trap '' TSTP
find_shell
is_in_foreground || exit 3
saved=$(stty -g </dev/tty 2>/dev/null) || {
  (: </dev/tty) 2>/dev/null || exit 3
  command -v stty >/dev/null && exit 3
  exit 5
}
command -v dd >/dev/null || exit 7
echo "$saved"
exec 3<&0 4>/dev/tty </dev/tty
follow() {
  trap '' TTIN
  while { sleep 0.2 || sleep 1; } && kill -0 $$; do
    look_at $$
    [ "$parent" = $PPID ] || { kill -TERM $$; break; }
    is_stopped $PPID || continue
    kill -USR1 $$
    until ! is_stopped $PPID || show_echo "$saved"; do :; done
    while is_stopped $PPID; do sleep 0.2 || sleep 1; done
  done
} 2>/dev/null
(exec >/dev/null 2>&1 3<&- 4>&- && follow) &
follower=$! reader= mode= redraw= lost=
end_helpers() {
  trap '' INT QUIT TERM HUP CONT WINCH USR1
  kill -KILL $follower $reader
  wait $follower $reader
} 2>/dev/null
# If a process above us in our group ignores SIGTSTP, as an interactive shell does that waits
# for the output of '$(assume-role)', nothing could continue assume-role.
can_suspend() {
  is_job || return
  look_at $PPID
  while [ "$group" = "$our_group" ] && [ "$parent" -gt 0 ]; do
    [ $((\${ignored:-0} & 524288)) = 0 ] || return
    look_at "$parent"
  done
}
end_read() {
  continued=yes redraw=yes
  [ -z "$reader" ] || kill -KILL $reader
} 2>/dev/null
trap end_read WINCH
# When the job continues, the terminal has the settings of the interactive shell.
trap 'mode=; end_read' CONT
# While assume-role alone is suspended, this shell must not change the terminal.
trap 'lost=yes; end_read' USR1
# Arguments: the settings 'min' and 'time' of stty. In the background, the system suspends the
# job here; before that, the interactive shell gets its settings. The user can bring a job to
# the foreground that the system has not suspended yet: then no SIGCONT says so.
set_mode() {
  if [ -z "$mode" ] && ! is_in_foreground; then
    show_echo "$saved"
    redraw=yes
  fi
  until [ "$mode" = "$*" ]; do
    mode=$*
    stty -icanon -echo -iexten -ixon susp undef min "$1" time "$2" || return
  done
}
read_byte() {
  dd bs=1 count=1 </dev/tty 2>/dev/null &
  reader=$! status=129
  echo p$reader
  [ -z "$redraw" ] || kill -KILL $reader
  while [ $status -gt 128 ] && kill -0 $reader; do
    wait $reader
    status=$?
  done
  reader=
  [ $status = 0 ] || [ $status -gt 128 ] || is_in_foreground
} 2>/dev/null
answer_byte() {
  [ -z "$lost" ] || mode=
  lost=
  set_mode "$@" || return
  [ -n "$redraw" ] || read_byte || return
  # With 'min 0', an interactive shell such as dash would read the end of its input if all of
  # us were suspended: the time with this setting must be short.
  set_mode 1 0 || return
  if [ -n "$redraw" ]; then
    redraw=
    echo r
  else
    echo x
  fi
}
leave() {
  end_helpers
  ! is_in_foreground || printf '\\r\\033[J' >&4
  restore_terminal "$saved"
}
interrupt() {
  leave
  printf %s "$1"
  exit 6
}
suspend() {
  stty "$saved"
  mode= redraw=yes
  can_suspend || return 0
  kill -TSTP 0
  looks=0
  until is_stopped $PPID || [ $looks -gt 2 ]; do
    looks=$((looks + 1))
    sleep 0.1 || sleep 1
  done
}
trap 'interrupt SIGHUP' HUP
trap 'interrupt SIGINT' INT
trap 'interrupt SIGQUIT' QUIT
trap 'interrupt SIGTERM' TERM
# An interrupted 'read' looks like the end of the requests.
while continued=; IFS= read -r request <&3 || { [ -n "$continued" ] && request=; }; do
  case $request in
  wait) answer_byte 1 0 || break ;;
  soon) answer_byte 0 2 || break ;;
  now) answer_byte 0 0 || break ;;
  size) echo "$(stty size)" ;;
  draw*) printf %b "\${request#draw }" >&4 ;;
  suspend) suspend && echo x ;;
  done)
    end_helpers
    stty "$saved"
    exit 0
    ;;
  esac
done
leave
exit 3
`;
