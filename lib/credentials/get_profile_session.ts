import { AwsError, ConfigError } from "../errors.ts";
import type { FoundCredentials } from "../aws/sdk_interface.ts";
import type { ProfilePlan } from "../plan/plan.ts";
import { findBaseCredentials } from "./base_credentials.ts";
import { type Aws, connectAws } from "./connect_aws.ts";
import { type Credentials, PROFILE_SESSION } from "../aws/credentials.ts";
import { formatOption } from "../settings/option_text.ts";
import type { AssumeRoleContext } from "./assume_role.ts";

/**
 * Gets the session that an AWS profile supplies, for example by `credential_process`,
 * and requests the ARN of the session from STS.
 *
 * @throws {ConfigError} If the profile gives long-term keys, or does not say
 * when its session expires
 * @throws {AwsError} If the profile gives no credentials
 */
export async function getProfileSession(
  plan: ProfilePlan,
  context: AssumeRoleContext,
): Promise<Credentials> {
  const aws = await connectAws(plan.endpoints, context.sdk, context.env);
  const found = await findBaseCredentials(plan, aws, context);
  const { accessKeyId, secretAccessKey, sessionToken, expiration } = found;
  const { profile } = plan.base;
  if (sessionToken === undefined) {
    throw refuse(
      plan,
      `${plan.provider} gives long-term keys, and long-term keys are never handed out`,
      {
        hint: `name a role to assume with these keys: '--role ROLE ${
          formatOption("profile", profile)
        }'`,
      },
    );
  }
  if (expiration === undefined) {
    throw refuse(plan, `${plan.provider} gives a session without expiry time`, {
      hint: `let ${plan.provider} print 'Expiration' too`,
    });
  }
  const arn = await getArn(found, aws, context) ?? PROFILE_SESSION;
  return {
    accessKeyId,
    secretAccessKey,
    sessionToken,
    expiration,
    roleArn: plan.roleArn ?? arn,
    assumedRoleArn: arn,
    obtainedAt: context.now(),
    clockOffset: 0, // unknown, because a profile does not give AWS's time
  };
}

/** Requests the ARN of a session from STS; `undefined` if STS returns an error. */
async function getArn(
  { accessKeyId, secretAccessKey, sessionToken }: FoundCredentials,
  aws: Aws,
  { reporter }: AssumeRoleContext,
): Promise<string | undefined> {
  await using client = aws.connect({
    accessKeyId,
    secretAccessKey,
    ...(sessionToken !== undefined && { sessionToken }),
  });
  try {
    return (await client.getCallerIdentity()).arn;
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    reporter.explain(error.message);
    return undefined;
  }
}

function refuse(
  { base }: ProfilePlan,
  reason: string,
  details: { readonly hint: string },
): ConfigError {
  return new ConfigError(
    `Cannot hand out the credentials of the AWS profile '${base.profile}': ${reason}`,
    details,
  );
}
