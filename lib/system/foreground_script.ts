/**
 * Shell function that succeeds if the shell's process group is in the foreground of its
 * terminal. The body is a subshell, so that the function changes no variable of the script.
 */
export const IS_IN_FOREGROUND = `
is_in_foreground() (
  if [ -r /proc/$$/stat ]; then
    read -r stat </proc/$$/stat
    set -- \${stat##*) }
    [ "$3" = "$6" ]
  else
    set -- $(PATH=/usr/bin:/bin:/usr/sbin:/sbin ps -o pgid=,tpgid= -p $$)
    [ "$1" = "$2" ]
  fi
)
`;
