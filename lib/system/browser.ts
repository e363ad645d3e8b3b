import { within } from "./path.ts";
import { InterruptedError } from "../errors.ts";
import { interruptible } from "./shell.ts";
import { reasonOf } from "./os_error.ts";

type Env = Readonly<Record<string, string>>;

/** The words of a command that opens a file; its name is to come last. */
export type Opener = readonly [program: string, ...args: string[]];

/** What opens a file in the browser; `undefined` where there is no desktop. */
export function findOpener(
  env: Env,
  os: string = Deno.build.os,
): Opener | undefined {
  if (os === "darwin" || os === "windows") {
    // The desktop is that of another place than the person's.
    if (env.SSH_CONNECTION) return undefined;
    return os === "darwin"
      ? ["open"]
      : ["rundll32", "url.dll,FileProtocolHandler"];
  }
  return env.DISPLAY || env.WAYLAND_DISPLAY ? ["xdg-open"] : undefined;
}

/**
 * Opens a page with a secret in it. The words of a command can be seen by all
 * users of a machine, so the page is handed over as a file in a directory that
 * only its owner can enter, and which is gone when this returns.
 *
 * @param patience how long the browser has to read it, in milliseconds
 * @returns why it cannot be opened, in a few words
 * @throws {InterruptedError} where a signal ended the wait
 */
export async function openPage(
  [program, ...args]: Opener,
  html: string,
  env: Env,
  patience: number,
): Promise<string | undefined> {
  let directory: string;
  try {
    directory = await Deno.makeTempDir({ prefix: "assume-role-" });
  } catch (error) {
    return `no temporary directory can be made: ${reasonOf(error)}`;
  }
  try {
    const path = within(directory, "console.html");
    await Deno.writeTextFile(path, html, { createNew: true, mode: 0o600 });
    const child = new Deno.Command(program, {
      args: [...args, path],
      env: { ...env },
      clearEnv: true,
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    // It may be the browser itself, which stays when we go.
    child.unref();
    return await interruptible(...readFor(patience, program, child));
  } catch (error) {
    if (error instanceof InterruptedError) throw error;
    return error instanceof Deno.errors.NotFound
      ? `there is no ${program}`
      : `${program}: ${reasonOf(error)}`;
  } finally {
    await Deno.remove(directory, { recursive: true }).catch(() => {});
  }
}

/** Waits for a while, or until the opener fails; and what ends the wait. */
function readFor(
  patience: number,
  program: string,
  child: Deno.ChildProcess,
): [work: Promise<string | undefined>, stop: () => void] {
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  const timer = setTimeout(() => resolve(undefined), patience);
  child.status.then(({ success, code }) => {
    if (!success) resolve(`${program} ended with status ${code}`);
  });
  return [
    promise.finally(() => clearTimeout(timer)),
    () => resolve(undefined),
  ];
}
