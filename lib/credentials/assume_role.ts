import type { AwsClient } from "../aws/client.ts";
import type { Sdk } from "../aws/sdk.ts";
import { isRejectedCode } from "../aws/errors/translate.ts";
import type { AwsError } from "../errors.ts";
import {
  LONGEST_CHAINED,
  type RolePlan,
  type SigningCredentials,
} from "../plan/plan.ts";
import { formatDuration } from "../settings/duration.ts";
import type { Waiting } from "../system/lock.ts";
import type { Reporter } from "../host.ts";
import { baseCredentials } from "./base_credentials.ts";
import { Caller } from "./caller_identity.ts";
import { withDevice } from "./mfa/used_codes.ts";
import type { Credentials } from "../aws/credentials.ts";
import { connectAws } from "./connect_aws.ts";
import { findDevice } from "./mfa/device.ts";
import { type Prompter, withCode } from "./mfa/code.ts";
import type { CacheDirectory } from "../cache/directory.ts";
import { assumeRoleWithWebIdentity } from "./assume_role_with_web_identity.ts";

/** What obtaining credentials needs beside the plan. */
export interface AssumeRoleContext {
  readonly sdk: Sdk;
  /** The user's environment, for what the SDK looks for there. */
  readonly env: Readonly<Record<string, string>>;
  readonly prompter: Prompter;
  readonly now: () => number;
  readonly reporter: Reporter;
  /** Where callers are remembered; absent where nothing can be kept. */
  readonly cache: CacheDirectory | undefined;
  /** How to wait for another process that uses the same device. */
  readonly waiting: Waiting;
}

/**
 * Gets fresh credentials from STS. It does not know that there is a cache.
 *
 * @param previous the session that the role is chained to, where it is to one
 */
export async function assumePlannedRole(
  plan: RolePlan,
  previous: Credentials | undefined,
  context: AssumeRoleContext,
): Promise<Credentials> {
  const { now, reporter, sdk, cache } = context;
  const { base, request: { roleArn } } = plan;
  const aws = await connectAws(plan.endpoints, sdk);
  if (base.kind === "web-identity") {
    return await assumeRoleWithWebIdentity(plan, base.token, aws, context);
  }
  const { accessKeyId, secretAccessKey, sessionToken } = previous ??
    await baseCredentials(plan, aws, context.env);
  // The SDK is to see no more than it knows.
  const credentials = {
    accessKeyId,
    secretAccessKey,
    ...(sessionToken !== undefined && { sessionToken }),
  };
  using client = aws.connect(credentials);
  const caller = base.kind === "role" && previous !== undefined
    ? Caller.ofSession(previous.assumedRoleArn, client)
    : await Caller.of(
      base.kind === "mfa-session"
        ? base.credentials.accessKeyId
        : credentials.accessKeyId,
      plan,
      client,
      cache,
    );
  const roleSessionName = plan.request.roleSessionName ??
    await caller.sessionName();
  await caller.remember();
  const durationSeconds = allowedDuration(plan, credentials, reporter);
  const assume = async (mfa?: { serial: string; code: string }) => {
    reporter.explain(
      `asking STS for ${roleArn} as '${roleSessionName}'${
        mfa ? " with MFA" : ""
      }`,
    );
    return await client.assumeRole({
      ...plan.request,
      durationSeconds,
      roleSessionName,
      ...(mfa && { mfa }),
    });
  };
  const { serial, output } = previous === undefined
    ? await assumeWithMfa(plan, client, caller, assume, context)
    : { serial: undefined, output: await assume() };
  await caller.remember(serial === undefined ? undefined : { serial, roleArn });
  return { ...output, roleArn, obtainedAt: now() };
}

/** Assumes a role, with a one-time code where one is needed. */
async function assumeWithMfa<T>(
  plan: RolePlan,
  client: AwsClient,
  caller: Caller,
  assume: (mfa?: { serial: string; code: string }) => Promise<T>,
  context: AssumeRoleContext,
): Promise<{ readonly serial?: string; readonly output: T }> {
  const { prompter, reporter } = context;
  const { roleArn } = plan.request;
  const withSerial = async (serial: string, why?: string) => ({
    serial,
    output: await withDevice(serial, context, (used) =>
      withCode(
        serial,
        plan.mfa,
        { ...prompter, used },
        isRejectedCode,
        (code) => assume({ serial, code }),
        why,
      )),
  });
  const known = knownDevice(plan, caller);
  if (known !== undefined) return await withSerial(known);
  try {
    return { output: await assume() };
  } catch (error) {
    if (!await caller.mayNeedMfa(error)) throw error;
    reporter.explain("AWS denied it without MFA; looking for your MFA devices");
    const serial = caller.mfaSerial ??
      await findDevice(
        plan.mfa,
        client,
        await caller.identity(),
        prompter,
        error as AwsError,
      );
    // It may be for other reasons: whoever is asked for a code should know.
    return await withSerial(serial, `AWS denies ${roleArn} without MFA. `);
  }
}

/** The device that is known to be needed: named, or used for this role last time. */
function knownDevice(
  { mfa, request }: RolePlan,
  caller: Caller,
): string | undefined {
  if (mfa.serial !== undefined) return mfa.serial;
  const isWanted = mfa.token !== undefined || caller.wantedMfa(request.roleArn);
  return isWanted ? caller.mfaSerial : undefined;
}

/** How long the session can be: one that a session asks for has a limit. */
function allowedDuration(
  { request: { roleArn, durationSeconds } }: RolePlan,
  { sessionToken }: SigningCredentials,
  reporter: Reporter,
): number {
  if (sessionToken === undefined || durationSeconds <= LONGEST_CHAINED) {
    return durationSeconds;
  }
  reporter.warn(
    `The session of ${roleArn} lasts 1h, not ${
      formatDuration(durationSeconds)
    }: AWS allows no more where a session assumes a role`,
  );
  return LONGEST_CHAINED;
}
