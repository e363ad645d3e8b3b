// Explains errors of the AWS SDK's credential providers, because the SDK's messages do not
// say which setting of a profile is wrong. The patterns match the pinned SDK version.

/** The reason and the hint that users see. */
export interface SdkExplanation {
  readonly reason: string;
  /** Absent if the general hint of `toBaseError()` is enough. */
  readonly hint?: string;
}

interface Rule {
  readonly when: RegExp;
  readonly reason: string;
  readonly hint?: string;
}

/** The rule for the message of the default chain, if no profile is used. */
const NOTHING_FOUND: Rule = {
  when: /Could not load credentials from any providers/,
  reason: "",
};

const RULES: readonly Rule[] = [
  {
    when:
      /^Could not resolve credentials using profile|Could not load credentials from any providers/,
    reason: "the profile has no credentials",
    hint:
      "add credentials to the profile; 'assume-role --doctor' checks the headers in AWS's files",
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
    when: /^The SSO session|^Token is expired/,
    reason: "the sign-in to IAM Identity Center is missing or has expired",
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
  const rules = profile === undefined ? [NOTHING_FOUND, ...RULES] : RULES;
  for (const { when, reason, hint } of rules) {
    const match = when.exec(message);
    if (match === null) continue;
    return {
      reason: reason.replace(/\{(\d)\}/g, (_, group) => match[group] ?? ""),
      ...(hint !== undefined && { hint }),
    };
  }
  return undefined;
}
