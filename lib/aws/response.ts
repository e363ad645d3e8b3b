// Pure: no I/O.
import { INCOMPLETE_ANSWER } from "./errors/match.ts";

/**
 * A text of an answer that can stand on a line of any file or output by itself.
 *
 * @throws where it is missing, or is no such text
 */
export function requireWord(text: string | undefined, name: string): string {
  if (/^[!-~]+$/.test(requireValue(text, name))) return text!;
  throw incomplete(name);
}

/**
 * What an answer has to have.
 *
 * @throws where it is missing
 */
export function requireValue<T>(value: T | undefined, name: string): T {
  if (value !== undefined && value !== "") return value;
  throw incomplete(name);
}

function incomplete(name: string): Error {
  return Object.assign(new Error(`AWS's answer has no valid ${name}`), {
    name: INCOMPLETE_ANSWER,
  });
}
