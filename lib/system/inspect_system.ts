import { aclRemedy, findAclProblem } from "./acl.ts";
import { whyNotOnConsole } from "./console_prompt.ts";
import { dirname } from "./dirname.ts";
import { isFile, readTextIfPresent } from "./files.ts";
import { statIfPresent } from "./read_file.ts";
import { isUnreadable } from "./unreadable.ts";
import { whyNotPrivate } from "./read_private.ts";
import { captureProgram } from "./capture_program.ts";
import { tryToWrite } from "./leftovers.ts";
import { reasonOf } from "./os_error.ts";
import { currentUser, type Distrust, findDistrust } from "./distrust.ts";
import { IS_WINDOWS } from "./path.ts";
import { aclStampOf } from "./trusted_file.ts";

/** Owner of a file or directory, and the access that other users have. */
export interface FileFacts {
  readonly path: string;
  readonly kind: "nothing" | "file" | "directory" | "other";
  /** Absent if no other user can change the contents. */
  readonly distrust?: Distrust;
  readonly mayOthersRead: boolean;
  /** Whether nothing is known about other users, as on Windows. */
  readonly isUnchecked?: true;
}

/**
 * Inspects the file or directory at a path, and the symbolic link if there is one.
 *
 * @param accepted another user who may own the file, besides the user and root
 */
export async function inspectFile(
  path: string,
  accepted?: number,
): Promise<FileFacts> {
  const info = await statIfPresent(path);
  if (info === undefined) {
    return { path, kind: "nothing", mayOthersRead: false };
  }
  const kind = info.isFile ? "file" : info.isDirectory ? "directory" : "other";
  if (IS_WINDOWS) {
    return { path, kind, mayOthersRead: false, isUnchecked: true };
  }
  const own = (info: Deno.FileInfo): Deno.FileInfo =>
    info.uid === accepted ? { ...info, uid: Deno.uid() } : info;
  const link = own(await Deno.lstat(path));
  const distrust = findDistrust(path, link, own(info), currentUser()) ??
    await findAclDistrust(path, info);
  return {
    path,
    kind,
    ...(distrust !== undefined && { distrust }),
    mayOthersRead: ((info.mode ?? 0) & 0o044) !== 0,
  };
}

async function findAclDistrust(
  path: string,
  info: Deno.FileInfo,
): Promise<Distrust | undefined> {
  const aclStamp = aclStampOf(info);
  const reason = aclStamp && await findAclProblem(path, aclStamp);
  return reason ? { reason, remedy: aclRemedy(path) } : undefined;
}

/**
 * Returns the reason why a directory is not safe for secrets. Returns `undefined` if
 * the directory is safe or missing.
 */
export async function inspectDirectory(
  path: string,
): Promise<string | undefined> {
  try {
    return await whyNotPrivate(path);
  } catch (error) {
    return error instanceof Deno.errors.NotFound ? undefined : reasonOf(error);
  }
}

/**
 * Returns the reason why no file can be created in a directory, or in the nearest existing
 * directory above a missing directory.
 */
export function findUnwritableReason(path: string): string | undefined {
  try {
    tryToWrite(path);
    return undefined;
  } catch (error) {
    const parent = dirname(path);
    return error instanceof Deno.errors.NotFound && parent !== path
      ? findUnwritableReason(parent)
      : reasonOf(error);
  }
}

/** Returns the reason if a file cannot be read; `undefined` if it can, or is missing. */
export async function findUnreadableReason(
  path: string,
): Promise<string | undefined> {
  try {
    await readTextIfPresent(path);
    return undefined;
  } catch (error) {
    return isUnreadable(error) ? reasonOf(error) : undefined;
  }
}

/** Parts of the system that assume-role needs for prompts and for signal handling. */
export interface TerminalSupport {
  /** Whether assume-role needs a shell; `false` on Windows. */
  readonly needsShell: boolean;
  readonly hasShell: boolean;
  readonly hasStty: boolean;
  readonly hasTerminal: boolean;
  /** The reason why the terminal cannot be used; absent if there is no terminal. */
  readonly obstacle?: string;
}

/** Looks for the shell, `stty` and the terminal. */
export async function inspectTerminalSupport(
  env: Readonly<Record<string, string>>,
): Promise<TerminalSupport> {
  if (IS_WINDOWS) {
    const obstacle = whyNotOnConsole();
    return {
      needsShell: false,
      hasShell: true,
      hasStty: true,
      hasTerminal: obstacle === undefined,
      ...(obstacle !== undefined && { obstacle }),
    };
  }
  const hasShell = isFile("/bin/sh");
  const succeeds = async (commandLine: string) =>
    hasShell &&
    (await captureProgram(commandLine, env, { onStderr: () => {} })).status ===
      0;
  return {
    needsShell: true,
    hasShell,
    hasStty: await succeeds("command -v stty"),
    hasTerminal: await succeeds(": </dev/tty"),
  };
}

/** Versions of the runtime and the operating system. */
export interface Versions {
  /** The runtime's name and version, such as `Deno 2.9.6`. */
  readonly runtime: string;
  readonly system: string;
}

/** Returns the versions of the runtime and the operating system. */
export function versions(): Versions {
  const { os, arch } = Deno.build;
  return {
    runtime: `Deno ${Deno.version.deno}`,
    system: `${os} ${Deno.osRelease()} ${arch}`,
  };
}

/**
 * Lists the names of the variables of this process, including the variables whose values
 * are not valid UTF-8. The names are read from the output of the program `env`. If a
 * value has several lines, and a line looks like an assignment, the list has a wrong
 * name. The list is empty if there is no program `env`.
 */
export async function inheritedNames(): Promise<readonly string[]> {
  try {
    const { stdout } = await new Deno.Command("env", { stderr: "null" })
      .output();
    const lines = new TextDecoder().decode(stdout).split("\n");
    const names = lines.flatMap((line) => /^\w+(?==)/.exec(line)?.[0] ?? []);
    return [...new Set(names)];
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}
