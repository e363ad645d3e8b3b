import { run } from "./lib/run.ts";
import { createFindUnreadable, findHome } from "./lib/system/environment.ts";
import type { Host } from "./lib/host.ts";
import { killSelf } from "./lib/system/exit_status.ts";

/** Runs the command line on the real process, and ends it. */
export async function main(): Promise<never> {
  const { status, signal } = await run(await realHost());
  if (signal !== undefined) await killSelf(signal);
  Deno.exit(status);
}

async function realHost(): Promise<Host> {
  const env = Deno.env.toObject();
  const isWindows = Deno.build.os === "windows";
  return {
    args: Deno.args,
    env,
    findUnreadable: createFindUnreadable(Deno.env.get),
    cwd: Deno.cwd,
    home: await findHome(env, isWindows),
    isWindows,
    // Not for a module from a registry: the flag that this takes is not ours.
    canSandbox: import.meta.url.startsWith("file:"),
    runtime: { deno: Deno.version.deno, target: Deno.build.target },
    now: Date.now,
    writeStdout: (text) => writeAll(Deno.stdout, text),
    writeStderr: (text) => {
      try {
        writeAll(Deno.stderr, text);
      } catch {
        // Nobody can be told, and the command is not to suffer from it.
      }
    },
  };
}

function writeAll(
  stream: { writeSync(bytes: Uint8Array): number },
  text: string,
): void {
  let rest = new TextEncoder().encode(text);
  while (rest.length > 0) rest = rest.subarray(stream.writeSync(rest));
}

if (import.meta.main) await main();
