import { type CallerIdentity, callerName } from "../aws/arn.ts";
import type { SigningCredentials } from "../aws/credentials.ts";
import type { ChainStart } from "../plan/plan.ts";
import { findBaseCredentials } from "./base_credentials.ts";
import { Caller } from "./caller.ts";
import { connectAws } from "./connect_aws.ts";
import { type CredentialContext, openCache } from "./get_credentials.ts";
import { totpDevices } from "./mfa/device.ts";

/** Base credentials and their identity. */
export interface BaseIdentity {
  readonly identity: CallerIdentity;
  readonly credentials: SigningCredentials;
}

/**
 * Lists the serials of an IAM user's TOTP devices. STS accepts no other MFA devices.
 *
 * @throws {AwsError} If the user may not list the devices
 */
export async function listDevices(
  { endpoints }: ChainStart,
  { identity, credentials }: BaseIdentity,
  { loadSdk, env }: Pick<CredentialContext, "loadSdk" | "env">,
): Promise<readonly string[]> {
  const sdk = await loadSdk();
  await using client = (await connectAws(endpoints, sdk, env)).connect(
    credentials,
  );
  return totpDevices(await client.listMfaDevices(callerName(identity)!));
}

/**
 * Finds the base credentials, requests their identity from STS, and saves the
 * identity in the cache so that later runs need not request it.
 *
 * @throws {AwsError} If no base credentials are found, or STS rejects them
 */
export async function identifyBase(
  start: ChainStart,
  context: CredentialContext,
): Promise<BaseIdentity> {
  const { cache } = openCache(start, "the base", context);
  const aws = await connectAws(
    start.endpoints,
    await context.loadSdk(),
    context.env,
  );
  const { expiration: _, ...credentials } = await findBaseCredentials(
    start,
    aws,
    context,
  );
  await using client = aws.connect(credentials);
  const { accessKeyId } = credentials;
  const caller = await Caller.load(accessKeyId, start, client, cache);
  const identity = await caller.confirmIdentity();
  await caller.save();
  return { identity, credentials };
}
