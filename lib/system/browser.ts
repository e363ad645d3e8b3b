import { tmpdir } from "node:os";
import { pathToFileURL } from "node:url";
import { IS_WINDOWS, within } from "./path.ts";
import { interruptible } from "./interruptible.ts";
import { PAGE_NAME, pageDirectory, removePage } from "./leftovers.ts";
import { reasonOf } from "./os_error.ts";
import { Timeout } from "./timeout.ts";

type Env = Readonly<Record<string, string>>;

/** Time in which the browser must read a page, in milliseconds. */
export const BROWSER_START_MS = 15_000;

/** Program that opens a page. */
export interface Opener {
  readonly program: string;
  /** Returns the program's arguments for the page at a path. */
  readonly argsFor: (path: string) => readonly string[];
}

/**
 * Finds the programs that open a page in the browser of the desktop, in the order in which
 * to try them. The result is empty if the user cannot see the desktop of this machine.
 */
export function findOpeners(
  env: Env,
  os: string = Deno.build.os,
): readonly Opener[] {
  const opener = (program: string, ...args: readonly string[]): Opener => ({
    program,
    argsFor: (path) => [...args, path],
  });
  const isRemote = Boolean(env.SSH_CONNECTION);
  if (os === "darwin") return isRemote ? [] : [opener("open")];
  if (os === "windows") {
    return isRemote ? [] : [opener("rundll32", "url.dll,FileProtocolHandler")];
  }
  const isDesktop = env.DISPLAY || env.WAYLAND_DISPLAY;
  const distribution = isRemote ? undefined : env.WSL_DISTRO_NAME;
  return [
    ...(distribution ? [opener("wslview"), windowsOpener(distribution)] : []),
    ...(isDesktop ? [opener("xdg-open")] : []),
  ];
}

/** Creates the opener that starts the browser of Windows from the Linux system of WSL. */
function windowsOpener(distribution: string): Opener {
  return {
    program: "powershell.exe",
    argsFor: (path) => {
      const share = `\\\\wsl.localhost\\${distribution}${
        path.replaceAll("/", "\\")
      }`;
      const quoted = share.replace(/['\u2018-\u201b]/g, "$&$&");
      return [
        "-NoProfile",
        "-NonInteractive",
        "-Command",
        `Start-Process -FilePath '${quoted}'`,
      ];
    },
  };
}

/**
 * Returns the `file:` address of a page. In the Linux system of WSL, a program of Windows
 * gets an address that leads from Windows to the file.
 */
export function pageAddress(path: string, program: string, env: Env): string {
  const url = pathToFileURL(path);
  const distribution = env.WSL_DISTRO_NAME;
  return distribution && /\.exe$/i.test(program)
    ? `file://wsl.localhost/${encodeURIComponent(distribution)}${url.pathname}`
    : url.href;
}

/**
 * Opens a page that contains a secret. Every user of the machine can see the arguments
 * of a process, so the page is passed as a file in a temporary directory that only the
 * user can enter. The directory is removed before the function returns.
 *
 * @param readTimeMs The time that the browser gets to read the file.
 * @param record Records the path of the directory before the directory is created, so that
 * another process can remove the directory if this process is killed. The record is removed
 * last.
 * @param until Ends the wait early when the promise is fulfilled: the browser has read the
 * file.
 * @returns The reason why the page cannot be opened; `undefined` if it was opened.
 * @throws {InterruptedError} If a signal ends the wait.
 */
export async function openPage(
  opener: Opener,
  html: string,
  env: Env,
  readTimeMs: number,
  record: (directory: string) => Disposable | undefined = () => undefined,
  until?: Promise<unknown>,
): Promise<string | undefined> {
  const { promise: end, resolve } = Promise.withResolvers<undefined>();
  until?.then(() => resolve(undefined), () => {});
  // Signals are observed until the directory is removed, also while the opener starts.
  return await interruptible(
    showPage(opener, html, env, { readTimeMs, end }, record),
    () => resolve(undefined),
  );
}

async function showPage(
  { program, argsFor }: Opener,
  html: string,
  env: Env,
  wait: { readonly readTimeMs: number; readonly end: Promise<undefined> },
  record: (directory: string) => Disposable | undefined,
): Promise<string | undefined> {
  const parent = tmpdir();
  const directory = pageDirectory(parent);
  using _ = record(directory);
  try {
    makePageDirectory(parent, directory);
  } catch (error) {
    const variable = IS_WINDOWS ? "TMP" : "TMPDIR";
    return `cannot create a temporary directory: ${
      reasonOf(error)
    } (set ${variable} to use another directory)`;
  }
  try {
    const path = within(directory, PAGE_NAME);
    await Deno.writeTextFile(path, html, { createNew: true, mode: 0o600 });
    const child = new Deno.Command(program, {
      args: [...argsFor(path)],
      env: { ...env },
      clearEnv: true,
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    // The opener may be the browser itself, which outlives this process.
    child.unref();
    return await waitForReading(program, child, wait);
  } catch (error) {
    return error instanceof Deno.errors.NotFound
      ? `${program} was not found`
      : `${program}: ${reasonOf(error)}`;
  } finally {
    await removePage(directory).catch(() => {});
  }
}

/**
 * Creates the directory of a page. The name is random, and the creation fails if a file of
 * any kind is at the path.
 *
 * @throws {Error} If another user could replace the directory, or it cannot be created
 */
function makePageDirectory(parent: string, directory: string): void {
  const { uid, mode } = Deno.statSync(parent);
  const isSticky = ((mode ?? 0) & 0o1000) !== 0;
  if (!IS_WINDOWS && uid !== 0 && uid !== Deno.uid()) {
    throw new Error(`${parent} belongs to user ${uid}`);
  }
  if (!IS_WINDOWS && !isSticky && ((mode ?? 0) & 0o022) !== 0) {
    throw new Error(`other users can write to ${parent}`);
  }
  Deno.mkdirSync(directory, { mode: 0o700 });
}

/**
 * Waits until the time for reading is over, the opener fails, or `end` is fulfilled.
 *
 * @returns the reason if the opener failed
 */
async function waitForReading(
  program: string,
  child: Deno.ChildProcess,
  { readTimeMs, end }: {
    readonly readTimeMs: number;
    readonly end: Promise<undefined>;
  },
): Promise<string | undefined> {
  const { promise: failure, resolve } = Promise.withResolvers<string>();
  child.status.then(({ success, code }) => {
    if (!success) resolve(`${program} ended with status ${code}`);
  });
  using timeout = new Timeout(readTimeMs);
  return await Promise.race([failure, end, timeout.end.then(() => undefined)]);
}
