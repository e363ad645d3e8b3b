// Pure: no I/O.
import { INCOMPLETE_ANSWER } from "./errors/match.ts";

/**
 * Returns a required value of AWS's answer, and checks that the value has only visible
 * ASCII characters, so that the value can be written to any file or output.
 *
 * @throws {Error} If the value is missing or has other characters.
 */
export function requireWord(text: string | undefined, name: string): string {
  if (/^[!-~]+$/.test(requireValue(text, name))) return text!;
  throw incomplete(name);
}

/**
 * Returns a required value of AWS's answer.
 *
 * @throws {Error} If the value is missing.
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
