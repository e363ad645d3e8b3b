// Pure: no I/O.
import { ConfigError } from "../errors.ts";

/** Maximum number of roles in a role chain; each role needs a call to AWS. */
const MAX_HOPS = 100;

/**
 * Checks the length of a role chain.
 *
 * @param chain the names of the roles, or of their profiles, the last role first
 * @throws {ConfigError} If the role chain has too many roles
 */
export function checkChainLength(chain: readonly string[]): void {
  if (chain.length <= MAX_HOPS) return;
  throw new ConfigError(
    `Cannot assume '${
      chain[0]
    }': the role chain has more than ${MAX_HOPS} roles`,
    { hint: "check 'via' in assume-role.yaml, and 'source_profile'" },
  );
}
