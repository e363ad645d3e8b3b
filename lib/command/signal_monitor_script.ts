/**
 * Shell function that sets the state, parent, group and session of a process, and the mask
 * of the signals that the process ignores. Without `/proc`, the session is the name of the
 * terminal, and the mask is empty.
 */
const LOOK_AT = `
look_at() {
  if [ -r /proc/self/stat ]; then
    stat=
    while read -r part; do stat="$stat $part"; done <"/proc/$1/stat"
    stat=\${stat##*) }
  else
    stat=$(ps -o state=,ppid=,pgid=,tty= -p "$1")
  fi 2>/dev/null
  set -- $stat
  state=$1 parent=$2 group=$3 session=$4 ignored=\${31-}
}
`;

/**
 * Shell function that prints the signals that assume-role ignores. Deno ignores at least one
 * signal, so that an empty mask means an unknown mask.
 */
const PRINT_IGNORED = `
print_ignored() {
  look_at $PPID
  if [ "\${ignored:-0}" = 0 ]; then
    trap
    return
  fi
  number=1
  while [ "$ignored" -gt 0 ]; do
    [ $((ignored & 1)) = 0 ] || kill -l $number
    ignored=$((ignored >> 1)) number=$((number + 1))
  done
}
`;

/**
 * Shell function that tests whether the user can continue a suspended assume-role: a process
 * of another group in the same session, such as an interactive shell, started assume-role.
 */
const IS_JOB = `
is_job() {
  look_at $$
  our_group=$group our_session=$session
  while [ "$group" = "$our_group" ] && [ "$parent" -gt 0 ]; do
    look_at "$parent"
  done
  [ "$group" != "$our_group" ] && [ "$session" = "$our_session" ] &&
    [ "$session" != '??' ]
}
`;

/** Shell function that prints whether the command shares our group or our session. */
const PRINT_GROUP = `
print_group() {
  look_at "$program"
  program_group=$group program_session=$session
  look_at $$
  if [ "$program_group" = "$group" ]; then echo in-group
  elif [ "$program_session" = "$session" ]; then echo in-session
  fi
}
`;

/** Shell function that tests whether a process is suspended. */
const IS_STOPPED = `
is_stopped() {
  look_at "$1"
  case $state in T*) ;; *) return 1 ;; esac
}
`;

/**
 * Shell function that continues assume-role when the command is no longer suspended. The
 * function looks several times, because SIGSTOP may take effect a little later.
 */
const WATCH = `
watch() {
  trap '' $names
  looks=0 stopped=
  while [ $looks -lt 10 ]; do
    if is_stopped $PPID; then
      stopped=yes
      if ! is_stopped "$program"; then
        echo continued
        kill -CONT $PPID
        return
      fi
    elif [ -n "$stopped" ]; then
      return
    fi
    [ -n "$stopped" ] || looks=$((looks + 1))
    sleep 0.2 || sleep 1 || return
  done
}
`;

/**
 * Shell function that suspends assume-role if the command is suspended, so that the
 * interactive shell sees a suspended job. The function `watch` runs as an orphan, so that
 * no process must wait for its end.
 */
const MIRROR_STOP = `
mirror_stop() {
  is_stopped "$program" && is_job || return
  kill -STOP $PPID
  (watch &)
}
`;

/**
 * Script of a helper shell in the process group of assume-role. The shell runs beside the
 * command, and observes what Deno cannot observe, or can observe only with all
 * permissions:
 *
 * - the signals that were ignored when assume-role started;
 * - the signals that were sent to the whole group, because the shell gets them too;
 * - whether the command is suspended, and the command's process group and Unix session.
 *
 * The shell reads one request per line, and repeats the request to end the answer. A
 * signal that arrives before a request is reported before the answer to that request.
 * While assume-role is suspended and cannot ask, the shell itself watches the command,
 * and continues assume-role when the command continues. If assume-role dies, the
 * shell's stdin ends, and the shell terminates the command: the shell ignores SIGPIPE, so that
 * `echo` does not end the shell before that, and sends SIGCONT, because a suspended command
 * handles SIGTERM only then.
 */
export const SIGNAL_MONITOR_SCRIPT =
  `${LOOK_AT}${PRINT_IGNORED}${IS_JOB}${PRINT_GROUP}${IS_STOPPED}${WATCH}${MIRROR_STOP}
names="$*"
print_ignored
echo ready
trap '' PIPE
program=
for name; do trap "signalled=yes; echo signal $name" "$name"; done
while :; do
  signalled=
  if read -r line; then
    case $line in
    watch*) program=\${line#watch } ;;
    group*) print_group ;;
    mirror-stop*) mirror_stop ;;
    esac
    echo "$line"
  elif [ -z "$signalled" ]; then
    break
  fi
done
[ -z "$program" ] || kill -TERM "$program"
[ -z "$program" ] || kill -CONT "$program"
`;
