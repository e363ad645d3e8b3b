import { toAwsError } from "../aws/errors/translate.ts";
import { NO_ANSWER } from "../aws/errors/match.ts";
import { AssumeRoleError, AwsError } from "../errors.ts";
import type { FoundCredentials } from "../aws/sdk.ts";
import type { Base, ChainStart } from "../plan/plan.ts";
import type { Aws } from "./connect_aws.ts";

/** What a job of GitHub Actions needs, to be given a token. */
export const TOKEN_PERMISSION = "the job needs 'permissions: id-token: write'";

/**
 * The base credentials: those that the plan has in hand, what the named profile
 * leads to, or what the AWS SDK's default chain finds.
 *
 * @throws {AwsError} where there are none
 */
export async function baseCredentials(
  { base }: Pick<ChainStart, "base">,
  aws: Aws,
  env: Readonly<Record<string, string>>,
): Promise<FoundCredentials> {
  if (base.kind === "static" || base.kind === "mfa-session") {
    return base.credentials;
  }
  if (base.kind !== "profile" && base.kind !== "chain") {
    throw new Error(`there are no base credentials for ${base.kind}`);
  }
  try {
    return await aws.findBase({
      ...(base.kind === "profile" && { profile: base.profile }),
      env,
      permissions: base.permissions,
    });
  } catch (error) {
    if (error instanceof AssumeRoleError) throw error;
    throw noBaseCredentials(base, error);
  }
}

function noBaseCredentials(base: Base, cause: unknown): AwsError {
  const { profile } = base;
  const where = profile === undefined ? "" : ` from the profile '${profile}'`;
  const { name, message } = cause instanceof Error
    ? cause
    : new Error(String(cause));
  // Of IAM Identity Center's errors, the SDK makes a text.
  const [, portalCode, said] = /^(\w+): (.+)/.exec(message) ?? [];
  const isSilent = portalCode === NO_ANSWER;
  if (
    (cause instanceof Error && "$fault" in cause) || name === NO_ANSWER ||
    isSilent
  ) {
    // AWS itself said no on the way to them, or nothing.
    const error = isSilent
      ? Object.assign(new Error(said), { name: NO_ANSWER })
      : cause;
    return toAwsError(error, {
      task: `get base credentials${where}`,
      host: "AWS",
      secrets: [],
    });
  }
  // The chain's own summary says no more than that there are none.
  const reason = /Could not load credentials from any providers/.test(message)
    ? ""
    : `: ${message.split("\n")[0]}`;
  return new AwsError(`Cannot find base credentials${where}${reason}`, {
    code: name,
    hint: base.kind === "chain" && base.lacksToken
      ? `to use a token of GitHub Actions, ${TOKEN_PERMISSION}`
      : portalCode === "ForbiddenException"
      ? "you have no such permission set: see sso_account_id and sso_role_name there, or ask who administers IAM Identity Center"
      : /sso/i.test(reason) || portalCode === "UnauthorizedException"
      ? `sign in with 'aws sso login${profile ? ` --profile ${profile}` : ""}'`
      : profile !== undefined
      ? "see that profile in ~/.aws/config and ~/.aws/credentials"
      : "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, name a profile with '--profile', or run 'aws configure'",
    cause,
  });
}
