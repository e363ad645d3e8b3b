// Pure: no I/O.
import { type SafeText, sanitize } from "./terminal_text.ts";

/**
 * Formats a line that replaces the last line of a terminal, and that the next call replaces.
 * The terminal cuts a line that is too long. An empty text erases the line.
 */
export function formatOverwritable(text: string): SafeText {
  return `\r\x1b[K\x1b[?7l${sanitize(text)}\x1b[?7h` as SafeText;
}
