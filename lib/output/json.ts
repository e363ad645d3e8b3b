// Pure: no I/O.
import {
  formatLines,
  type SafeText,
  UNSAFE,
} from "../settings/terminal_text.ts";

/** Formats a value as JSON in which characters that a terminal interprets are escaped. */
export function formatJson(value: unknown): SafeText {
  const lines = JSON.stringify(value, null, 2).split("\n");
  return formatLines(...lines.map(escapeUnsafe));
}

/**
 * Escapes the characters of JSON that a terminal interprets or does not show, and `##[`,
 * which the log of GitHub Actions obeys.
 */
export function escapeUnsafe(json: string): string {
  return json.replaceAll("##[", "#\\u0023[").replace(UNSAFE, (text) =>
    // The escape of each UTF-16 code unit, because JSON has no other escape.
    text.split("").map((unit) =>
      `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`
    ).join(""));
}
