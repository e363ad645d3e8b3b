import { isRejectedCode } from "../aws/errors/translate.ts";
import type { RolePlan } from "../plan/plan.ts";
import { findBaseCredentials } from "./base_credentials.ts";
import { Caller } from "./caller.ts";
import { withDevice } from "./mfa/used_codes.ts";
import { connectAws } from "./connect_aws.ts";
import { type Credentials, MFA_SESSION } from "../aws/credentials.ts";
import { findDevice } from "./mfa/device.ts";
import { withCode } from "./mfa/code.ts";
import type { AssumeRoleContext } from "./assume_role.ts";

/**
 * Calls GetSessionToken with long-term keys and an MFA code. The MFA session that it returns can assume
 * roles that require MFA, without another code.
 *
 * @throws {AwsError} If STS denies the request
 * @throws {MfaError} If no code can be obtained
 */
export async function getSessionToken(
  plan: RolePlan,
  durationSeconds: number,
  context: AssumeRoleContext,
): Promise<Credentials> {
  const { prompter, now, reporter, sdk, cache } = context;
  const { endpoints, mfa, request: { roleArn } } = plan;
  const aws = await connectAws(endpoints, sdk, context.env);
  const { accessKeyId, secretAccessKey } = await findBaseCredentials(
    plan,
    aws,
    context,
  );
  await using client = aws.connect({ accessKeyId, secretAccessKey });
  const caller = await Caller.load(accessKeyId, plan, client, cache);
  const identity = await caller.identity();
  const serial = mfa.serial ?? caller.mfaSerial ??
    await findDevice(mfa, client, identity, prompter);
  reporter.explain(`asking STS for an MFA session of ${identity.arn}`);
  const output = await withDevice(serial, context, (prompter) =>
    withCode(
      { serial, roleArn, user: caller.knownName },
      mfa,
      prompter,
      isRejectedCode,
      (code) =>
        client.getSessionToken({ durationSeconds, mfa: { serial, code } }),
    ));
  await caller.save({ serial, roleArn });
  return {
    ...output,
    roleArn: MFA_SESSION,
    assumedRoleArn: identity.arn,
    obtainedAt: now(),
  };
}
