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
 * Checks that this process can open `count` more files. If Deno cannot open a file for a
 * signal listener or a worker, Deno panics.
 *
 * @param count the number of files; default: what the first signal listener needs
 * @throws {Error} If too many files are open
 */
export function reserveFiles(count = 2): void {
  const files: Deno.FsFile[] = [];
  try {
    while (files.length < count) files.push(Deno.openSync("/"));
  } catch (error) {
    if (/^too many/i.test((error as Error).message)) throw error;
  } finally {
    files.forEach((file) => file.close());
  }
}

/**
 * Lets a write beyond the limit of `ulimit -f` fail with an error; otherwise SIGXFSZ would
 * end this process. Programs that are started later get the default action of the signal.
 *
 * @throws {Error} If too many files are open
 */
export function surviveSizeLimit(): void {
  reserveFiles();
  listen(["SIGXFSZ"], () => {});
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
