import { AwsError, ConfigError } from "../errors.ts";
import type { FoundCredentials } from "../aws/sdk.ts";
import type { ProfilePlan } from "../plan/plan.ts";
import { baseCredentials } from "./base_credentials.ts";
import { type Aws, connectAws } from "./connect_aws.ts";
import { type Credentials, PROFILE_SESSION } from "../aws/credentials.ts";
import type { AssumeRoleContext } from "./assume_role.ts";

/**
 * Gets the ready-made session of an AWS profile, and asks STS for its identity.
 *
 * @throws {ConfigError} If the profile gives long-term keys, or does not say
 * when its session expires
 * @throws {AwsError} If the profile gives nothing
 */
export async function obtainProfileSession(
  plan: ProfilePlan,
  context: AssumeRoleContext,
): Promise<Credentials> {
  const aws = await connectAws(plan.endpoints, context.sdk);
  const found = await baseCredentials(plan, aws, context.env);
  const { accessKeyId, secretAccessKey, sessionToken, expiration } = found;
  const { profile } = plan.base;
  if (sessionToken === undefined) {
    throw refuse(plan, "long-term keys are never handed out", {
      hint:
        `name a role to assume with these keys: '--role ROLE --profile ${profile}'`,
    });
  }
  if (expiration === undefined) {
    throw refuse(plan, "the session comes without the time of its expiry", {
      hint: `let ${plan.maker} print 'Expiration' too`,
    });
  }
  const identity = await identityOf(found, aws, context);
  const arn = identity ?? PROFILE_SESSION;
  return {
    accessKeyId,
    secretAccessKey,
    sessionToken,
    expiration,
    roleArn: plan.roleArn ?? arn,
    assumedRoleArn: arn,
    obtainedAt: context.now(),
    clockOffset: 0, // unknown: only an answer of AWS tells the time
  };
}

/** The ARN of a session; `undefined` if STS does not answer, which is no reason to fail. */
async function identityOf(
  { accessKeyId, secretAccessKey, sessionToken }: FoundCredentials,
  aws: Aws,
  { reporter }: AssumeRoleContext,
): Promise<string | undefined> {
  using client = aws.connect({
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
  { base, maker }: ProfilePlan,
  reason: string,
  details: { readonly hint: string },
): ConfigError {
  return new ConfigError(
    `Cannot hand out what ${maker} of the AWS profile '${base.profile}' gives: ${reason}`,
    details,
  );
}
