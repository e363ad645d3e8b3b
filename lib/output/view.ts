// Pure: no I/O.

/** The stream and the user for which a text is formatted. */
export interface View {
  /** Columns of the terminal; absent if the stream is no terminal. */
  readonly columns?: number;
  /** Whether styles are shown. */
  readonly isColoured: boolean;
  /** Whether details are shown, with `--verbose`. */
  readonly isVerbose: boolean;
  /** The home directory that is written as `~`; absent if paths are written in full. */
  readonly home?: string | undefined;
}

/** Replaces the home directory at the start of each path in a text with `~`. */
export function shortenHome(text: string, { home }: View): string {
  if (home === undefined || /^(?:[A-Za-z]:)?[\\/]?$/.test(home)) return text;
  return text.split(home).reduce((shown, rest) => {
    const isWhole = /^(?:[\\/]|$)/.test(rest) && !/[\w.\\/-]$/.test(shown);
    return `${shown}${isWhole ? "~" : home}${rest}`;
  });
}
