import type { CallerIdentity } from "../aws/arn.ts";
import { AssumeRoleError, InterruptedError } from "../errors.ts";
import type { Account } from "../plan/init_defaults.ts";
import { chainStartOf, resolveChainStart } from "../plan/plan_without_role.ts";
import type { LoadedInput } from "../plan/unread_files.ts";
import type { OwnCommandContext } from "./dispatch.ts";

/** The account of the base credentials, or the reason why the account is unknown. */
export interface FoundAccount {
  readonly account?: Account;
  /** The identity of the base credentials; absent if STS was not asked. */
  readonly identity?: CallerIdentity;
  readonly problem?: AssumeRoleError;
}

/**
 * Asks STS for the account of the base credentials that a run would use. No MFA code is
 * needed for this, because GetCallerIdentity needs no permission.
 *
 * @param profile the profile of the base credentials, if it is known
 * @throws {InterruptedError} If a signal interrupts the search for credentials
 */
export async function askForAccount(
  profile: string | undefined,
  input: LoadedInput,
  context: OwnCommandContext,
): Promise<FoundAccount> {
  const options = profile === undefined
    ? input.options
    : { ...input.options, profile };
  try {
    const start = chainStartOf(await resolveChainStart({ ...input, options }));
    // With a web identity token, the first call assumes a role.
    if (start.base.kind === "web-identity") return {};
    const { identifyBase } = await import("../credentials/identify_base.ts");
    const { identity } = await identifyBase(start, context);
    const [, partition = "aws"] = identity.arn.split(":");
    return { identity, account: { partition, id: identity.accountId } };
  } catch (error) {
    const isFailure = error instanceof AssumeRoleError &&
      !(error instanceof InterruptedError);
    if (!isFailure) throw error;
    return { problem: error };
  }
}
