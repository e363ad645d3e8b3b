/**
 * Whether listening to any signal would undo that some are ignored since before
 * we started, for us and for all that we start: with the first listener, Deno
 * begins to handle these three.
 */
export function undoesIgnoring(ignored: ReadonlySet<Deno.Signal>): boolean {
  return ignored.has("SIGHUP") || ignored.has("SIGINT") ||
    ignored.has("SIGTERM");
}

/** Calls back for each of these signals; returns how to stop that, for all or one. */
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
