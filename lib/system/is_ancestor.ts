/**
 * Shell script that prints the process `$1` and the processes above it, one a line.
 * A shell does it because Deno opens `/proc` only for a program with all permissions.
 */
const LIST_SCRIPT = `
pid=$1
while [ "\${pid:-0}" -gt 1 ]; do
  echo "$pid"
  parent=
  if [ -r "/proc/$pid/status" ]; then
    while read -r key value; do
      [ "$key" != PPid: ] || parent=$value
    done <"/proc/$pid/status"
  else
    parent=$(ps -o ppid= -p "$pid")
  fi
  pid=\${parent##* }
done
`;

/** Whether this process descends from a process; `false` if the system does not tell. */
export async function isAncestor(pid: number): Promise<boolean> {
  if (Deno.build.os === "windows") return false;
  try {
    const { stdout } = await new Deno.Command("/bin/sh", {
      args: ["-c", LIST_SCRIPT, "sh", `${Deno.ppid}`],
      stderr: "null",
    }).output();
    return new TextDecoder().decode(stdout).split("\n").includes(`${pid}`);
  } catch {
    return false;
  }
}
