import { InterruptedError, type Interruption } from "../errors.ts";
import { ConsoleScreen } from "./console_screen.ts";
import { CLEAR, formatFrame, type Frame, type Size } from "./frame.ts";
import { helperShell } from "./helper_shell.ts";
import { interruptible } from "./interruptible.ts";
import { IS_WINDOWS } from "./path.ts";
import { SCREEN_SCRIPT } from "./screen_script.ts";
import { end, explainEnd, explainStart, type NoTerminal } from "./terminal.ts";

/** The size of a terminal that does not say its size. */
const DEFAULT_SIZE: Size = { rows: 24, columns: 80 };

/**
 * Matches the answer to a request for a byte: the process ID of the reader, if there was a
 * reader, before or after it the byte, and the mark of the end.
 */
const BYTE_ANSWER = /^((?:[^]?p\d+\n[^]?)?[xr])\n$/;

/** Draws on the terminal and reads single keys. */
export interface Screen {
  /** Draws a frame in place of the frame before. */
  readonly draw: (frame: Frame) => Promise<void>;
  readonly size: () => Promise<Size>;
  /**
   * Reads the next byte that the user types. Returns `undefined` if the user typed nothing in
   * time, and `redraw` if the size of the terminal changed, or if assume-role continues after
   * it was suspended.
   *
   * @param patience `wait` waits until a byte arrives, `soon` waits for the rest of a key
   */
  readonly readByte: (
    patience: "wait" | "soon" | "now",
  ) => Promise<number | undefined | "redraw">;
  /** Suspends assume-role, as Ctrl-Z does, until the user continues the job. */
  readonly suspend: () => Promise<void>;
}

/** Options of a screen. */
export interface ScreenOptions {
  readonly hasColor: boolean;
  /** The signals that were ignored when assume-role started. */
  readonly ignored?: ReadonlySet<Deno.Signal> | undefined;
  /** The shell that runs the script; default: `/bin/sh`. */
  readonly shell?: string;
}

/** The result of the work, or the reason why the terminal cannot be used. */
export type ScreenResult<T> =
  | { readonly kind: "done"; readonly value: T }
  | NoTerminal;

/**
 * Runs a task that draws on the terminal, clears what the task drew, and restores the
 * terminal. The bytes that the task did not read stay for the next program.
 *
 * @throws {InterruptedError} If a signal ended the task
 */
export async function useScreen<T>(
  work: (screen: Screen) => Promise<T>,
  { hasColor, ignored, shell = "/bin/sh" }: ScreenOptions,
): Promise<ScreenResult<T>> {
  if (IS_WINDOWS) return await ConsoleScreen.use(work, hasColor);
  let helper: Deno.ChildProcess;
  try {
    helper = helperShell(shell, SCREEN_SCRIPT, [], "piped").spawn();
  } catch (error) {
    return explainStart(error, shell);
  }
  const screen = new TerminalScreen(helper, hasColor);
  const result = await interruptible(
    screen.use(work, shell),
    () => screen.stop(),
    ignored,
  );
  if (typeof result === "string") throw new InterruptedError(result);
  return result;
}

/** The helper shell ended before it carried out a request. */
class HelperEndedError extends Error {}

/** Screen of a helper shell that runs {@linkcode SCREEN_SCRIPT}. */
class TerminalScreen implements Screen {
  readonly #helper: Deno.ChildProcess;
  readonly #requests: WritableStreamDefaultWriter<Uint8Array>;
  readonly #answers: ReadableStreamDefaultReader<Uint8Array>;
  readonly #hasColor: boolean;
  /** The part of the helper's output that was not used yet, one character for each byte. */
  #received = "";
  #needsRedraw = false;
  #isStopped = false;

