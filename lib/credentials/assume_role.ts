import type { AwsClient } from "../aws/sts_types.ts";
import type { Sdk } from "../aws/sdk_interface.ts";
import { isRejectedCode } from "../aws/errors/translate.ts";
import { AwsError } from "../errors.ts";
import { MAX_CHAINED_SESSION_SECONDS, type RolePlan } from "../plan/plan.ts";
import { formatDuration } from "../settings/duration.ts";
import type { Waiting } from "../system/lock.ts";
import type { Reporter } from "../host.ts";
import { findBaseCredentials } from "./base_credentials.ts";
import { Caller } from "./caller.ts";
import { checkSession } from "./check_session.ts";
import { withDevice } from "./mfa/used_codes.ts";
import type { Credentials, SigningCredentials } from "../aws/credentials.ts";
import { connectAws } from "./connect_aws.ts";
import { findDevice } from "./mfa/device.ts";
import { type Prompter, withCode } from "./mfa/code.ts";
import type { CacheDirectory } from "../cache/cache_directory.ts";
import type { LoopGuard } from "./loop_guard.ts";
import { explainServedBase } from "./served_base.ts";
import { assumeRoleWithWebIdentity } from "./assume_role_with_web_identity.ts";

/** Dependencies of the requests that obtain credentials. */
export interface AssumeRoleContext {
  readonly sdk: Sdk;
  /** The user's environment, in which the SDK looks for credentials. */
  readonly env: Readonly<Record<string, string>>;
  readonly prompter: Prompter;
  readonly now: () => number;
  readonly reporter: Reporter;
  /** The cache of AWS identities and used MFA codes; absent without a home directory. */
  readonly cache: CacheDirectory | undefined;
  /** Settings for waiting on another process that uses the same MFA device. */
  readonly waiting: Waiting;
  /** Detects a `credential_process` or an `mfa_command` that would start itself again. */
  readonly loops: LoopGuard;
}

/**
 * Requests fresh credentials of the role from STS.
 *
 * @param previous The session that assumes the role, if another role or an MFA
 * session precedes the role in the chain
 * @throws {AwsError} If there are no base credentials, or STS denies the request
 * @throws {MfaError} If the role requires a one-time code that cannot be obtained
 */
export async function assumePlannedRole(
  plan: RolePlan,
  previous: Credentials | undefined,
  context: AssumeRoleContext,
): Promise<Credentials> {
  const { now, reporter, sdk, cache } = context;
  const { base, request: { roleArn } } = plan;
  const aws = await connectAws(plan.endpoints, sdk, context.env);
  if (base.kind === "web-identity") {
    return await assumeRoleWithWebIdentity(plan, base.token, aws, context);
  }
  const { accessKeyId, secretAccessKey, sessionToken } = previous ??
    await findBaseCredentials(plan, aws, context);
  // Copy only the properties that the SDK knows.
  const credentials = {
    accessKeyId,
    secretAccessKey,
    ...(sessionToken !== undefined && { sessionToken }),
  };
  await using client = aws.connect(credentials);
  const caller = previous === undefined
    ? await Caller.load(credentials.accessKeyId, plan, client, cache)
    : Caller.fromSession(previous.assumedRoleArn, client);
  const roleSessionName = plan.request.roleSessionName ??
    await caller.sessionName();
  await caller.save();
  const durationSeconds = limitDuration(plan, credentials, reporter);
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
  const requested = { roleArn, durationSeconds, baseKeyId: accessKeyId };
  checkSession(output, requested, now());
  await caller.save(serial === undefined ? undefined : { serial, roleArn });
  return { ...output, roleArn, obtainedAt: now() };
}

/** Removes the advice to use MFA from the error of a call that AWS denies despite a code. */
async function withoutMfaAdvice<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const hint = error.hint
      ?.replace(/; they may require MFA$|, such as MFA$/, "")
      .replace(/, (that you have [\w:]+), and whether .* MFA$/, ", and $1");
    throw Object.assign(error, { hint });
  }
}

/** Assumes a role, with a one-time code if AWS requires MFA. */
async function assumeWithMfa<T>(
  plan: RolePlan,
  client: AwsClient,
  caller: Caller,
  assume: (mfa?: { serial: string; code: string }) => Promise<T>,
  context: AssumeRoleContext,
): Promise<{ readonly serial?: string; readonly output: T }> {
  const { prompter, reporter } = context;
  const { roleArn } = plan.request;
  const assumeWithDevice = async (serial: string, wasDenied = false) => ({
    serial,
    output: await withDevice(serial, context, (prompter) =>
      withCode(
        { serial, roleArn, wasDenied, user: caller.knownName },
        plan.mfa,
        prompter,
        isRejectedCode,
        (code) => withoutMfaAdvice(() => assume({ serial, code })),
      )),
  });
  const known = findKnownDevice(plan, caller);
  if (known !== undefined) return await assumeWithDevice(known);
  try {
    return { output: await assume() };
  } catch (error) {
    if (!await caller.mayNeedMfa(error)) {
      throw explainServedBase(error, plan.base, context.env);
    }
    const { cause } = error as AwsError;
    const reason = cause instanceof Error ? `: ${cause.message}` : "";
    reporter.explain(`AWS denied the request without MFA${reason}`);
    reporter.explain("looking for your MFA devices");
    const serial = caller.mfaSerial ??
      await findDevice(
        plan.mfa,
        client,
        await caller.identity(),
        prompter,
        error as AwsError,
      );
    return await assumeWithDevice(serial, true);
  }
}

/**
 * Returns the MFA device if it is known without a request to AWS. This is the device that
 * the user named. If the user named no device, this is the device that the AWS identity
 * used last, but only if the user gave a code or an earlier run used MFA for this role.
 */
function findKnownDevice(
  { mfa, request }: RolePlan,
  caller: Caller,
): string | undefined {
  if (mfa.serial !== undefined) return mfa.serial;
  const needsMfa = mfa.token !== undefined ||
    caller.neededMfa(request.roleArn);
  return needsMfa ? caller.mfaSerial : undefined;
}

/** Limits the duration to 1 hour, as AWS does, if a session assumes the role. */
function limitDuration(
  { request: { roleArn, durationSeconds } }: RolePlan,
  { sessionToken }: SigningCredentials,
  reporter: Reporter,
): number {
  if (
    sessionToken === undefined || durationSeconds <= MAX_CHAINED_SESSION_SECONDS
  ) {
    return durationSeconds;
  }
  reporter.warn(
    `The session of ${roleArn} lasts 1h: AWS limits a role assumed from another session to 1h; you asked for ${
      formatDuration(durationSeconds)
    }`,
  );
  return MAX_CHAINED_SESSION_SECONDS;
}
