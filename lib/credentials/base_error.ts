import { toAwsError } from "../aws/errors/translate.ts";
import { NO_ANSWER } from "../aws/errors/match.ts";
import type { OutputProblem } from "../aws/process_output.ts";
import { AwsError, ConfigError } from "../errors.ts";
import type { Base } from "../plan/plan.ts";
import { isLoopMessage } from "./loop_guard.ts";
import { describeFailure } from "./program_failure.ts";
import type { ProgramResult } from "./run_program.ts";
import { explainSdkMessage } from "./sdk_messages.ts";

/** The hint for a GitHub Actions job that lacks the permission to request a token. */
export const TOKEN_PERMISSION = "give the job 'permissions: id-token: write'";

/** The name of the program in messages. */
const PROCESS = "credential_process";
/** The code of the error if a `credential_process` fails. */
const PROCESS_FAILED = "CredentialProcessFailed";

type ProcessBase = Extract<Base, { readonly kind: "process" }>;

/** Creates the error for a `credential_process` that failed. */
export function processError(
  { profile, words: [path = ""] }: ProcessBase,
  result: ProgramResult,
): AwsError | ConfigError {
  const { lastWords, errorOutput, notStarted } = result;
  const cause = errorOutput && new Error(errorOutput.trim());
  const { reason = "", hint } = lastWords ?? {};
  if (isLoopMessage(reason)) return new ConfigError(reason, { hint, cause });
  const isOwn = lastWords?.isOwn === true;
  const failure = isOwn
    ? reason
    : describeFailure({ name: PROCESS, path, ...result });
  return new AwsError(`${cannotFind(profile)}: ${failure}`, {
    code: PROCESS_FAILED,
    hint: isOwn
      ? hint
      : notStarted !== undefined
      ? "install the program, or correct credential_process in the profile"
      : "correct credential_process in the profile, or the program's setup",
    cause,
  });
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
  const where = profile === undefined ? "" : ` from the profile '${profile}'`;
  return `Cannot find base credentials${where}`;
}

/** Creates the error for a search of the AWS SDK that found no credentials. */
export function toBaseError(base: Base, cause: unknown): AwsError {
  const { profile } = base;
  const where = profile === undefined ? "" : ` from the profile '${profile}'`;
  const { name, message } = cause instanceof Error
    ? cause
    : new Error(String(cause));
  // The SDK puts the code of an IAM Identity Center error into the message.
  const [, portalCode, portalMessage] = /^(\w+): (.+)/.exec(message) ?? [];
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
  const known = explainSdkMessage(message, profile);
  const text = known?.reason ??
    `${name === "TypeError" ? "the AWS SDK failed: " : ""}${
      message.split("\n")[0]
    }`;
  const reason = text === "" ? "" : `: ${text}`;
  return new AwsError(`Cannot find base credentials${where}${reason}`, {
    code: name,
    hint: base.kind === "chain" && base.lacksToken
      ? `to use a token of GitHub Actions, ${TOKEN_PERMISSION}`
      : portalCode === "ForbiddenException"
      ? "check sso_account_id and sso_role_name of the profile, or ask your administrator for this permission set in IAM Identity Center"
      : known?.hint !== undefined
      ? known.hint
      : /sso|Identity Center/i.test(reason) ||
          portalCode === "UnauthorizedException"
      ? `sign in with 'aws sso login${profile ? ` --profile ${profile}` : ""}'`
      : profile !== undefined
      ? "check the profile in ~/.aws/config and ~/.aws/credentials"
      : "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, name a profile with '--profile', or run 'aws configure'",
    cause,
  });
}
