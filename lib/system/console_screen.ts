import { InterruptedError } from "../errors.ts";
import { whyNotOnConsole } from "./console_prompt.ts";
import { CLEAR, formatFrame, type Frame, type Size } from "./frame.ts";
import { interruptible } from "./interruptible.ts";
import type { Screen, ScreenResult } from "./screen.ts";

/** Time between two looks at the size of the console, and limit for the rest of a key. */
const READ_MS = 200;

/**
 * Screen on the console of Windows, on which Deno can use stdin and stderr only. Ctrl-C is
 * a key there.
 */
export class ConsoleScreen implements Screen {
  readonly #hasColor: boolean;
  /** A read that has not ended. A read of the console cannot be cancelled. */
  #reading: Promise<number | undefined> | undefined;
  #size: Size = Deno.consoleSize();

  private constructor(hasColor: boolean) {
    this.#hasColor = hasColor;
  }

  /** Runs a task; see `useScreen()`. */
  static async use<T>(
    work: (screen: Screen) => Promise<T>,
    hasColor: boolean,
  ): Promise<ScreenResult<T>> {
    if (whyNotOnConsole() !== undefined) return { kind: "no terminal" };
    const stopped = Promise.withResolvers<never>();
    Deno.stdin.setRaw(true);
    try {
      const value = await interruptible(
        Promise.race([work(new ConsoleScreen(hasColor)), stopped.promise]),
        () => stopped.reject(new InterruptedError("SIGINT")),
      );
      return { kind: "done", value };
    } finally {
      show(CLEAR);
      Deno.stdin.setRaw(false);
    }
  }

  draw(frame: Frame): Promise<void> {
    show(formatFrame(frame, this.#hasColor));
    return Promise.resolve();
  }

  size(): Promise<Size> {
    this.#size = Deno.consoleSize();
    return Promise.resolve(this.#size);
  }

  async readByte(
    patience: "wait" | "soon" | "now",
  ): Promise<number | undefined | "redraw"> {
    do {
      const { rows, columns } = Deno.consoleSize();
      const isSame = rows === this.#size.rows && columns === this.#size.columns;
      if (!isSame) return "redraw";
      const byte = await this.#read(patience === "now" ? 0 : READ_MS);
      if (byte !== undefined) return byte;
    } while (patience === "wait");
    return undefined;
  }

  /** Does nothing, because Windows cannot suspend a program. */
  suspend(): Promise<void> {
    return Promise.resolve();
  }

  async #read(waitMs: number): Promise<number | undefined> {
    this.#reading ??= readStdinByte();
    const { promise, resolve } = Promise.withResolvers<"timeout">();
    const timer = setTimeout(() => resolve("timeout"), waitMs);
    const byte = await Promise.race([this.#reading, promise]);
    clearTimeout(timer);
    if (byte === "timeout") return undefined;
    this.#reading = undefined;
    return byte;
  }
}

async function readStdinByte(): Promise<number> {
  const bytes = new Uint8Array(1);
  // The console has no end of input in raw mode.
  if (await Deno.stdin.read(bytes) === null) {
    throw new InterruptedError("SIGHUP");
  }
  return bytes[0]!;
}

function show(text: string): void {
  Deno.stderr.writeSync(new TextEncoder().encode(text));
}
