import { captureProgram } from "./capture_program.ts";
import { isStreamOf } from "./is_stream_of.ts";
import { IS_WINDOWS } from "./path.ts";
import { readText } from "./read_file.ts";

/** Limit of the time until the end of a pipe. */
const MAX_WAIT_MS = 30_000;

/** Shell script that prints a file. Deno opens the files of `/dev/fd` with all permissions only. */
const SCRIPT =
  `while IFS= read -r line; do printf '%s\\n' "$line"; done <"$0" &&
printf %s "$line"`;

/**
 * Reads files that may be pipes, such as `<(jq . policy.json)` of a shell. The text of a pipe
 * is kept, because a pipe can be read only once.
 */
export class PipeReader {
  readonly #maxWaitMs: number;
  readonly #texts = new Map<string, Promise<string>>();

  constructor(maxWaitMs: number = MAX_WAIT_MS) {
    this.#maxWaitMs = maxWaitMs;
  }

  /**
   * Reads the text of a pipe, or of a regular file.
   *
   * @throws {Error} If the file cannot be read; the message is only the reason.
   * @throws {InterruptedError} If a signal arrives while a pipe is read.
   */
  async read(path: string): Promise<string> {
    if (IS_WINDOWS || !isPipe(path)) return await readText(path);
    if (isStdin(path)) throw new Error("stdin belongs to the command");
    const text = this.#texts.get(path) ?? readPipe(path, this.#maxWaitMs);
    this.#texts.set(path, text);
    return await text;
  }
}

/** Whether a path leads to a pipe or to an open file of this process. */
export function isPipe(path: string): boolean {
  if (/^\/(?:dev\/(?:fd\/|std)|proc\/\w+\/fd\/)/.test(path)) return true;
  try {
    return Deno.statSync(path).isFifo === true;
  } catch {
    return false;
  }
}

function isStdin(path: string): boolean {
  return /^\/(?:dev\/(?:fd\/0|stdin)|proc\/\w+\/fd\/0)$/.test(path) ||
    isStreamOf(0, path);
}

async function readPipe(path: string, maxWaitMs: number): Promise<string> {
  const timeout = Promise.withResolvers<never>();
  const timer = setTimeout(
    () =>
      timeout.reject(
        new Error(`the pipe did not end within ${maxWaitMs / 1000}s`),
      ),
    maxWaitMs,
  );
  const command = ["/bin/sh", "-c", SCRIPT, path];
  const reading = captureProgram(command, {}, { onStderr: () => {} });
  try {
    const captured = await Promise.race([reading, timeout.promise]);
    const { status, stdout, isTooLong, notStarted } = captured;
    if (isTooLong) throw new Error("the pipe has more than 65,536 characters");
    if (notStarted) throw new Error("there is no /bin/sh, which reads pipes");
    if (status !== 0) throw new Error("the pipe cannot be read");
    return stdout;
  } finally {
    clearTimeout(timer);
  }
}
