// Pure: no I/O.
import { formatOwnText, type SafeText } from "../settings/terminal_text.ts";
import { AssumeRoleError } from "../errors.ts";
import {
  changeVariables,
  type PrintedSession,
  requirePrintable,
} from "./credentials.ts";

/** Variables that the AWS CLI does not accept with an empty value. */
const PROFILE_VARIABLES = ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"];

/** The texts that give a session to the later steps of a job of GitHub Actions. */
export interface GithubOutput {
  /** Lines for stdout, by which the log of the job hides the keys. */
  readonly masks: SafeText;
  /** Lines for the file `$GITHUB_ENV`. */
  readonly variables: string;
}

/**
 * Formats a session for the later steps of a job of GitHub Actions. The variables are
 * those that the formats for shells set. GitHub Actions cannot remove a variable, so a
 * variable to remove gets an empty value if `env` has another value.
 *
 * @param identityVariables variables by which an SDK takes another identity
 * @param delimiter a text that no value has
 * @throws {AssumeRoleError} If a value has another character than printable ASCII.
 */
export function formatGithub(
  session: PrintedSession,
  identityVariables: readonly string[],
  env: Readonly<Record<string, string>>,
  delimiter: string,
): GithubOutput {
  const { set, removed } = changeVariables(session, identityVariables);
  const emptied = removed.filter((name) => env[name]);
  const all = { ...set, ...Object.fromEntries(emptied.map((n) => [n, ""])) };
  const { accessKeyId, secretAccessKey, sessionToken } = session.credentials;
  return {
    masks: formatOwnText(
      [accessKeyId, secretAccessKey, sessionToken]
        .map((value) => `::add-mask::${escapeCommand(value)}\n`).join(""),
    ),
    variables: Object.entries(all).map(([name, value]) =>
      `${name}<<${delimiter}\n${requirePrintable(name, value)}\n${delimiter}\n`
    ).join(""),
  };
}

/**
 * Refuses an environment with a profile. Some SDKs prefer the profile to the session, and
 * GitHub Actions cannot remove the variable from later steps.
 *
 * @throws {AssumeRoleError} If a variable names a profile.
 */
export function refuseProfile(env: Readonly<Record<string, string>>): void {
  const name = PROFILE_VARIABLES.find((name) => env[name]);
  if (name === undefined) return;
  throw new AssumeRoleError(
    `Cannot hide ${name} from the later steps: GitHub Actions cannot unset a variable`,
    {
      hint:
        `remove ${name} from the workflow, and name the profile with '--profile'`,
    },
  );
}

/** Escapes the characters that a workflow command gives a meaning. */
function escapeCommand(value: string): string {
  return value.replaceAll("%", "%25")
    .replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}
