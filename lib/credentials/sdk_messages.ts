// Explains errors of the AWS SDK's credential providers, because the SDK's messages do not
// say which setting of a profile is wrong. The patterns match the pinned SDK version.

/** The reason and the hint that users see. */
export interface SdkExplanation {
  readonly reason: string;
  /** Absent if the general hint of `toBaseError()` is enough. */
  readonly hint?: string;
  /** The command that signs in again; present if the hint is to run this command. */
  readonly signIn?: SignInCommand;
  /** The error output of a `credential_process`, without its command line and secrets. */
  readonly cause?: Error;
}

/** A command of the AWS CLI that signs in. */
type SignInCommand = "aws sso login" | "aws login";

interface Rule {
  readonly when: RegExp;
  readonly reason: string;
  readonly hint?: string;
  readonly signIn?: SignInCommand;
}

const PRINTS_WRONG = "credential_process printed";
const JSON_HINT =
  'let the program print {"Version": 1, "AccessKeyId": …, "SecretAccessKey": …}';

/** The explanation for a profile without credentials. */
const EMPTY_PROFILE: SdkExplanation = {
  reason: "the profile has no credentials",
  hint:
    "add credentials to the profile; 'assume-role --doctor' checks the headers in AWS's files",
};

/** Rules for the tokens of `aws login` and `aws sso login`. */
const SIGN_IN_RULES: readonly Rule[] = [
  {
    when: /^The SSO session|^Token is expired|^Value not present for/,
    reason: "the sign-in to IAM Identity Center is missing or has expired",
    signIn: "aws sso login",
  },
  {
    when: /^Failed to load token from .*ENOENT/,
    reason: "the sign-in of 'aws login' is missing",
    signIn: "aws login",
  },
  {
    when: /^Failed to load token|Failed to generate Dpop proof/,
    reason: "the file with the sign-in of 'aws login' is damaged",
    signIn: "aws login",
  },
  {
    when: /^Your session has expired/,
    reason: "the sign-in of 'aws login' has expired",
    signIn: "aws login",
  },
  {
    when: /because of a change in your password/,
    reason:
      "the sign-in of 'aws login' has ended, because the password changed",
    signIn: "aws login",
  },
  {
    when: /missing permission for the 'CreateOAuth2Token' action/,
    reason: "AWS denies access to signin:CreateOAuth2Token",
    hint:
      "ask your administrator for the managed policy SignInLocalDevelopmentAccess",
  },
  {
    when: /^Failed to refresh token: (.*)\. Please re-authenticate/,
    reason: "the sign-in of 'aws login' cannot be refreshed: {1}",
    signIn: "aws login",
  },
];

