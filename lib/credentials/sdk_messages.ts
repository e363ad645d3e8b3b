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

/** The rule for the message of the default chain, if no profile is used. */
const NOTHING_FOUND: Rule = {
  when: /Could not load credentials from any providers/,
  reason: "",
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
    when:
      /^Could not resolve credentials using profile|Could not load credentials from any providers/,
    reason: "the profile has no credentials",
    hint:
      "add credentials to the profile; 'assume-role --doctor' checks the headers in AWS's files",
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
    when: /^Unable to find environment variable credentials/,
    reason:
      "credential_source is Environment, but AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set",
    hint: "set both variables",
  },
  {
    when: /^Unsupported credential source in profile .* Got (.*), expected/,
    reason:
      "credential_source is {1}, but must be Environment, Ec2InstanceMetadata or EcsContainer",
    hint: "correct credential_source of the profile",
  },
  {
    when: /^ENOENT: no such file or directory, open '(.*)'/,
    reason: "the file {1} does not exist",
    hint:
      "correct web_identity_token_file or AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
  },
  {
    when: /instance metadata service/i,
    reason: "the EC2 instance metadata service gave no credentials",
    hint:
      "run assume-role on an EC2 instance that has a role, or use other base credentials",
  },
  {
    when: /^No HTTP credential provider host provided|^The container metadata/,
    reason: "no container endpoint is set",
    hint:
      "run assume-role in a container with a role, which sets AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
  },
  {
    when: /^Invalid character in header content/,
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
    when: /^(\w+): is not a valid container metadata service protocol/,
    reason: "the container endpoint has the scheme '{1}'",
    hint: "write AWS_CONTAINER_CREDENTIALS_FULL_URI with http: or https:",
  },
  {
    when: /is not valid JSON|properties of null \(reading 'AccessKeyId'\)/,
    reason: "the container endpoint did not answer with credentials",
    hint: "check AWS_CONTAINER_CREDENTIALS_FULL_URI",
  },
  {
    when: /^container endpoint (\S+): .*peer certificate/,
    reason: "the certificate of the container endpoint {1} is not trusted",
    hint:
      "use a certificate of a public CA, or http on loopback; AWS_CA_BUNDLE does not apply to this endpoint, as in the AWS CLI",
  },
  {
    when: /^container endpoint (\S+): (.*)/,
    reason: "the container endpoint {1} gave no credentials: {2}",
    hint: "check the variables AWS_CONTAINER_*",
  },
];

/**
 * Explains a message of the SDK; returns `undefined` if the message is not known.
 *
 * @param profile the profile in which the SDK looked for credentials; `undefined` if no
 * profile is used
 */
export function explainSdkMessage(
  message: string,
  profile?: string,
): SdkExplanation | undefined {
  const failed = explainFailedProcess(message);
  if (failed !== undefined) return failed;
  const rules = profile === undefined ? [NOTHING_FOUND, ...RULES] : RULES;
  for (const { when, reason, hint, signIn } of rules) {
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
