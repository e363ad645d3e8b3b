import type { Principal } from "./world.ts";

/** An error with which AWS answers. */
export class Refusal extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly status = 400,
  ) {
    super(message);
  }
}

/** Creates the error for an action that no policy allows. */
export function denied(
  caller: Principal,
  action: string,
  resource: string,
): Refusal {
  return new Refusal(
    "AccessDenied",
    `User: ${caller.arn} is not authorized to perform: ${action} on resource: ${resource}`,
    403,
  );
}

/** Creates the error for an invalid parameter. */
export function invalid(
  name: string,
  value: string | null,
  constraint?: string,
): Refusal {
  const suffix = constraint === undefined ? "" : `: ${constraint}`;
  return new Refusal(
    "ValidationError",
    `1 validation error detected: Value '${value}' at '${name}' failed to satisfy constraint${suffix}`,
  );
}

/**
 * Returns a required parameter.
 *
 * @throws {Refusal} If the parameter is missing or does not match the pattern.
 */
export function required(
  params: URLSearchParams,
  name: string,
  pattern: RegExp,
): string {
  const value = params.get(name);
  if (value !== null && pattern.test(value)) return value;
  throw invalid(name, value);
}

/**
 * Returns `DurationSeconds`, or the default if the parameter is missing.
 *
 * @throws {Refusal} If the duration is not between 15 minutes and the maximum.
 */
export function duration(
  params: URLSearchParams,
  maximum: number,
  otherwise: number,
): number {
  const value = params.get("DurationSeconds") ?? String(otherwise);
  const seconds = Number(value);
  if (seconds >= 900 && seconds <= maximum) return seconds;
  throw invalid(
    "durationSeconds",
    value,
    seconds > maximum
      ? `Member must have value less than or equal to ${maximum}`
      : "Member must have value greater than or equal to 900",
  );
}
