/**
 * A small shell in our process group, beside the program that we run. It knows
 * what Deno cannot tell us, or only with all permissions:
 *
 * - which signals are ignored since before we started;
 * - which signals were sent to the whole group, for it gets them too;
 * - whether the program is stopped, and in which group and session it is.
 *
 * It reads a request a line, and answers with the same line after all that
 * there is to say; so a signal that came before the request is told before the
 * answer. While we are stopped and cannot ask, it looks by itself whether the
 * program still is. When we are gone without a word, its stdin ends, and it ends
 * the program that would be left behind.
 */
export const SIGNAL_MONITOR_SCRIPT = `
# Sets state, parent, group and session (or its like) that a process has, and
# where the system tells them so, the signals that it ignores, as a mask.
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

tell_ignored() {
  look_at $PPID
  # Deno always ignores one: where there is none, the system does not tell.
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

# Whether somebody is there to take up a job that stops, such as a shell.
is_job() {
  look_at $$
  our_group=$group our_session=$session
  while [ "$group" = "$our_group" ] && [ "$parent" -gt 1 ]; do
    look_at "$parent"
  done
  [ "$group" != "$our_group" ] && [ "$session" = "$our_session" ] &&
    [ "$session" != '??' ]
}

tell_group() {
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

# Continues us when the program is no longer stopped; ends when we go on.
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
    # The signal that stops us may take its time.
    [ -n "$stopped" ] || looks=$((looks + 1))
    sleep 0.2 || sleep 1 || return
  done
}

# A program that has stopped stops us, so that our shell sees it.
mirror_stop() {
  is_stopped "$program" && is_job || return
  kill -STOP $PPID
  (watch &) # nobody's child: nobody has to wait for it
}

names="$*"
tell_ignored
echo ready
trap '' PIPE # when we are gone, nobody hears it, and there is one thing left to do
program=
for name; do trap "signalled=yes; echo signal $name" "$name"; done
while :; do
  signalled=
  if read -r line; then
    case $line in
    watch*) program=\${line#watch } ;;
    group*) tell_group ;;
    mirror-stop*) mirror_stop ;;
    esac
    echo "$line"
  elif [ -z "$signalled" ]; then
    break
  fi
done
[ -z "$program" ] || kill -TERM "$program"
[ -z "$program" ] || kill -CONT "$program" # or it would not see the other
`;
