import type { Interruption } from "../errors.ts";
import { IS_WINDOWS } from "./path.ts";

/** Exit status of a program, and the signal that ended the program. */
export interface ExitStatus {
  /** The exit status; 128 + n if signal n ended the program. */
  readonly status: number;
  /** The signal that ended the program; absent if the program exited. */
  readonly signal?: Deno.Signal;
}

/**
 * Ends this process by a signal, so that the parent process sees the signal as the cause.
 * Does nothing on Windows, or if the signal is not in `signalsWithoutCoreDump`, because a
 * core dump could contain secrets.
 */
export async function killSelf(signal: Deno.Signal): Promise<void> {
  const signalsWithoutCoreDump = [
    "SIGINT",
    "SIGTERM",
    "SIGHUP",
    "SIGUSR1",
    "SIGUSR2",
    "SIGALRM",
    "SIGKILL",
  ];
  if (IS_WINDOWS || !signalsWithoutCoreDump.includes(signal)) {
    return;
  }
  // On this signal, `deno run` of Deno 2.9 would open the V8 inspector instead of ending.
  if (signal === "SIGUSR1" && !Deno.build.standalone) return;
  // The kernel ignores fatal signals that the first process of a container sends
  // to itself.
  if (Deno.pid === 1) return;
  Deno.kill(Deno.pid, signal);
  // Deno handles signals on another thread: wait until the signal arrives.
  await new Promise((resolve) => setTimeout(resolve, 2000));
}

/** Returns the exit status of a process that a signal ended: 128 plus the signal's number. */
export function signalStatus(signal: Interruption): number {
  return 128 +
    { SIGHUP: 1, SIGINT: 2, SIGQUIT: 3, SIGPIPE: 13, SIGTERM: 15 }[signal];
}
