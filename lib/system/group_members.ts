import { isFile } from "./files.ts";

/** Paths of `getent`. A search in PATH could find the program of another user. */
const GETENT_PATHS = [
  "/usr/bin/getent",
  "/bin/getent",
  "/run/current-system/sw/bin/getent", // NixOS
];

/**
 * Finds the reason why users besides this user may have the permissions of a group. Returns
 * `undefined` if the lists of the system name no other member of the group.
 *
 * `/etc/group` does not list the users whose main group this is; `/etc/passwd` does. System
 * accounts, such as `sync`, can have root's group as their main group, and do not count.
 */
export async function findGroupProblem(
  group: number,
): Promise<string | undefined> {
  const groups = linesOf(
    readList("/etc/group"),
    await getent("group", group),
  ).filter(([, , id]) => id === `${group}`);
  if (groups.length === 0) {
    return "the members of the group are not known";
  }
  const accounts = linesOf(
    readList("/etc/passwd"),
    await getent("passwd", Deno.uid() ?? 0),
  );
  const own = accounts.filter(([, , id]) => id === `${Deno.uid()}`)
    .map(([name]) => name);
  const listed = groups.flatMap(([, , , members = ""]) => members.split(","));
  const others = accounts.filter(([, , id, main]) =>
    group !== 0 && main === `${group}` && id !== `${Deno.uid()}`
  ).map(([name]) => name);
  const other = [...listed, ...others]
    .find((name) => name !== "" && !own.includes(name));
  return other && `the group has another member, '${other}'`;
}

/** Splits the lines of lists into their fields. */
function linesOf(...lists: readonly string[]): readonly string[][] {
  return lists.flatMap((list) => list.split("\n"))
    .map((line) => line.trim().split(":"));
}

function readList(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return ""; // the list is missing or cannot be read
  }
}

/** Looks up an entry, also in the directory of a network; `""` if there is none. */
async function getent(list: "group" | "passwd", id: number): Promise<string> {
  const program = GETENT_PATHS.find(isFile);
  if (program === undefined) return "";
  try {
    const { stdout } = await new Deno.Command(program, {
      args: [list, `${id}`],
      clearEnv: true,
      stdin: "null",
      stderr: "null",
    }).output();
    return new TextDecoder().decode(stdout);
  } catch {
    return ""; // the program cannot be started
  }
}
