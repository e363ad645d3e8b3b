import { isFile, statIfPresent } from "./files.ts";
import { whyNotPrivate } from "./private_files.ts";
import { captureShell } from "./shell.ts";
import { reasonOf } from "./os_error.ts";
import { mayOthersWrite } from "./trusted_file.ts";

/** Whose a file or directory is, and who else gets at it. */
export interface FileFacts {
  readonly path: string;
  readonly kind: "nothing" | "file" | "directory" | "other";
  readonly owner: "user" | "root" | "another user";
  readonly mayOthersRead: boolean;
  readonly mayOthersWrite: boolean;
}

/** Looks at what a path leads to. */
export async function inspectFile(path: string): Promise<FileFacts> {
  const info = await statIfPresent(path);
  if (info === undefined) {
    return {
      path,
      kind: "nothing",
      owner: "user",
      mayOthersRead: false,
      mayOthersWrite: false,
    };
  }
  const kind = info.isFile ? "file" : info.isDirectory ? "directory" : "other";
  const isUnix = Deno.build.os !== "windows";
  const isOwn = !isUnix || info.uid === Deno.uid();
  return {
    path,
    kind,
    owner: isOwn ? "user" : info.uid === 0 ? "root" : "another user",
    mayOthersRead: isUnix && ((info.mode ?? 0) & 0o044) !== 0,
    mayOthersWrite: isUnix && mayOthersWrite(info),
  };
}

/**
 * Why a directory is no place for secrets; `undefined` where it is one, or will
 * be once it is there.
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

/** What questions and signals need of the system. */
export interface Surroundings {
  readonly hasShell: boolean;
  readonly hasStty: boolean;
  readonly hasTerminal: boolean;
}

/** Looks for the shell, `stty` and the terminal. */
export async function inspectSurroundings(
  env: Readonly<Record<string, string>>,
): Promise<Surroundings> {
  if (Deno.build.os === "windows") {
    return {
      hasShell: true,
      hasStty: true,
      hasTerminal: Deno.stdin.isTerminal(),
    };
  }
  const hasShell = isFile("/bin/sh");
  const can = async (commandLine: string) =>
    hasShell &&
    (await captureShell(commandLine, env, { stderr: "null" })).status === 0;
  return {
    hasShell,
    hasStty: await can("command -v stty"),
    hasTerminal: await can(": </dev/tty"),
  };
}

/** What we run on. */
export interface Versions {
  /** Such as `Deno 2.9.6`. */
  readonly runtime: string;
  readonly system: string;
}

/** Tells the versions of what we run on. */
export function versions(): Versions {
  const { os, arch } = Deno.build;
  return {
    runtime: `Deno ${Deno.version.deno}`,
    system: `${os} ${Deno.osRelease()} ${arch}`,
  };
}

/**
 * Lists what can be the name of a variable of the process, those included whose
 * values are not UTF-8: `env` prints them all. Empty if there is no `env`.
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
