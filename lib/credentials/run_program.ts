import type { SafeText } from "../settings/terminal_text.ts";
import {
  cleanOutput,
  formatProgramText,
  ownStartLength,
  splitUnfinished,
} from "../settings/program_text.ts";
import {
  type CapturedProgram,
  type CaptureOptions,
  captureProgram,
  type ProgramCommand,
} from "../system/capture_program.ts";
import { secretsOfEnv } from "../settings/hide_secrets.ts";
import { CommandHider } from "./command_hider.ts";
import { type LastWords, readLastWords } from "./program_failure.ts";

/**
 * Time for which error output is held back before it is shown, in milliseconds. If the
 * program fails within this time, the text becomes the reason in our error, and is not
 * shown twice. A person sees a question without a noticeable delay.
 */
const HOLD_MS = 250;
/**
 * Limit of the periods `HOLD_MS` for which the error of another assume-role is held back if
 * no text follows the error. The other assume-role ends after its error, but later on a busy
 * machine.
 */
const ERROR_HOLDS = 8;
/** Matches a text that ends with the error of another assume-role. */
const ENDS_WITH_ERROR =
  /(?:^|\n)assume-role: error: [^\n]*\n(?:assume-role: hint: [^\n]*\n)?$/;
/** Time after which a program counts as slow, in milliseconds. */
const SLOW_MS = 2000;
/** Length of held text, in characters, from which the text is shown at once. */
const MAX_HELD_LENGTH = 16_384;

/** The result of a program of the user, such as a `credential_process`. */
export interface ProgramResult extends CapturedProgram {
  /** The last words of a program that failed; absent if all its text was shown. */
  readonly lastWords?: LastWords;
  /** The error output that `lastWords` was read from, for `--verbose`. */
  readonly errorOutput?: Error;
  /** Whether text of the program was shown. */
  readonly wasShown?: boolean;
}

/** Options of {@linkcode runProgram}. */
export interface RunProgramOptions
  extends Omit<CaptureOptions, "onStderr" | "onStdout"> {
  /** Is called if the program takes longer than two seconds and has shown no text. */
  readonly onSlow?: () => unknown;
  /** Shows text of the program to the user; if absent, the text is only used in errors. */
  readonly showText?: (text: SafeText) => void;
}

/**
 * Runs a program of the user and captures its output. The program's error output, such as
 * a question or a warning, is shown while the program runs, without control characters, and
 * without the program's command line and secrets: those of the command line, those of the
 * variables, and those that the program has printed to stdout.
 *
 * @throws {InterruptedError} If a signal ended the wait
 */
export async function runProgram(
  command: ProgramCommand,
  env: Readonly<Record<string, string>>,
  { showText, onSlow, ...options }: RunProgramOptions,
): Promise<ProgramResult> {
  const known = secretsOfEnv(env);
  const held = new HeldText(new CommandHider(command, known), showText);
  const timer = setTimeout(() => held.wasShown || onSlow?.(), SLOW_MS);
  try {
    const captured = await captureProgram(command, env, {
      ...options,
      onStdout: (text) =>
        held.hider = new CommandHider(command, [
          ...known,
          ...secretsInOutput(text),
        ]),
      onStderr: (text) => held.add(text),
    });
    if (captured.status === 0) {
      held.showAll();
      return captured;
    }
    const errorOutput = held.take();
    held.endLine(); // so that the error starts on a new line
    const lastWords = readLastWords(errorOutput);
    if (lastWords.others !== "") {
      showText?.(formatProgramText(lastWords.others, ""));
    }
    return {
      ...captured,
      wasShown: held.wasShown,
      ...(errorOutput.trim() !== "" && {
        lastWords,
        errorOutput: new Error(errorOutput.trim()),
      }),
    };
  } catch (error) {
    held.showAll(); // after an interruption, so that no text is lost
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** Matches the secrets in the output of a `credential_process`, and one-time codes. */
const OUTPUT_SECRETS =
  /"(?:SecretAccessKey|SessionToken)"\s*:\s*"((?:[^"\\]|\\.)+)"|(?<!\d)(\d{6})(?!\d)/g;

/** Lists the secrets in the output of a program: keys, codes or a web identity token. */
function secretsInOutput(stdout: string): readonly string[] {
  const [token = ""] = /^\s*(\S{16,})\s*$/.exec(stdout)?.slice(1) ?? [];
  const found = Array.from(
    stdout.matchAll(OUTPUT_SECRETS),
    ([, key, code]) => key === undefined ? [code!] : [key, decodeJson(key)],
  );
  return [token, ...found.flat()];
}

/** Decodes the escapes of a text in JSON; returns an invalid text unchanged. */
function decodeJson(text: string): string {
  try {
    return JSON.parse(`"${text}"`);
  } catch {
    return text;
  }
}

/** Error output of a program that is held back for a short time before it is shown. */
class HeldText {
  /** Hides the secrets that are known so far. */
  hider: CommandHider;
  readonly #show: ((text: SafeText) => void) | undefined;
  #text = "";
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** The end of the line that was shown last; `undefined` if no text was shown. */
  #line: string | undefined;

  constructor(
    hider: CommandHider,
    show: ((text: SafeText) => void) | undefined,
  ) {
    this.hider = hider;
    this.#show = show;
  }

  /** Whether text was shown. */
  get wasShown(): boolean {
    return this.#line !== undefined;
  }

  /** Adds text, and shows all held text later. */
  add(text: string): void {
    this.#text += text;
    const isLong = this.#text.length > MAX_HELD_LENGTH;
    if (this.#show !== undefined) {
      if (isLong) this.#showFinished();
      else if (this.#timer === undefined) this.#hold(1);
    } else if (isLong) {
      // Hide secrets before the text is cut, because half a secret would not be found.
      this.#text = this.#clean(this.#text).slice(-MAX_HELD_LENGTH);
    }
  }

  /** Shows all held text after a time, unless the text is the error of another assume-role. */
  #hold(round: number): void {
    this.#timer = setTimeout(() => {
      const isHeld = round < ERROR_HOLDS && ENDS_WITH_ERROR.test(this.#text);
      if (isHeld) this.#hold(round + 1);
      else this.#showFinished();
    }, HOLD_MS);
  }

  /** Shows all held text after the program has ended. */
  showAll(): void {
    const text = this.take();
    this.#print(/[^\n]$/.test(text) ? `${text}\n` : text);
  }

  /** Returns all held text instead of showing it. */
  take(): string {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const text = this.#clean(this.#text);
    this.#text = "";
    return text;
  }

  /** Ends the line that was shown last, such as a question without an answer. */
  endLine(): void {
    if (!this.#startsLine) this.#print("\n");
  }

  /** Whether the next text starts a new line. */
  get #startsLine(): boolean {
    return !this.#line;
  }

  #clean(text: string): string {
    return this.hider.hide(cleanOutput(text));
  }

  /** Shows all held text, except an end that only more text can complete. */
  #showFinished(): void {
    const [finished, unfinished] = splitUnfinished(this.#text);
    const text = cleanOutput(finished);
    const end = text.length - Math.max(
      this.hider.startLength(text),
      this.#startsLine || text.includes("\n") ? ownStartLength(text) : 0,
    );
    this.#text = text.slice(0, end);
    this.#print(this.take());
    this.#text = text.slice(end) + unfinished;
  }

  #print(text: string): void {
    if (text === "" || this.#show === undefined) return;
    const line = this.#line ?? "";
    this.#show(formatProgramText(text, line));
    this.#line = `${line}${text}`.split("\n").at(-1)!.slice(-1000);
  }
}
