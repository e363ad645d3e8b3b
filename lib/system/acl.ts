import { ConfigError } from "../errors.ts";
import { isFile } from "./files.ts";
import { quote } from "./distrust.ts";
import { readTrusted, type TrustedFile } from "./trusted_file.ts";

/** Paths of `ls`. A search in PATH could find the program of another user. */
const LS_PATHS = [
  "/usr/bin/ls",
  "/bin/ls",
  "/run/current-system/sw/bin/ls", // NixOS
];

/**
 * Checks a file that was read already.
 *
 * @throws {ConfigError} If the file cannot be trusted, or no longer has the given text.
 */
export async function checkTrusted(path: string, text: string): Promise<void> {
  const file = await readTrusted(path);
  if (file?.text === text) return await checkAcl(path, file);
  throw new ConfigError(
    `Cannot use ${path}: the file has changed since assume-role read it`,
    { hint: "run assume-role again" },
  );
}

/**
 * Checks that no ACL lets other users write to a file that was read. Deno cannot read ACLs,
 * so the output of `ls -l` tells whether the file has an ACL.
 *
 * @param file the file, as it was read
 * @param lsPaths the paths of programs `ls`, of which the first that exists is used
 * @throws {ConfigError} If there is an ACL, or the check is not possible
 */
export async function checkAcl(
  path: string,
  { aclStamp }: Pick<TrustedFile, "aclStamp">,
  lsPaths: readonly string[] = LS_PATHS,
): Promise<void> {
  if (aclStamp === undefined) return;
  const reason = await findAclProblem(path, aclStamp, lsPaths);
  if (reason === undefined) return;
  throw new ConfigError(`Cannot use ${path}: ${reason}`, {
    hint: `check the contents of the file, then ${aclRemedy(path)}`,
  });
}

/** Returns the remedy: without the group's permission, no ACL lets another user write. */
export function aclRemedy(path: string): string {
  return `run: chmod g-w ${quote(path)}`;
}

/** Returns the reason why an ACL may let other users write to a file, if there is one. */
export async function findAclProblem(
  path: string,
  aclStamp: string,
  lsPaths: readonly string[] = LS_PATHS,
): Promise<string | undefined> {
  const [, inode = ""] = aclStamp.split(" ");
  const found = await findAcl(path, inode, lsPaths);
  if (found === "none") return undefined;
  return found === "some"
    ? "an ACL may let other users write to the file"
    : `the group can write to the file, and it is not known whether an ACL lets other users write: ${found.unknown}`;
}

/** Finds out whether a file or a directory has an ACL; if that is not known, tells why. */
export async function findAcl(
  path: string,
  inode: string,
  lsPaths: readonly string[] = LS_PATHS,
): Promise<"none" | "some" | { readonly unknown: string }> {
  const ls = lsPaths.find(isFile);
  if (ls === undefined) {
    return { unknown: "there is no 'ls' in /usr/bin or /bin" };
  }
  const output = await run(ls, "-ldiL", "--", path);
  const [, shown, mark] = /^\s*(\d+) [-\w]{10}(\S?)/.exec(output) ?? [];
  if (shown !== inode) return { unknown: `${ls} does not show the file` };
  if (mark === "+") return "some";
  // The `ls` of busybox does not show ACLs.
  return /coreutils/.test(await run(ls, "--version"))
    ? "none"
    : { unknown: `${ls} does not show ACLs` };
}

async function run(program: string, ...args: string[]): Promise<string> {
  try {
    const { stdout } = await new Deno.Command(program, {
      args,
      env: { LC_ALL: "C" },
      clearEnv: true,
      stdin: "null",
      stderr: "null",
    }).output();
    return new TextDecoder().decode(stdout);
  } catch {
    return ""; // the program cannot be started
  }
}
