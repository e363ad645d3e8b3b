/**
 * Whether a signal listener would stop this process from ignoring a signal of `ignored`.
 * The first listener, whatever its signal, makes Deno handle SIGHUP, SIGINT and SIGTERM.
 *
 * @param ignored The signals that were already ignored when this process started.
 */
export function undoesIgnoring(ignored: ReadonlySet<Deno.Signal>): boolean {
  return ignored.has("SIGHUP") || ignored.has("SIGINT") ||
    ignored.has("SIGTERM");
}

/**
 * Listens for signals.
 *
 * @returns A function that removes the listener of the given signal or, without an
 * argument, all listeners.
 */
export function listen<S extends Deno.Signal>(
  signals: readonly S[],
  onSignal: (signal: S) => void,
): (only?: Deno.Signal) => void {
  const listeners = signals.map((signal) => {
    const listener = () => onSignal(signal);
    Deno.addSignalListener(signal, listener);
    return [signal, listener] as const;
  });
  return (only) => {
    for (const [signal, listener] of listeners) {
      if (only !== undefined && only !== signal) continue;
      Deno.removeSignalListener(signal, listener);
    }
  };
}
