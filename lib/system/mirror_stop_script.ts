/**
 * Shell function that tests whether the user can continue a suspended assume-role: a process
 * of another group in the same session, such as an interactive shell, started assume-role.
 */
export const IS_JOB = `
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
 * Script that the signal monitor runs if the command is suspended. While assume-role is
 * suspended and cannot ask, the script watches the command, and continues assume-role when
 * the command continues.
 */
export const MIRROR_STOP_SCRIPT = `${IS_JOB}${WATCH}${MIRROR_STOP}mirror_stop`;
