/**
 * Shell function that sets the state, parent, group and session of a process, the group in
 * the foreground of the terminal, the start time, and the mask of the signals that the
 * process ignores. Without `/proc`, the session is the name of the terminal, and the start
 * time and the mask are empty. `ps` prints `??` if there is no terminal, which must not
 * become the name of a file. If BusyBox is the shell, `read` may not work: see `READ_LINE`.
 */
export const LOOK_AT = `
[ /bin/sh -ef /bin/busybox ] && busybox=yes
look_at() {
  if [ ! -r /proc/self/stat ]; then
    stat=$(ps -o state=,ppid=,pgid=,tty=,tty=,tpgid= -p "$1")
  elif [ "\${busybox-}" ]; then
    stat=$(cat "/proc/$1/stat")
  else
    stat=
    while read -r part; do stat="$stat $part"; done <"/proc/$1/stat"
  fi 2>/dev/null
  set -f
  set -- \${stat##*) }
  set +f
  state=$1 parent=$2 group=$3 session=$4 foreground=$6 started=\${20-} ignored=\${31-}
}
`;

/**
 * Shell commands that print the signals that assume-role ignores. Deno ignores at least one
 * signal, so that an empty mask means an unknown mask.
 */
const PRINT_IGNORED = `
look_at $PPID
[ "\${ignored:=0}" != 0 ] || trap
number=1
while [ $ignored -gt 0 ]; do
  [ $((ignored & 1)) = 0 ] || kill -l $number
  ignored=$((ignored >> 1)) number=$((number + 1))
done
`;

/** Shell function that prints whether the command shares our group or our session. */
const PRINT_GROUP = `
print_group() {
  look_at $$
  our_group=$group our_session=$session
  look_at "$program"
  if [ "$group" = "$our_group" ]; then echo in-group
  elif [ "$session" = "$our_session" ]; then echo in-session
  fi
}
`;

/** Shell function that tests whether a process is suspended. */
export const IS_STOPPED = `
is_stopped() {
  look_at "$1"
  case $state in T*) ;; *) return 1 ;; esac
}
`;

/**
 * Shell function that finds the command if assume-role died while the command started, so
 * that its process ID is unknown: the command has the group and the new parent of this
 * shell, is younger, and has the token of a session in its environment, which the command
 * gets a moment after the start. If assume-role died before this shell started, the parent
 * stays the same. Without `/proc`, the
 * environment is not checked.
 */
const FIND_COMMAND = `
find_command() {
  program= looks=0
  while look_at $$; [ "$parent" = $PPID ] && [ $looks -lt 20 ]; do
    looks=$((looks + 1))
    sleep 0.1 || sleep 1
  done
  ours="$parent $group" since=$started
  for look in 1 2 3; do
    for pid in $(cd /proc && echo [0-9]* || ps -A -o pgid=,pid= | grep "^ *$group "); do
      look_at $pid
      [ "$parent $group" = "$ours" ] && if [ "$started" ]; then
        [ "$started" -ge "$since" ] && [ $pid != $$ ] &&
          grep -q 'AWS_[A-Z_]*TOKEN=' /proc/$pid/environ
      else
        [ $pid -gt $$ ]
      fi && program="$program $pid"
    done
    [ ! "$program" ] || break
    sleep 0.2 || sleep 1
  done
}
`;

/**
 * Shell function that reads a request. After a trapped signal, the command `read` of
 * BusyBox 1.38 fails or never returns. Therefore a new shell, which ignores the signals,
 * then reads each request. This shell runs its traps after each request.
 */
const READ_LINE = `
read_line() {
  if [ "$new_shell" ]; then
    line=$(/bin/sh -c 'trap "" $0; read -r line && echo "$line"' "$names")
  else
    read -r line
  fi
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
 * The script that suspends assume-role is sent when the command is suspended, so that most
 * runs do not load it. If assume-role dies, the
 * shell's stdin ends, and the shell terminates the command: the shell ignores SIGPIPE, so that
 * `echo` does not end the shell before that, and sends SIGCONT, because a suspended command
 * handles SIGTERM only then.
 */
export const SIGNAL_MONITOR_SCRIPT =
  `${LOOK_AT}${PRINT_GROUP}${IS_STOPPED}${FIND_COMMAND}${READ_LINE}names="$*"${PRINT_IGNORED}echo ready
trap '' PIPE
program= new_shell= begun=
for name; do trap "signalled=yes new_shell=$busybox; echo signal $name" "$name"; done
while :; do
  signalled= line=
  if read_line; then
    line=$begun$line begun=
    case $line in
    start) program=? ;;
    watch*) program=\${line#watch=} ;;
    group*) print_group ;;
    stopped*) is_stopped $program && echo yes ;;
    eval*) eval "$(printf %b "\${line#eval }")" ;;
    esac
    printf '%s\\n' "$line"
  elif [ "$signalled" ]; then
    begun=$begun$line
  else
    break
  fi
done
[ "$program" != ? ] || find_command
for pid in $program; do
  kill -TERM $pid
  kill -CONT $pid
done
`;
