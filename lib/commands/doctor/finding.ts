// Pure: no I/O.
import { AssumeRoleError } from "../../errors.ts";

/** Result of a check. */
export interface Finding {
  readonly level: "ok" | "warning" | "problem";
  readonly text: string;
  /** An imperative sentence that says what the user should do. */
  readonly advice?: string;
}

/** Subject of a check. Programs depend on these names; see `docs/json.md`. */
export type CheckName =
  | "system"
  | "terminal"
  | "variables"
  | "files"
  | "settings"
  | "credentials"
  | "endpoints"
  | "clock"
  | "identity"
  | "mfa";

/** Result of a check with the subject of the check. */
export interface NamedFinding extends Finding {
  readonly check: CheckName;
}

/** Adds the subject of a check to each result. */
export function named(
  check: CheckName,
  ...findings: readonly Finding[]
): readonly NamedFinding[] {
  return findings.map((finding) => ({ ...finding, check }));
}

/** Creates the finding of a passed check. */
export function ok(text: string): Finding {
  return { level: "ok", text };
}

/** Creates a finding about a setting that works but may surprise the user. */
export function warning(text: string, advice: string): Finding {
  return { level: "warning", text, advice };
}

/** Creates a finding about a setting that does not work or is not safe. */
export function problem(text: string, advice?: string): Finding {
  return { level: "problem", text, ...(advice !== undefined && { advice }) };
}

/** Creates a finding of the level "problem" from an error, with the error's hint as the advice. */
export function problemOf(subject: string, error: unknown): Finding {
  const text = error instanceof Error ? error.message : String(error);
  const hint = error instanceof AssumeRoleError ? error.hint : undefined;
  return problem(`${subject}: ${text}`, hint);
}
