/**
 * The machine that the tests of Windows run on: Windows, or Linux with Wine. Only this module
 * knows the difference.
 *
 * @module
 */
import { join } from "@std/path/join";
import { PERMISSION_FLAGS } from "../../tools/permissions.ts";
import { DENO_DIR, ROOT } from "../e2e/test_home.ts";

/** Whether the tests run on Windows itself. */
export const IS_NATIVE: boolean = Deno.build.os === "windows";

/**
 * Directory of Wine, if the tests run on Linux. It has the program `run`, which starts a program
 * of Windows, and `prefix/drive_c`.
 */
const WINE_DIR = Deno.env.get("WINE_DIR");

/** The executable under test, as a path of this system; `undefined` to test the sources. */
const BINARY = Deno.env.get("ASSUME_ROLE_BIN");

/** Deno for Windows, as a path of this system. */
const DENO = IS_NATIVE ? Deno.execPath() : Deno.env.get("WINDOWS_DENO");

/** Whether the sources are tested, and not an executable. */
export const IS_FROM_SOURCE: boolean = BINARY === undefined;

/** Converts a path of this system into a path of Windows. */
export function toWindows(path: string): string {
  if (IS_NATIVE) return path;
  const drive = `${WINE_DIR}/prefix/drive_c/`;
  const [root, rest] = path.startsWith(drive)
    ? ["C:\\", path.slice(drive.length)]
    : ["Z:", path];
  return root + rest.replaceAll("/", "\\");
}

/** Returns the directory of a path of Windows. */
export function parentOf(path: string): string {
  return path.replace(/\\[^\\]*$/, "");
}

/** Converts a path of this system into the path of a share, whose server is this machine. */
export function toShare(path: string): string {
  if (!IS_NATIVE) {
    const server = `${WINE_DIR}/prefix/dosdevices/unc/localhost`;
    Deno.mkdirSync(server, { recursive: true });
    link(`${WINE_DIR}/prefix/drive_c`, `${server}/C$`);
  }
  return toWindows(path).replace(/^C:/, "\\\\localhost\\C$");
}

/** Creates a symbolic link unless the path exists. */
function link(target: string, path: string): void {
  try {
    Deno.symlinkSync(target, path);
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
  }
}

/** Returns the argv that starts a program of Windows. */
function onWindows(path: string, ...args: readonly string[]): string[] {
  return IS_NATIVE ? [path, ...args] : [`${WINE_DIR}/run`, path, ...args];
}

/** Returns the argv, for Windows, of assume-role with the permissions of a release. */
export function program(): string[] {
  return BINARY !== undefined
    ? [toWindows(BINARY)]
    : deno(join(ROOT, "main.ts"), PERMISSION_FLAGS);
}

/** Returns the argv, for Windows, that runs a TypeScript file. */
export function deno(
  path: string,
  flags: readonly string[] = ["-A"],
): string[] {
  return [toWindows(DENO!), "run", "--quiet", ...flags, toWindows(path)];
}

/** Returns the path of a test program in this directory. */
export function fixture(name: string): string {
  return join(import.meta.dirname!, "fixtures", name);
}

/**
 * Returns a directory with the packages that Deno for Windows needs. Under Wine, the databases
 * of the Deno that runs the tests are left alone.
 */
export function denoDirectory(): string {
  if (IS_NATIVE) return DENO_DIR;
  const directory = `${WINE_DIR}/deno`;
  Deno.mkdirSync(directory, { recursive: true });
  link(`${DENO_DIR}/npm`, `${directory}/npm`);
  return directory;
}

/** Whether the tests of Windows can run on this machine. */
export const CAN_RUN: boolean = IS_NATIVE ||
  WINE_DIR !== undefined && DENO !== undefined;

/** The directory in which homes are created; `undefined` for that of temporary files. */
export const HOMES: string | undefined = IS_NATIVE
  ? undefined
  : `${WINE_DIR}/prefix/drive_c/users/root`;

/** Returns the argv, for this system, that starts the agent. */
export function agentArgv(): string[] {
  return onWindows(
    DENO!,
    "run",
    "--quiet",
    "-A",
    join(import.meta.dirname!, "agent.ts"),
  );
}