  constructor(helper: Deno.ChildProcess, hasColor: boolean) {
    this.#helper = helper;
    helper.status.then(() => this.#endReader());
    this.#requests = helper.stdin.getWriter();
    this.#answers = helper.stdout.getReader();
    this.#hasColor = hasColor;
  }

  /** Runs a task; returns a signal if the signal ended the helper shell. */
  async use<T>(
    work: (screen: Screen) => Promise<T>,
    shell: string,
  ): Promise<ScreenResult<T> | Interruption> {
    let settings = "";
    let result: ScreenResult<T> | undefined;
    try {
      settings = await this.#receive(/^(.+)\n$/);
      const value = await work(this);
      await this.#send(`draw ${escapeText(CLEAR)}`);
      await this.#send("done");
      result = { kind: "done", value };
    } catch (error) {
      if (!(error instanceof HelperEndedError)) throw error;
    } finally {
      // A helper that got no request 'done' ends when its stdin ends.
      await this.#requests.close().catch(() => {});
      await this.#readToEnd();
    }
    const status = await this.#helper.status;
    if (status.success && result !== undefined) return result;
    // The name of a signal can follow the answer to a request.
    const [name = ""] = /SIG[A-Z]+$/.exec(this.#received) ?? [];
    return await explainEnd(status, settings, name, shell);
  }

  /**
   * Ends the helper shell. If two signals arrive at once, some shells handle only one of
   * them; the helper shell then ends because it gets no further request.
   */
  stop(): void {
    this.#isStopped = true;
    end(this.#helper);
  }

  async draw(frame: Frame): Promise<void> {
    await this.#send(`draw ${escapeText(formatFrame(frame, this.#hasColor))}`);
  }

  async size(): Promise<Size> {
    await this.#send("size");
    const [rows, columns] = (await this.#receive(/^(.*)\n$/)).split(" ").map(
      Number,
    );
    return {
      rows: rows || DEFAULT_SIZE.rows,
      columns: columns || DEFAULT_SIZE.columns,
    };
  }

  async readByte(
    patience: "wait" | "soon" | "now",
  ): Promise<number | undefined | "redraw"> {
    if (this.#needsRedraw) {
      this.#needsRedraw = false;
      return "redraw";
    }
    await this.#send(patience);
    const answer = await this.#receive(BYTE_ANSWER);
    const byte = answer.replace(/p\d+\n/, "").slice(0, -1);
    const isRedraw = answer.endsWith("r");
    if (byte === "") return isRedraw ? "redraw" : undefined;
    this.#needsRedraw = isRedraw;
    return byte.charCodeAt(0);
  }

  async suspend(): Promise<void> {
    await this.#send(`draw ${escapeText(CLEAR)}`);
    await this.#send("suspend");
    await this.#receive(/^(x)\n$/);
  }

  /** Ends the program that reads a byte for a helper that was killed. */
  #endReader(): void {
    const [, reader] = /p(\d+)\n/.exec(this.#received) ?? [];
    if (reader === undefined) return;
    try {
      Deno.kill(Number(reader), "SIGKILL"); // see `SCREEN_SCRIPT`
    } catch {
      // The program has ended meanwhile.
    }
  }

  async #send(request: string): Promise<void> {
    if (this.#isStopped) throw new HelperEndedError();
    try {
      await this.#requests.write(new TextEncoder().encode(`${request}\n`));
    } catch {
      throw new HelperEndedError();
    }
  }

  /** Waits until the received bytes match a pattern, and returns its first group. */
  async #receive(pattern: RegExp): Promise<string> {
    for (;;) {
      const [all, text] = pattern.exec(this.#received) ?? [];
      if (all !== undefined) {
        this.#received = "";
        return text!;
      }
      if (!await this.#readMore()) throw new HelperEndedError();
    }
  }

  async #readToEnd(): Promise<void> {
    while (await this.#readMore());
  }

  async #readMore(): Promise<boolean> {
    const { value, done } = await this.#answers.read();
    if (value) this.#received += String.fromCharCode(...value);
    return !done;
  }
}

/** Escapes a text for `printf %b`. */
function escapeText(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("\r", "\\r")
    .replaceAll("\n", "\\n");
}
