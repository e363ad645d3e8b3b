// Pure: no I/O.
import { formatDuration } from "../../settings/duration.ts";
import { type Finding, ok, problem, warning } from "./finding.ts";

/** Measuring error: AWS sends its time in whole seconds, and the response takes time. */
const UNCERTAINTY_MS = 3_000;
/** AWS refuses a signature if the clocks differ by at least this much. */
const TOLERANCE_MS = 300_000;
const ADVICE =
  "synchronize the clock with a time server: AWS refuses requests if the clock is off by 5m or more";

/**
 * Compares this machine's clock with AWS's clock.
 *
 * @param offsetMs AWS's time minus this machine's time.
 */
export function checkClock(offsetMs: number): Finding {
  const distanceMs = Math.abs(offsetMs);
  if (distanceMs < UNCERTAINTY_MS) return ok("clock: agrees with AWS's clock");
  const side = offsetMs > 0 ? "behind" : "ahead of";
  const text = `clock: ${
    formatDuration(distanceMs / 1000)
  } ${side} AWS's clock`;
  return distanceMs < TOLERANCE_MS
    ? warning(text, ADVICE)
    : problem(text, ADVICE);
}
