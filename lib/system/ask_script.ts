import { PRINT_OWN_ID, TERMINAL_FUNCTIONS } from "./terminal_script.ts";

/** Exit statuses of {@linkcode ASK_SCRIPT} and of `SCREEN_SCRIPT`. */
export const ASK_STATUS = {
  noTerminal: 3,
  endOfInput: 4,
  noStty: 5,
  /** A signal interrupted the question; the script prints its name instead of the answer. */
  interrupted: 6,
  noDd: 7,
} as const;

/** Line of stdin by which {@linkcode ASK_SCRIPT} suspends the question and assume-role. */
export const SUSPEND = "suspend\n";

/**
 * Shell script that asks a question on the terminal. The script prints the settings of the
 * terminal as a line, and then the answer without a line end. A shell is used because Deno
 * opens `/dev/tty` only for a program with all permissions.
 *
 * The script has three processes:
 *
 * - The main process reads the answer. SIGUSR1 starts a new line: when the question is
 *   shown again, `read` may have got a key that the user typed for the interactive shell.
 * - `watch` reads the script's stdin, which is a pipe from assume-role. If the pipe closes,
 *   assume-role has died: `watch` ends the question, so that the script does not read the
 *   next line that the user types for the interactive shell. A line means that assume-role
 *   got SIGTSTP: `watch` restores the terminal before it suspends assume-role, because the
 *   interactive shell uses the terminal from then on. `watch` shows the question again when
 *   the job continues.
 * - `follow_stops` handles SIGSTOP to assume-role alone.
 *
 * The variables `again` and `continued` show whether a trap interrupted a `read`, because
 * an interrupted `read` looks like the end of the input.
 *
 * Arguments: the question; `hide` or `show` (the typed answer); `wait` or `refuse` (see
 * `inBackground` of `AskOptions`).
 */
export const ASK_SCRIPT = `${TERMINAL_FUNCTIONS}
trap '' TSTP
trap again=yes USR1
question=$1 typed=$2 in_background=$3
find_shell
until is_in_foreground; do
  [ "$in_background" = wait ] && (: </dev/tty) 2>/dev/null && is_job || exit 3
  kill -TTIN 0
  sleep 0.2 || sleep 1
done
saved=$(stty -g </dev/tty 2>/dev/null) || {
  (: </dev/tty) 2>/dev/null || exit 3
  command -v stty >/dev/null && exit 3
  exit 5
}
echo "$saved"
exec 3<&0 </dev/tty
show_question() {
  [ "$typed" = show ] || stty -echo </dev/tty
  printf %s "$question" >/dev/tty
}
ask_again() {
  show_question
  kill -USR1 $$
  kill -CONT $$
}
pause_reader() { kill -STOP $$; }
resume_reader() { kill -CONT $$ $watcher; }
suspend() {
  is_job || return 0
  continued=
  pause_reader
  ! is_in_foreground "$me" || restore_terminal "$saved"
  if [ -n "$continued" ]; then ask_again; else kill -STOP $PPID; fi
}
watch() {
  me=$(${PRINT_OWN_ID})
  trap 'exit 0' TERM
  trap 'continued=yes; ask_again' CONT
  while
    continued=
    if read -r _ <&3; then suspend || :; else [ -n "$continued" ]; fi
  do :; done
  kill -TERM $$ || restore_terminal "$saved"
  kill -CONT $$
}
# 'exec' closes stdout: some shells keep a copy if a function call is redirected.
(exec >/dev/null 2>&1 && watch) &
watcher=$!
(exec >/dev/null 2>&1 3<&- && follow_stops "$saved") &
follower=$!
# Ends the other processes first, because they must not change the terminal after the end.
end_helpers() {
  trap '' INT QUIT TERM HUP
  kill $watcher $follower
  wait $watcher $follower
} 2>/dev/null
interrupt() {
  end_helpers
  echo >/dev/tty
  restore_terminal "$saved"
  printf %s "$1"
  exit 6
}
trap 'interrupt SIGHUP' HUP
trap 'interrupt SIGINT' INT
trap 'interrupt SIGQUIT' QUIT
trap 'interrupt SIGTERM' TERM
show_question
while again=; IFS= read -r line; status=$?; [ $status != 0 ] && [ -n "$again" ]; do :; done
end_helpers
[ "$typed" = show ] && [ $status = 0 ] || echo >/dev/tty
stty "$saved" || restore_terminal "$saved"
[ $status = 0 ] || exit 4
printf %s "$line"
`;

/** Shell script that restores the terminal after {@linkcode ASK_SCRIPT} was killed. */
export const RESTORE_SCRIPT = `${TERMINAL_FUNCTIONS}
find_shell
echo >/dev/tty
restore_terminal "$1"
`;
