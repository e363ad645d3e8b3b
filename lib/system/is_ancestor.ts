import { IS_WINDOWS } from "./path.ts";

/**
 * Shell script that prints the ID of the process `$1` and the IDs of its ancestors except
 * process 1, each on a line. A shell is used because Deno can read `/proc` only with all
 * permissions.
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

/** Whether a process is an ancestor of this process; `false` if that cannot be found out. */
export async function isAncestor(pid: number): Promise<boolean> {
  if (IS_WINDOWS) return false;
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
