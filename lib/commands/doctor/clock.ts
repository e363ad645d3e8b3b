// Pure: no I/O.
import { formatDuration } from "../../settings/duration.ts";
import { type Finding, ok, problem, warning } from "./finding.ts";

/** AWS tells whole seconds, and its answer is a while on its way. */
const UNCERTAINTY = 3_000;
/** AWS refuses requests that are signed at a time farther off than this. */
const TOLERANCE = 300_000;
const ADVICE =
  "set it by the network: AWS refuses what is signed with a clock that is 5m off";

/**
 * Compares the clocks.
 *
 * @param offset AWS's clock less this machine's, in milliseconds
 */
export function checkClock(offset: number): Finding {
  const distance = Math.abs(offset);
  if (distance < UNCERTAINTY) return ok("clock: it agrees with AWS's");
  const side = offset > 0 ? "behind" : "ahead of";
  const text = `clock: it is ${formatDuration(distance / 1000)} ${side} AWS's`;
  return distance < TOLERANCE ? warning(text, ADVICE) : problem(text, ADVICE);
}
