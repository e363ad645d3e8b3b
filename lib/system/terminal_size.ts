import { isStdoutTerminal } from "./is_terminal.ts";

/** Number of columns if a terminal does not tell its size, or tells a size of 0. */
const DEFAULT_COLUMNS = 80;

/** Returns the number of columns of the terminal on stdout; `undefined` if there is none. */
export function stdoutColumns(): number | undefined {
  if (!isStdoutTerminal()) return undefined;
  try {
    return Deno.consoleSize().columns || DEFAULT_COLUMNS;
  } catch {
    return DEFAULT_COLUMNS;
  }
}
