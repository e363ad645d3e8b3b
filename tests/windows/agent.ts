/**
 * Runs programs on Windows for the tests: reads requests from stdin, one JSON document a line,
 * and writes the answers to stdout. The tests do not run on Windows themselves under Wine.
 */
import { runOnConsole } from "./console.ts";
import type {
  PipedProgram,
  PipedResult,
  Request,
  Response,
} from "./requests.ts";

/** The variables that programs of Windows need. */
const INHERITED = [
  "SystemRoot",
  "SystemDrive",
  "windir",
  "ComSpec",
  "PATH",
  "PATHEXT",
  "TEMP",
  "TMP",
  "DENO_DIR",
];

function inherited(): Record<string, string> {
  const entries = INHERITED.map((name) => [name, Deno.env.get(name)] as const)
    .filter((entry): entry is [string, string] => entry[1] !== undefined);
  return Object.fromEntries(entries);
}

async function runPiped(
  { argv: [path = "", ...args], env, cwd, stdin }: PipedProgram,
): Promise<PipedResult> {
  const child = new Deno.Command(path, {
    args,
    env: { ...inherited(), ...env },
    cwd,
    clearEnv: true,
    stdin: stdin === undefined ? "null" : "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writing = stdin === undefined
    ? undefined
    // A program need not read its stdin to the end.
    : new Blob([stdin]).stream().pipeTo(child.stdin).catch(() => {});
  const { code, stdout, stderr } = await child.output();
  await writing;
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { status: code, stdout: text(stdout), stderr: text(stderr) };
}

async function answer(request: Request): Promise<Response> {
  const { id } = request;
  try {
    const result = "piped" in request
      ? await runPiped(request.piped)
      : await runOnConsole({
        ...request.console,
        env: { ...inherited(), ...request.console.env },
      });
    return { id, result };
  } catch (error) {
    return { id, error: String(error) };
  }
}

const lines = Deno.stdin.readable.pipeThrough(new TextDecoderStream());
let rest = "";
for await (const text of lines) {
  const parts = (rest + text).split("\n");
  rest = parts.pop()!;
  for (const line of parts) {
    answer(JSON.parse(line)).then((response) => {
      Deno.stdout.writeSync(
        new TextEncoder().encode(`${JSON.stringify(response)}\n`),
      );
    });
  }
}
