import { toAwsError, withoutSecrets } from "../aws/errors/translate.ts";
import {
  NO_ANSWER,
  NO_AWS_ANSWER,
  UNREADABLE_ANSWER,
} from "../aws/errors/match.ts";
import type { OutputProblem } from "../aws/process_output.ts";
import { AwsError, ConfigError } from "../errors.ts";
import type { Base } from "../plan/plan.ts";
import { isLoopMessage } from "./loop_guard.ts";
import { describeFailure, isPlainPath } from "./program_failure.ts";
import type { ProgramResult } from "./run_program.ts";
import { explainNothingFound, explainSdkError } from "./sdk_messages.ts";
import type { SdkProvider } from "./sdk_rules.ts";

/** The hint for a GitHub Actions job that lacks the permission to request a token. */
export const TOKEN_PERMISSION = "give the job 'permissions: id-token: write'";

/** The name of the program in messages. */
const PROCESS = "credential_process";
/** The code of the error if a `credential_process` fails. */
const PROCESS_FAILED = "CredentialProcessFailed";

const PROFILE_HINT =
  "check the profile in ~/.aws/config and ~/.aws/credentials";
const NO_PROFILE_HINT =
  "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, name a profile with '--profile', or run 'aws configure'";

/** Message of an error of the SDK that wraps the error of a lost connection. */
const LOST_CONNECTION = new RegExp(
  `^(?:Failed to refresh token: )?${NO_ANSWER}: (.*?)(?:\\. Please re-authenticate using aws login)?$`,
  "s",
);

type ProcessBase = Extract<Base, { readonly kind: "process" }>;

/** Creates the error for a `credential_process` that failed. */
export function processError(
  { profile, words: [path = ""] }: ProcessBase,
  result: ProgramResult,
): AwsError | ConfigError {
  const { lastWords, errorOutput: cause, notStarted, isTooLong } = result;
  const { reason = "", hint } = lastWords ?? {};
  if (isLoopMessage(reason)) return new ConfigError(reason, { hint, cause });
  const isOwn = lastWords?.isOwn === true;
  const failure = isOwn ? reason : describeFailure({
    name: PROCESS,
    path,
    ...result,
    showsStatus: result.wasShown === true,
  });
  return new AwsError(`${cannotFind(profile)}: ${failure}`, {
    code: PROCESS_FAILED,
    hint: isOwn
      ? hint
      : notStarted !== undefined
      ? explainNotStarted(path)
      : isTooLong
      ? "let the program print only JSON"
      : "correct credential_process in the profile, or the program's setup",
    cause,
  });
}

/** Returns the hint for a `credential_process` whose program cannot be started. */
function explainNotStarted(program: string): string {
  if (/^~|\$/.test(program) && isPlainPath(program)) {
    return "write the whole path without '~' and variables, because no shell runs the command line";
  }
  if (isPlainPath(program)) {
    return "install the program, or correct credential_process in the profile";
  }
  return /^\w+=/.test(program)
    ? "write 'env' before the variable in credential_process, because no shell runs the command line"
    : "install the program, or correct credential_process: put quotes only around the path of the program, not around the whole command line";
}

/** Creates the error for a `credential_process` whose output cannot be used. */
export function processOutputError(
  { profile }: ProcessBase,
  { reason, hint }: OutputProblem,
): AwsError {
  return new AwsError(`${cannotFind(profile)}: ${PROCESS} printed ${reason}`, {
    code: PROCESS_FAILED,
    hint,
  });
}

function cannotFind(profile: string | undefined): string {
  return `Cannot find base credentials${fromProfile(profile)}`;
}

function fromProfile(profile: string | undefined): string {
  return profile === undefined ? "" : ` from the profile '${profile}'`;
}

/**
 * Creates the error for a search of the AWS SDK that found no credentials.
 *
 * @param secrets texts that must not be shown, such as the token of a sign-in
 */
export function toBaseError(
  base: Base,
  cause: unknown,
  secrets: readonly (string | undefined)[] = [],
): AwsError {
  const { profile } = base;
  const error = withoutSecrets(cause, secrets);
  const lost = lostConnection(error);
  if (lost !== undefined || "$fault" in error) {
    // AWS denied a request for the base credentials, or did not answer.
    return toAwsError(lost ?? error, {
      task: `get base credentials${fromProfile(profile)}`,
      host: serviceOf(base),
      secrets,
    });
  }
  // Without `credential_source`, the instance is asked only because no other source has
  // credentials. Most users do not run assume-role on an instance.
  const isLastResort = base.kind === "machine" && !base.isNamed &&
    base.source === "Ec2InstanceMetadata";
  const [reason, hint] = isLastResort
    ? explainNothingFound(profile)
    : explainSdkError(error, providerOf(base), profile);
  return new AwsError(
    `${cannotFind(profile)}${reason === "" ? "" : `: ${reason}`}`,
    {
      code: error.name,
      isBaseMissing: true,
      hint: base.kind === "machine" && base.lacksToken
        ? `to use a token of GitHub Actions, ${TOKEN_PERMISSION}`
        : hint ?? (profile === undefined ? NO_PROFILE_HINT : PROFILE_HINT),
      cause: error,
    },
  );
}

function providerOf(base: Base): SdkProvider | undefined {
  if (base.kind === "machine") {
    return base.source === "EcsContainer" ? "container" : "instance";
  }
  return base.kind === "profile" ? base.permissions.token?.kind : undefined;
}

/**
 * Returns the error for an AWS service that did not answer, or whose place a proxy answered
 * in; the SDK can wrap the error.
 */
function lostConnection(error: Error): Error | undefined {
  if ([NO_ANSWER, NO_AWS_ANSWER, UNREADABLE_ANSWER].includes(error.name)) {
    return error;
  }
  const [, message] = LOST_CONNECTION.exec(error.message) ?? [];
  return message === undefined
    ? undefined
    : Object.assign(new Error(message), { name: NO_ANSWER });
}

/** Returns the name of the service that the SDK calls for base credentials. */
function serviceOf(base: Base): string {
  if (base.kind === "machine") {
    return base.source === "EcsContainer"
      ? "the container endpoint"
      : "the EC2 instance metadata service";
  }
  if (base.kind !== "profile") return "AWS";
  const { identity } = base.permissions.sections;
  const section = identity[`profile.${base.profile}`] ?? {};
  const keys = Object.keys(section);
  if (keys.includes("login_session")) return "AWS Sign-In";
  if (!keys.some((key) => key.startsWith("sso_"))) return "AWS";
  const session = identity[`sso-session.${section.sso_session}`];
  const region = section.sso_region ?? session?.sso_region;
  return `IAM Identity Center${region === undefined ? "" : ` in ${region}`}`;
}