const RULES: readonly Rule[] = [
  ...SIGN_IN_RULES,
  {
    when: /^Could not resolve credentials using profile/,
    ...EMPTY_PROFILE,
  },
  {
    when: /credential_process returned invalid JSON/,
    reason: `${PRINTS_WRONG} no JSON`,
    hint: JSON_HINT,
  },
  {
    when:
      /credential_process did not return Version 1|properties of null \(reading 'Version'\)/,
    reason: `${PRINTS_WRONG} JSON without "Version": 1`,
    hint: JSON_HINT,
  },
  {
    when: /credential_process returned invalid credentials/,
    reason: `${PRINTS_WRONG} JSON without AccessKeyId or SecretAccessKey`,
    hint: JSON_HINT,
  },
  {
    when: /credential_process returned expired credentials/,
    reason: `${PRINTS_WRONG} credentials that have expired`,
    hint: "sign in again with the program of credential_process",
  },
  {
    when: /credential_process returned an invalid Expiration/,
    reason: `${PRINTS_WRONG} an Expiration that is not a time`,
    hint: "let the program print a time such as 2030-12-31T23:59:59Z",
  },
  {
    when: /^ENOENT: no such file or directory, open '(.*)'/,
    reason: "the file {1} does not exist",
    hint: "correct AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
  },
  {
    when: /^AWS_EC2_METADATA_DISABLED is true/,
    reason:
      "AWS_EC2_METADATA_DISABLED forbids the EC2 instance metadata service",
    hint: "unset AWS_EC2_METADATA_DISABLED, or use other base credentials",
  },
  {
    when: /instance metadata service/i,
    reason: "the EC2 instance metadata service gave no credentials",
    hint:
      "run assume-role on an EC2 instance that has a role, or use other base credentials",
  },
  {
    when: /^No HTTP credential provider host provided/,
    reason: "no container endpoint is set",
    hint:
      "run assume-role in a container with a role, which sets AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
  },
  {
    when: /Invalid character in header content/,
    reason:
      "AWS_CONTAINER_AUTHORIZATION_TOKEN has a line break or another character that cannot be sent",
    hint: "set the token again, without line breaks",
  },
  {
    when: /^Invalid URL: '(.*)'/,
    reason: "'{1}' is not a URL",
    hint:
      "correct AWS_CONTAINER_CREDENTIALS_FULL_URI or AWS_EC2_METADATA_SERVICE_ENDPOINT",
  },
  {
    when: /^URL not accepted/,
    reason:
      "the container endpoint has neither https: nor an address of this machine",
    hint: "correct AWS_CONTAINER_CREDENTIALS_FULL_URI",
  },
  {
    when: /is not valid JSON|properties of null \(reading 'AccessKeyId'\)/,
    reason: "the container endpoint did not answer with credentials",
    hint: "check AWS_CONTAINER_CREDENTIALS_FULL_URI",
  },
  {
    when: /^container endpoint (\S+): .*certificate/,
    reason: "the certificate of the container endpoint {1} is not trusted",
    hint:
      "use a certificate of a public CA, or http on loopback; AWS_CA_BUNDLE does not apply to this endpoint, as in the AWS CLI",
  },
  {
    when: /^container endpoint (\S+): no answer within/,
    reason: "the container endpoint {1} did not answer in time",
    hint: "check the variables AWS_CONTAINER_*",
  },
  {
    when: /^container endpoint (\S+): (.*)/,
    reason: "the container endpoint {1} gave no credentials: {2}",
    hint: "check the variables AWS_CONTAINER_*",
  },
];

/**
 * Explains that no source has credentials.
 *
 * @param profile the profile in which credentials were searched for; `undefined` if no
 * profile is used
 */
export function explainNothingFound(
  profile: string | undefined,
): SdkExplanation {
  return profile === undefined ? { reason: "" } : EMPTY_PROFILE;
}

/** Explains a message of the SDK; returns `undefined` if the message is not known. */
export function explainSdkMessage(message: string): SdkExplanation | undefined {
  const failed = explainFailedProcess(message);
  if (failed !== undefined) return failed;
  for (const { when, reason, hint, signIn } of RULES) {
    const match = when.exec(message);
    if (match === null) continue;
    return {
      reason: reason.replace(/\{(\d)\}/g, (_, group) => match[group] ?? ""),
      ...(hint !== undefined && { hint }),
      ...(signIn !== undefined && { signIn }),
    };
  }
  return undefined;
}

/** Explains why a `credential_process` failed, by the program's own error message. */
function explainFailedProcess(message: string): SdkExplanation | undefined {
  const [, command, stderr] = /^Command failed: (.*)\n?([^]*)$/.exec(message) ??
    [];
  if (command === undefined) return undefined;
  const text = hideArguments(stderr ?? "", command);
  const lines = text.split(/[\r\n]+/).filter((line) => line.trim() !== "");
  // The last line of a Python traceback has the error.
  const line = lines[0]?.startsWith("Traceback ") ? lines.at(-1) : lines[0];
  return {
    reason: line === undefined
      ? "credential_process failed without a message"
      : `credential_process failed: ${line.trim()}`,
    hint: "correct credential_process in the profile, or the program's setup",
    cause: new Error(text),
  };
}

/** Hides, in a text, a command line and the values of secret options such as `--token`. */
function hideArguments(text: string, command: string): string {
  const secrets = command.matchAll(
    /(?:^|\s)--?[\w-]*(?:pass|secret|token|key|pin)[\w-]*[=\s]+(\S+)/gi,
  );
  let hidden = text.replaceAll(command, "the command");
  for (const [, secret] of secrets) hidden = hidden.replaceAll(secret!, "***");
  return hidden;
}
