import { InterruptedError } from "../errors.ts";
import { exists } from "./files.ts";
import { IS_IN_FOREGROUND } from "./foreground_script.ts";
import { interruptible } from "./interruptible.ts";
import { reasonOf } from "./os_error.ts";
import { IS_WINDOWS } from "./path.ts";

/**
 * Shell script that asks a question on the terminal and prints the answer to stdout. A
 * shell is used because Deno opens `/dev/tty` only for a program with all permissions.
 * The script's stdin is a pipe from assume-role. If the pipe closes, assume-role has
 * died: the script restores the terminal and exits, so that the script does not read the
 * next line that the user types for the interactive shell.
 *
 * The script's main process, which reads the answer, has no trap for SIGCONT: a trap
 * would interrupt `read`, and an interrupted `read` looks like the end of the input. The
 * script's background process `watch` has the trap. The variable `continued` shows
 * `watch` whether a `read` was interrupted or reached the end of the input.
 *
 * Arguments: the question; `hide` or `show` (the typed answer); `wait` or `refuse` (see
 * `inBackground` of {@linkcode AskOptions}).
 */
const ASK_SCRIPT = `${IS_IN_FOREGROUND}
question=$1 typed=$2 in_background=$3
[ "$in_background" = wait ] || is_in_foreground || exit 3
saved=$(stty -g </dev/tty 2>/dev/null) || {
  (: </dev/tty) 2>/dev/null || exit 3
  command -v stty >/dev/null && exit 3
  exit 5
}
exec 3<&0 </dev/tty
show_question() {
  [ "$typed" = show ] || stty -echo </dev/tty
  printf %s "$question" >/dev/tty
}
# Shows the question again after the job was suspended and continued. When stdin ends,
# terminates this script.
watch() {
  trap 'exit 0' TERM
  trap 'continued=yes; show_question' CONT
  while
    continued=
    ! read -r _ <&3 && [ -n "$continued" ]
  do :; done
  kill -TERM $$
}
watch >/dev/null 2>&1 &
watcher=$!
# Ends the watcher first: its stty must not run after the stty that restores the terminal.
restore() {
  trap '' INT QUIT TERM HUP
  kill $watcher 2>/dev/null
  wait $watcher
  stty "$saved"
}
trap restore EXIT
trap 'echo >/dev/tty; exit 1' INT QUIT TERM HUP
show_question
IFS= read -r line || { echo >/dev/tty; exit 4; }
[ "$typed" = show ] || echo >/dev/tty
printf %s "$line"
`;
/** Limit of an answer, in bytes. */
const MAX_LINE_BYTES = 1000;
const NO_TERMINAL = 3;
const END_OF_INPUT = 4;
const NO_STTY = 5;

/** The outcome of a question. */
export type Answer =
  | { readonly kind: "answer"; readonly text: string }
  | {
    readonly kind: "no terminal";
    /** The reason why the terminal cannot be used; absent if there is no terminal. */
    readonly reason?: string;
    /** The missing program, if the user can install a program so that assume-role can ask. */
    readonly missing?: string;
  }
  /** The user ended the input instead of answering. */
  | { readonly kind: "cancelled" };

/** Options of a question. */
export interface AskOptions {
  /** The signals that were ignored when assume-role started. */
  readonly ignored?: ReadonlySet<Deno.Signal> | undefined;
  /**
   * Reaction of assume-role if it is a background job: `wait` lets the system suspend
   * the job until the user brings the job to the foreground; `refuse` treats the
   * terminal as missing.
   */
  readonly inBackground?: "wait" | "refuse";
  /** The shell that runs the script; default: `/bin/sh`. */
  readonly shell?: string;
}

/**
 * Asks a question on the terminal and reads a line.
 *
 * @param typed whether the terminal shows the answer while the user types
 * @throws {InterruptedError} If a signal ended the wait
 */
export async function askOnTerminal(
  question: string,
  typed: "hide" | "show",
  { ignored, inBackground = "wait", shell = "/bin/sh" }: AskOptions = {},
): Promise<Answer> {
  if (IS_WINDOWS) return await askOnConsole(question, typed);
  let helper: Deno.ChildProcess;
  try {
    helper = new Deno.Command(shell, {
      args: ["-c", ASK_SCRIPT, "assume-role", question, typed, inBackground],
      clearEnv: true,
      env: { PATH: "/usr/bin:/bin:/usr/sbin:/sbin" },
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
    }).spawn();
  } catch (error) {
    return exists(shell)
      ? { kind: "no terminal", reason: `${shell} fails: ${reasonOf(error)}` }
      : cannotAskWithout(shell);
  }
  try {
    const { code, stdout } = await interruptible(
      helper.output(),
      () => helper.kill("SIGTERM"),
      ignored,
    );
    if (code === 0) {
      return { kind: "answer", text: new TextDecoder().decode(stdout) };
    }
    if (code === NO_TERMINAL) return { kind: "no terminal" };
    if (code === NO_STTY) return cannotAskWithout("stty");
    if (code === END_OF_INPUT) return { kind: "cancelled" };
    throw new InterruptedError("SIGINT");
  } finally {
    await helper.stdin.close().catch(() => {}); // the helper may have ended
  }
}

/** The outcome on a system without a program that the question needs. */
function cannotAskWithout(missing: string): Answer {
  const reason =
    `this system has no ${missing}, which assume-role needs to ask`;
  return { kind: "no terminal", reason, missing };
}

async function askOnConsole(
  question: string,
  typed: "hide" | "show",
): Promise<Answer> {
  let input: Deno.FsFile;
  let output: Deno.FsFile;
  try {
    input = await Deno.open("CONIN$", { read: true, write: true });
    output = await Deno.open("CONOUT$", { write: true });
  } catch {
    return { kind: "no terminal" };
  }
  try {
    await output.write(new TextEncoder().encode(question));
    if (typed === "hide") input.setRaw(true, { cbreak: true });
    const text = await readLine(input);
    return text === undefined
      ? { kind: "cancelled" }
      : { kind: "answer", text };
  } finally {
    if (typed === "hide") {
      input.setRaw(false);
      await output.write(new TextEncoder().encode("\r\n"));
    }
    input.close();
    output.close();
  }
}

/**
 * Reads one line of stdin and no byte more. Returns `undefined` at the end of stdin. On
 * Unix, also returns `undefined` if stdin is a terminal, because the question was not shown.
 */
export async function readStdinLine(): Promise<string | undefined> {
  const isUnasked = !IS_WINDOWS && Deno.stdin.isTerminal();
  return isUnasked ? undefined : await readLine(Deno.stdin);
}

async function readLine(
  input: { read(into: Uint8Array): Promise<number | null> },
): Promise<string | undefined> {
  const bytes: number[] = [];
  const byte = new Uint8Array(1);
  for (;;) {
    const count = await input.read(byte);
    if (count === null && bytes.length === 0) return undefined;
    if (count === null || byte[0] === 0x0a || byte[0] === 0x0d) break;
    if (bytes.length < MAX_LINE_BYTES) bytes.push(byte[0]!);
  }
  return new TextDecoder().decode(new Uint8Array(bytes));
}
