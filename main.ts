import { run } from "./lib/run.ts";
import { createFindUnreadable, findHome } from "./lib/system/environment.ts";
import type { Host } from "./lib/host.ts";
import {
  colourMessages,
  usesColour,
  wrapMessages,
} from "./lib/settings/terminal_text.ts";
import { killSelf } from "./lib/system/exit_status.ts";

/** Runs assume-role with this process's arguments and variables, and ends the process. */
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
    // A worker can have fewer permissions than this process only if Deno has the flag
    // `--unstable-worker-options`. The executable sets the flag; a module from a registry
    // cannot set it.
    canSandbox: import.meta.url.startsWith("file:"),
    runtime: { deno: Deno.version.deno, target: Deno.build.target },
    now: Date.now,
    writeStdout: (text) => writeAll(Deno.stdout, text),
    writeStderr: (text) => {
      try {
        const isTerminal = Deno.stderr.isTerminal();
        const lines = isTerminal ? wrapMessages(text, columnsOf()) : text;
        const isColoured = usesColour(env, isTerminal);
        writeAll(Deno.stderr, isColoured ? colourMessages(lines) : lines);
      } catch {
        // Stderr is closed: a lost message must not stop the command.
      }
    },
  };
}

/** Returns the columns of the terminal; 0 if the size is not known. */
function columnsOf(): number {
  try {
    return Deno.consoleSize().columns;
  } catch {
    return 0;
  }
}

function writeAll(
  stream: { writeSync(bytes: Uint8Array): number },
  text: string,
): void {
  let rest = new TextEncoder().encode(text);
  while (rest.length > 0) rest = rest.subarray(stream.writeSync(rest));
}

if (import.meta.main) await main();
