// Pure: no I/O.
import { AssumeRoleError } from "../../errors.ts";
import { sanitize } from "../../settings/sanitize.ts";

/** What a check found. */
export interface Finding {
  readonly level: "ok" | "warning" | "problem";
  readonly text: string;
  /** What to do about it. */
  readonly advice?: string;
}

/** All is well. */
export function ok(text: string): Finding {
  return { level: "ok", text };
}

/** It works, but perhaps not as one thinks. */
export function warning(text: string, advice: string): Finding {
  return { level: "warning", text, advice };
}

/** It does not work, or is not safe. */
export function problem(text: string, advice?: string): Finding {
  return { level: "problem", text, ...(advice !== undefined && { advice }) };
}

/** An error as a finding. */
export function problemOf(subject: string, error: unknown): Finding {
  const text = error instanceof Error ? error.message : String(error);
  const hint = error instanceof AssumeRoleError ? error.hint : undefined;
  return problem(`${subject}: ${text}`, hint);
}

/** A finding as a line. */
export function formatFinding({ level, text, advice }: Finding): string {
  const whole = advice === undefined ? text : `${text}; ${advice}`;
  return `${level.padEnd("problem".length)}  ${sanitize(whole)}\n`;
}
