/**
 * Helper shell in the process group of assume-role, beside the command. The shell
 * sees what Deno cannot see, or only with all permissions:
 *
 * - the signals that were ignored when assume-role started;
 * - the signals that were sent to the whole group, because the shell gets them too;
 * - whether the command is stopped, and its process group and session.
 *
 * The shell reads one request per line and ends each answer with the same line. A
 * signal that came before a request is reported before the answer. While
 * assume-role is stopped and cannot ask, the shell itself watches whether the
 * command is still stopped. If assume-role dies, the shell's stdin ends, and the
 * shell terminates the command.
 */
export const SIGNAL_MONITOR_SCRIPT = `
# Sets the state, parent, group and session of a process (or its terminal, if there is
# no /proc) and, from /proc, the mask of the signals that it ignores.
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

print_ignored() {
  look_at $PPID
  # Deno always ignores a signal: an empty mask means that the system has no mask.
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

# Whether a shell or another parent can continue the job after a stop.
is_job() {
  look_at $$
  our_group=$group our_session=$session
  while [ "$group" = "$our_group" ] && [ "$parent" -gt 0 ]; do
    look_at "$parent"
  done
  [ "$group" != "$our_group" ] && [ "$session" = "$our_session" ] &&
    [ "$session" != '??' ]
}

print_group() {
  look_at "$program"
  program_group=$group program_session=$session
  look_at $$
  if [ "$program_group" = "$group" ]; then echo in-group
  elif [ "$program_session" = "$session" ]; then echo in-session
  fi
}

is_stopped() {
  look_at "$1"
  case $state in T*) ;; *) return 1 ;; esac
}

# Continues assume-role when the command is no longer stopped.
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
    # The signal that stops assume-role may come a little later.
    [ -n "$stopped" ] || looks=$((looks + 1))
    sleep 0.2 || sleep 1 || return
  done
}

# Stops assume-role if the command is stopped, so that the user's shell sees a stop.
mirror_stop() {
  is_stopped "$program" && is_job || return
  kill -STOP $PPID
  (watch &) # without a parent, so that no process must wait for it
}

names="$*"
print_ignored
echo ready
trap '' PIPE # if assume-role died, the command must still be terminated
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
[ -z "$program" ] || kill -CONT "$program" # a stopped command would not see the first signal
`;
