import { type CallerIdentity, callerName } from "../aws/arn.ts";
import type { ChainStart, SigningCredentials } from "../plan/plan.ts";
import { baseCredentials } from "./base_credentials.ts";
import { Caller } from "./caller_identity.ts";
import { connectAws } from "./connect_aws.ts";
import { type CredentialContext, openCache } from "./get_credentials.ts";
import { totpDevices } from "./mfa/code.ts";

/** Base credentials, and who they are. */
export interface BaseIdentity {
  readonly identity: CallerIdentity;
  readonly credentials: SigningCredentials;
}

/**
 * The serials of the MFA devices of an IAM user that STS takes codes of.
 *
 * @throws {AwsError} where the user may not list them
 */
export async function listDevices(
  { endpoints }: ChainStart,
  { identity, credentials }: BaseIdentity,
  { loadSdk }: Pick<CredentialContext, "loadSdk">,
): Promise<readonly string[]> {
  const sdk = await loadSdk();
  using client = (await connectAws(endpoints, sdk)).connect(credentials);
  return totpDevices(await client.listMfaDevices(callerName(identity)!));
}

/**
 * Finds the base credentials and asks STS who they are, which is remembered, so
 * that nobody has to ask again on the way to a role.
 *
 * @throws {AwsError} where there are none, or they do not work
 */
export async function identifyBase(
  start: ChainStart,
  context: CredentialContext,
): Promise<BaseIdentity> {
  const { cache } = openCache(start, "the base", context);
  const aws = await connectAws(start.endpoints, await context.loadSdk());
  const { expiration: _, ...credentials } = await baseCredentials(
    start,
    aws,
    context.env,
  );
  using client = aws.connect(credentials);
  const { accessKeyId } = credentials;
  const caller = await Caller.of(accessKeyId, start, client, cache);
  const identity = await caller.confirmIdentity();
  await caller.remember();
  return { identity, credentials };
}
