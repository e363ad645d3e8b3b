import { InterruptedError, type Interruption } from "../errors.ts";
import { listen, undoesIgnoring } from "./signals.ts";
import { IS_WINDOWS } from "./path.ts";

/** The signals that interrupt assume-role while no command runs. */
export const INTERRUPTIONS: readonly Interruption[] = IS_WINDOWS
  ? ["SIGINT"]
  : ["SIGINT", "SIGQUIT", "SIGTERM", "SIGHUP"];

/** Ctrl-Break counts as Ctrl-C. */
const OBSERVED: readonly (Interruption | "SIGBREAK")[] = IS_WINDOWS
  ? [...INTERRUPTIONS, "SIGBREAK"]
  : INTERRUPTIONS;

/**
 * Waits until `work` has ended. If a signal arrives, calls `stop` and continues to wait.
 *
 * @param ignored the signals that were ignored when assume-role started
 * @throws {InterruptedError} If a signal arrived during the work
 */
export async function interruptible<T>(
  work: Promise<T>,
  stop: () => void,
  ignored: ReadonlySet<Deno.Signal> = new Set(),
): Promise<T> {
  if (undoesIgnoring(ignored)) return await work;
  let interrupted: Interruption | undefined;
  const heard = OBSERVED.filter((signal) => !ignored.has(signal));
  const unlisten = listen(heard, (signal) => {
    interrupted ??= signal === "SIGBREAK" ? "SIGINT" : signal;
    try {
      stop();
    } catch {
      // The work has ended already.
    }
  });
  try {
    const result = await work;
    if (interrupted !== undefined) throw new InterruptedError(interrupted);
    return result;
  } finally {
    unlisten();
  }
}
