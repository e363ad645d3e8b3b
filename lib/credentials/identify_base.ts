import { type CallerIdentity, callerName } from "../aws/arn.ts";
import type { BaseCredentials, Start } from "../plan/plan.ts";
import { baseCredentials } from "./base_credentials.ts";
import { Caller } from "./caller_identity.ts";
import { reachAws } from "./connect_aws.ts";
import { createStore, type GetContext } from "./get_credentials.ts";
import { totpDevices } from "./mfa/code.ts";

/** Base credentials, and who they are. */
export interface BaseIdentity {
  readonly identity: CallerIdentity;
  readonly credentials: BaseCredentials;
}

/**
 * The serials of the MFA devices of an IAM user that STS takes codes of.
 *
 * @throws {AwsError} where the user may not list them
 */
export async function listDevices(
  { endpoints }: Start,
  { identity, credentials }: BaseIdentity,
  { loadSdk }: Pick<GetContext, "loadSdk">,
): Promise<readonly string[]> {
  const sdk = await loadSdk();
  using client = (await reachAws(endpoints, sdk)).connect(credentials);
  return totpDevices(await client.listMfaDevices(callerName(identity)!));
}

/**
 * Finds the base credentials and asks STS who they are, which is remembered, so
 * that nobody has to ask again on the way to a role.
 *
 * @throws {AwsError} where there are none, or they do not work
 */
export async function identifyBase(
  start: Start,
  context: GetContext,
): Promise<BaseIdentity> {
  const { store } = createStore(start, "the base", context);
  const aws = await reachAws(start.endpoints, await context.loadSdk());
  const { expiration: _, ...credentials } = await baseCredentials(
    start,
    aws,
    context.env,
  );
  using client = aws.connect(credentials);
  const { accessKeyId } = credentials;
  const caller = await Caller.of(accessKeyId, start, client, store);
  const identity = await caller.confirmIdentity();
  await caller.remember();
  return { identity, credentials };
}
