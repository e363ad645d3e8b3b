import { ConfigError } from "../errors.ts";
import { isFile } from "./files.ts";
import { checkLinks } from "./check_links.ts";
import { quote } from "./distrust.ts";
import { findGroupProblem } from "./group_members.ts";
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
  if (file?.text === text) return await checkReadFile(path, file);
  throw new ConfigError(
    `Cannot use ${path}: the file has changed since assume-role read it`,
    { hint: "run assume-role again" },
  );
}

/**
 * Checks the symbolic links that lead to a file that was read, and its ACL and its group.
 *
 * @throws {ConfigError} If the file cannot be trusted
 */
export async function checkReadFile(
  path: string,
  file: TrustedFile,
): Promise<void> {
  await checkLinks(path, file.text);
  await checkAcl(path, file);
}

/**
 * Checks that neither an ACL nor the membership in the group of a file that was read lets
 * other users write to the file. Deno cannot read ACLs, so the output of `ls -l` tells
 * whether the file has an ACL.
 *
 * @param file the file, as it was read
 * @param lsPaths the paths of programs `ls`, of which the first that exists is used
 * @throws {ConfigError} If there is an ACL or another member, or the check is not possible
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

/** Returns the reason why an ACL or the group may let other users write to a file, if any. */
export async function findAclProblem(
  path: string,
  aclStamp: string,
  lsPaths: readonly string[] = LS_PATHS,
): Promise<string | undefined> {
  const [, inode = "", , group] = aclStamp.split(" ");
  const found = await findAcl(path, inode, lsPaths);
  if (found === "none") {
    const reason = await findGroupProblem(Number(group));
    return reason && `the group can write to the file, and ${reason}`;
  }
  return found === "some"
    ? "an ACL may let other users write to the file"
    : `the group can write to the file, and assume-role cannot check whether an ACL lets other users write: ${found.unknown}`;
}

/** Whether a file has an ACL; if that is not known, the reason. */
type Acl = "none" | "some" | { readonly unknown: string };

/** Finds out whether a file or a directory has an ACL. */
export async function findAcl(
  path: string,
  inode: string,
  lsPaths: readonly string[] = LS_PATHS,
): Promise<Acl> {
  const ls = lsPaths.find(isFile);
  if (ls === undefined) return NO_LS;
  const [list, version] = ["-ldiL", "--version"].map((option) =>
    run(ls, option, path).output().then(({ stdout }) => stdout)
      .catch(() => NOTHING) // the program cannot be started
  );
  return interpret(ls, inode, await list!, await version!);
}

/** As {@linkcode findAcl}, but synchronous, and follows no symbolic link. */
export function findAclSync(path: string, inode: string): Acl {
  const ls = LS_PATHS.find(isFile);
  if (ls === undefined) return NO_LS;
  const [list, version] = ["-ldi", "--version"].map((option) => {
    try {
      return run(ls, option, path).outputSync().stdout;
    } catch {
      return NOTHING; // the program cannot be started
    }
  });
  return interpret(ls, inode, list!, version!);
}

const NO_LS: Acl = { unknown: "there is no 'ls' in /usr/bin or /bin" };
const NOTHING = new Uint8Array();

/** Interprets what `ls` prints about a file and about its version. */
function interpret(
  ls: string,
  inode: string,
  list: Uint8Array,
  version: Uint8Array,
): Acl {
  const [listText, versionText] = [list, version].map((bytes) =>
    new TextDecoder().decode(bytes)
  );
  const [, shown, mark] = /^\s*(\d+) [-\w]{10}(\S?)/.exec(listText!) ?? [];
  if (shown !== inode) return { unknown: `${ls} does not show the file` };
  if (mark === "+") return "some";
  // The `ls` of busybox does not show ACLs.
  return /coreutils/.test(versionText!)
    ? "none"
    : { unknown: `${ls} does not show ACLs` };
}

function run(program: string, option: string, path: string): Deno.Command {
  return new Deno.Command(program, {
    args: [option, "--", path],
    env: { LC_ALL: "C" },
    clearEnv: true,
    stdin: "null",
    stderr: "null",
  });
}
