/**
 * Runs a program on a console of its own, as a pseudo-terminal of Unix does. Can be imported
 * on Windows only, and needs all permissions.
 *
 * @module
 */
import { createConsole } from "./native.ts";
import type { ConsoleProgram, ConsoleResult, Step } from "./requests.ts";

/** Width and height of the console; wide, so that no message is wrapped. */
const SIZE = { columns: 400, rows: 60 } as const;
/** The time after which a program is ended that still runs. */
const TIMEOUT_MS = 40_000;

/** Runs a program on a new console, and reacts to what the console shows. */
export async function runOnConsole(
  { argv, env, cwd, steps, streams = {} }: ConsoleProgram,
): Promise<ConsoleResult> {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const console = createConsole(SIZE.columns, SIZE.rows);
  // Another program, which is on the console, starts the program and types: the streams of a
  // program that is started on a new console are not always those of the console.
  const starter = denoArgv(
    "start_on_console.ts",
    argv,
    streams,
    listener.addr.port,
  );
  const { status, terminate } = console.start(starter, env, cwd);
  const timer = setTimeout(terminate, TIMEOUT_MS);
  const typist = (await listener.accept()).writable.getWriter();
  const player = new Player(steps, (typed) => {
    const line = `${JSON.stringify(typed)}\n`;
    typist.write(new TextEncoder().encode(line)).catch(() => {});
  });
  const decoder = new TextDecoder();
  const reading = (async () => {
    for (;;) {
      const chunk = await console.read();
      if (chunk === undefined) return;
      player.add(decoder.decode(chunk, { stream: true }));
    }
  })();
  const end = await status;
  clearTimeout(timer);
  await typist.close().catch(() => {}); // the program has ended
  await console.close();
  await reading;
  return { status: end, screen: player.screen };
}

function denoArgv(script: string, ...values: readonly unknown[]): string[] {
  return [
    Deno.execPath(),
    "run",
    "--quiet",
    "-A",
    import.meta.resolve(`./${script}`),
    ...values.map((value) => JSON.stringify(value)),
  ];
}

/** Collects the output of a console, and types when the texts of the steps appear. */
class Player {
  readonly #steps: Step[];
  readonly #type: (typed: Step[1]) => void;
  #raw = "";
  /** The position behind the text that the last step waited for. */
  #at = 0;

  constructor(steps: readonly Step[], type: (typed: Step[1]) => void) {
    this.#steps = [...steps];
    this.#type = type;
  }

  /** The output without control sequences. */
  get screen(): string {
    return this.#raw
      // deno-lint-ignore no-control-regex
      .replace(/\x1b\[[0-9;?]*[A-Za-z]|\x1b\].*?(?:\x07|\x1b\\)/g, "")
      .replaceAll("\r", "");
  }

  add(text: string): void {
    this.#raw += text;
    const screen = this.screen;
    for (;;) {
      const [seen, typed] = this.#steps[0] ?? [];
      if (seen === undefined || typed === undefined) return;
      const found = screen.indexOf(seen, this.#at);
      if (found < 0) return;
      this.#at = found + seen.length;
      this.#steps.shift();
      this.#type(typed);
    }
  }
}
