import { toAwsError } from "../aws/errors/translate.ts";
import { NO_ANSWER } from "../aws/errors/match.ts";
import { AssumeRoleError, AwsError, ConfigError } from "../errors.ts";
import type { FoundCredentials } from "../aws/sdk_interface.ts";
import type { Base, ChainStart } from "../plan/plan.ts";
import { checkKeys, type KeyPlaces } from "../plan/check_keys.ts";
import type { Aws } from "./connect_aws.ts";
import { isLoopMessage, type LoopGuard } from "./loop_guard.ts";
import { explainNothingFound, explainSdkMessage } from "./sdk_messages.ts";
import { type TokenAccess, useSignInToken } from "./use_sign_in_token.ts";
import type { Reporter } from "../host.ts";
import { formatOption } from "../settings/option_text.ts";

/** The hint for a GitHub Actions job that lacks the permission to request a token. */
export const TOKEN_PERMISSION = "give the job 'permissions: id-token: write'";

/** Dependencies of {@linkcode findBaseCredentials}. */
export interface BaseContext {
  /** The user's environment, in which the SDK looks for credentials. */
  readonly env: Readonly<Record<string, string>>;
  readonly now: () => number;
  readonly loops: LoopGuard;
  readonly reporter: Reporter;
}

/**
 * Finds the base credentials: the credentials in the plan, or those of the profile, the
 * container or the EC2 instance that the plan names.
 *
 * @throws {AwsError} If no base credentials are found, or the credentials in the plan
 * have expired
 * @throws {ConfigError} If the profile's `credential_process` would start itself again
 */
export async function findBaseCredentials(
  { base, cacheDirectory }: Pick<ChainStart, "base" | "cacheDirectory">,
  aws: Aws,
  { env, now, loops, reporter }: BaseContext,
): Promise<FoundCredentials> {
  if (base.kind === "static") refuseExpired(base, now());
  if (base.kind === "static" || base.kind === "mfa-session") {
    return base.credentials;
  }
  if (base.kind !== "profile" && base.kind !== "machine") {
    throw new Error(`Cannot find base credentials of the kind ${base.kind}`);
  }
  const { profile = "default", fingerprint, permissions } = base;
  const processVariables = permissions.run &&
    await loops.enter({ profile, fingerprint }, `the AWS profile '${profile}'`);
  const find = (access?: TokenAccess) =>
    aws.findBase({
      ...(base.kind === "machine" && { source: base.source }),
      ...(base.profile !== undefined && { profile: base.profile }),
      env,
      ...(processVariables && { processVariables }),
      permissions: access === undefined ? permissions : {
        ...permissions,
        read: [...permissions.read, access.path],
        net: [...permissions.net, ...access.hosts],
      },
    }, access?.onRefresh);
  const { token } = permissions;
  try {
    const found = token === undefined
      ? await find()
      : await useSignInToken(token, { now, reporter, cacheDirectory }, find);
    checkKeys(found, foundPlaces(base.profile));
    return found;
  } catch (error) {
    if (error instanceof AssumeRoleError) throw error;
    throw toBaseError(base, error);
  }
}

/**
 * Refuses access keys from environment variables after the time in
 * `AWS_CREDENTIAL_EXPIRATION`, as the AWS CLI does.
 *
 * @throws {AwsError} If the access keys have expired.
 */
function refuseExpired(
  { expiration }: Extract<Base, { readonly kind: "static" }>,
  now: number,
): void {
  if (expiration === undefined || expiration > now) return;
  throw new AwsError(
    `Cannot use the keys of the environment: by AWS_CREDENTIAL_EXPIRATION, the keys expired at ${
      new Date(expiration).toISOString()
    }`,
    {
      code: "ExpiredToken",
      hint:
        "get new keys, or unset AWS_CREDENTIAL_EXPIRATION if the keys are newer than this variable",
    },
  );
}

/** Describes each part of the credentials that the AWS SDK found, for error messages. */
function foundPlaces(profile: string | undefined): KeyPlaces {
  const of = profile === undefined
    ? "of the base credentials"
    : `that the AWS profile '${profile}' gives`;
  return {
    accessKeyId: `the access key ID ${of}`,
    secretAccessKey: `the secret access key ${of}`,
    sessionToken: `the session token ${of}`,
  };
}

function toBaseError(base: Base, cause: unknown): AwsError | ConfigError {
  const { profile } = base;
  const where = profile === undefined ? "" : ` from the profile '${profile}'`;
  const { name, message } = cause instanceof Error
    ? cause
    : new Error(String(cause));
  // The SDK puts the code of an IAM Identity Center error into the message.
  const [, portalCode, portalMessage] = /^(\w+): (.+)/.exec(message) ?? [];
  const nested = readNestedError(message);
  if (nested !== undefined) {
    const { message, hint } = nested;
    return isLoopMessage(message)
      ? new ConfigError(message, { hint, cause })
      : new AwsError(`Cannot find base credentials${where}: ${message}`, {
        code: name,
        hint,
        cause,
      });
  }
  const isUnreachable = portalCode === NO_ANSWER;
  if (
    (cause instanceof Error && "$fault" in cause) || name === NO_ANSWER ||
    isUnreachable
  ) {
    // AWS denied a request for the base credentials, or did not answer.
    const error = isUnreachable
      ? Object.assign(new Error(portalMessage), { name: NO_ANSWER })
      : cause;
    return toAwsError(error, {
      task: `get base credentials${where}`,
      host: "AWS",
      secrets: [],
    });
  }
  // Without `credential_source`, the instance is asked only because no other source has
  // credentials. Most users do not run assume-role on an instance.
  const isLastResort = base.kind === "machine" && !base.isNamed &&
    base.source === "Ec2InstanceMetadata";
  const known = isLastResort
    ? explainNothingFound(profile)
    : explainSdkMessage(message);
  const signIn = known?.signIn ??
    (portalCode === "UnauthorizedException" ? "aws sso login" : undefined);
  const text = known?.reason ??
    `${name === "TypeError" ? "the AWS SDK failed: " : ""}${
      message.split("\n")[0]
    }`;
  const reason = text === "" ? "" : `: ${text}`;
  return new AwsError(`Cannot find base credentials${where}${reason}`, {
    code: name,
    isBaseMissing: true,
    hint: base.kind === "machine" && base.lacksToken
      ? `to use a token of GitHub Actions, ${TOKEN_PERMISSION}`
      : portalCode === "ForbiddenException"
      ? "check sso_account_id and sso_role_name of the profile, or ask your administrator for this permission set in IAM Identity Center"
      : known?.hint !== undefined
      ? known.hint
      : signIn !== undefined
      ? `sign in with '${signIn}${
        profile === undefined ? "" : ` ${formatOption("profile", profile)}`
      }'`
      : profile !== undefined
      ? "check the profile in ~/.aws/config and ~/.aws/credentials"
      : "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, name a profile with '--profile', or run 'aws configure'",
    cause: known?.cause ?? cause,
  });
}

/**
 * Finds the error of another assume-role in the message of the SDK's error. The other
 * assume-role is the `credential_process` that the SDK ran.
 */
function readNestedError(
  text: string,
): { readonly message: string; readonly hint: string | undefined } | undefined {
  const read = (kind: string) =>
    new RegExp(`^assume-role: ${kind}: (.*?)\\r?$`, "m").exec(text)?.[1];
  const message = read("error");
  return message === undefined ? undefined : { message, hint: read("hint") };
}
