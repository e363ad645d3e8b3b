import type { Interruption } from "../errors.ts";

/** How a program ended. */
export interface ExitStatus {
  /** Its exit status; 128 + n where signal n ended it. */
  readonly status: number;
  /** The signal that ended it, where one did. */
  readonly signal?: Deno.Signal;
}

/**
 * Ends this process by a signal, so that whoever started it sees the same
 * ending as of a program that died of it. Returns where the signal does not
 * end a process, or would leave a memory image with secrets in it.
 */
export async function killSelf(signal: Deno.Signal): Promise<void> {
  const harmless = [
    "SIGINT",
    "SIGTERM",
    "SIGHUP",
    "SIGUSR1",
    "SIGUSR2",
    "SIGALRM",
    "SIGKILL",
  ];
  if (Deno.build.os === "windows" || !harmless.includes(signal)) return;
  // The first process of a container cannot die of its own signals.
  if (Deno.pid === 1) return;
  Deno.kill(Deno.pid, signal);
  // Deno handles signals beside its main thread: give it the time.
  await new Promise((resolve) => setTimeout(resolve, 2000));
}

/** The exit status that stands for a death by this signal. */
export function signalStatus(signal: Interruption): number {
  return 128 + { SIGHUP: 1, SIGINT: 2, SIGQUIT: 3, SIGTERM: 15 }[signal];
}
