import { InterruptedError } from "../errors.ts";
import type { SafeText } from "../settings/terminal_text.ts";
import { interruptible } from "./interruptible.ts";

/** Limit of an answer, in characters. */
const MAX_LINE_LENGTH = 1000;

const KEYS = {
  ctrlC: "\x03",
  ctrlD: "\x04",
  backspace: "\b",
  ctrlU: "\x15",
  ctrlZ: "\x1a",
  escape: "\x1b",
  delete: "\x7f",
} as const;

/** The outcome of a question on the console of Windows; `Answer` in `terminal.ts`. */
export type ConsoleAnswer =
  | { readonly kind: "answer"; readonly text: string }
  | { readonly kind: "no terminal"; readonly reason: string }
  | { readonly kind: "cancelled" };

/**
 * Returns the reason why assume-role cannot ask on the console of Windows; `undefined` if it
 * can. Deno opens `CONIN$` and `CONOUT$` only for a program with all permissions, so stdin and
 * stderr must be the console.
 */
export function whyNotOnConsole(): string | undefined {
  const [stream] = [
    ...(Deno.stdin.isTerminal() ? [] : ["stdin"]),
    ...(Deno.stderr.isTerminal() ? [] : ["stderr"]),
  ];
  return stream && `${stream} is not the console, so assume-role cannot ask`;
}

/**
 * Asks a question on the console of Windows and reads a line. Reads no byte after the line,
 * because the rest of the input is for the command. The question goes to stderr.
 *
 * @param typed whether the console shows the answer while the user types
 * @throws {InterruptedError} If the user pressed Ctrl-C, or a signal ended the wait
 */
export async function askOnConsole(
  question: SafeText,
  typed: "hide" | "show",
): Promise<ConsoleAnswer> {
  const reason = whyNotOnConsole();
  if (reason !== undefined) return { kind: "no terminal", reason };
  const stopped = Promise.withResolvers<undefined>();
  // Without raw mode, the console would show the code. Deno has no other mode for Windows.
  Deno.stdin.setRaw(true);
  try {
    show(question);
    // A read of the console cannot be cancelled: an interrupted process ends without it.
    const reading = readLine(typed);
    const text = await interruptible(
      Promise.race([reading, stopped.promise]),
      () => stopped.resolve(undefined),
    );
    return text === undefined
      ? { kind: "cancelled" }
      : { kind: "answer", text };
  } finally {
    Deno.stdin.setRaw(false);
    show("\r\n");
  }
}

function show(text: string): void {
  Deno.stderr.writeSync(new TextEncoder().encode(text));
}

/** Reads a line; returns `undefined` if the user ended the input with Ctrl-Z or Ctrl-D. */
async function readLine(typed: "hide" | "show"): Promise<string | undefined> {
  const echo = typed === "show" ? show : () => {};
  let line = "";
  for await (const key of readKeys()) {
    if (key === "\r" || key === "\n") return line;
    if (key === KEYS.ctrlC) throw new InterruptedError("SIGINT");
    if (key === KEYS.ctrlZ || key === KEYS.ctrlD) {
      if (line === "") return undefined;
    } else if (key === KEYS.backspace || key === KEYS.delete) {
      if (line !== "") echo("\b \b");
      line = line.slice(0, -1);
    } else if (key === KEYS.ctrlU) {
      echo("\b \b".repeat(line.length));
      line = "";
    } else if (key >= " " && line.length < MAX_LINE_LENGTH) {
      echo(key);
      line += key;
    }
  }
  return line === "" ? undefined : line;
}

/** Reads the characters of stdin one by one, without the sequences of keys such as arrows. */
async function* readKeys(): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  const byte = new Uint8Array(1);
  let sequence = "";
  while (await Deno.stdin.read(byte) !== null) {
    const key = decoder.decode(byte, { stream: true });
    if (key === "") continue; // a part of a character
    if (key === KEYS.escape) sequence = key;
    else if (sequence === KEYS.escape && /[[O]/.test(key)) sequence += key;
    else {
      // A letter or "~" ends a sequence.
      const isInSequence = sequence.length > 1;
      if (!isInSequence || /[@-~]/.test(key)) sequence = "";
      if (!isInSequence) yield key;
    }
  }
}
