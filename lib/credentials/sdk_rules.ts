// Pure: no I/O.
// Rules for the errors of the AWS SDK's credential providers. The patterns match the pinned
// SDK version; `tests/credentials/base_error_test.ts` lists all errors of that version.
import { type ErrorRule, matchError } from "../aws/errors/match.ts";

/** The hint of errors that another sign-in solves. */
const SSO_SIGN_IN = "sign in with 'aws sso login{profile}'";
const SIGN_IN = "sign in with 'aws login{profile}'";
const CONTAINER = "check the variables AWS_CONTAINER_*";
const CONTAINER_CERTIFICATE =
  "use a certificate of a public CA, or http on loopback; AWS_CA_BUNDLE does not apply to this endpoint, as in the AWS CLI";
const CONTAINER_URI = "check AWS_CONTAINER_CREDENTIALS_FULL_URI";

/** The explanation for a profile without credentials. */
export const EMPTY_PROFILE: readonly [reason: string, hint: string] = [
  "the profile has no credentials",
  "add credentials to the profile; 'assume-role --doctor' checks the headers in AWS's files",
];

const PROFILE_RULES: readonly ErrorRule[] = [
  {
    when: /^Could not resolve credentials using profile/,
    reason: EMPTY_PROFILE[0],
    hint: EMPTY_PROFILE[1],
  },
];

/** Rule for the error of `useSignInToken()` if the token's file cannot be read. */
const UNREADABLE_SIGN_IN = {
  when: /^(cannot read the stored sign-in .*)/,
  reason: "{1}",
};

const SSO_RULES: readonly ErrorRule[] = [
  {
    ...UNREADABLE_SIGN_IN,
    hint: `make the file readable, or ${SSO_SIGN_IN}`,
  },
  {
    when: /^The SSO session|^Token is expired|^Value not present for '/,
    reason: "the sign-in to IAM Identity Center is missing or has expired",
    hint: SSO_SIGN_IN,
  },
  {
    when:
      /^Invalid time value|properties of null \(reading '(?:accessToken|expiresAt)'\)|Invalid header value|not a valid ByteString/,
    reason: "the stored sign-in to IAM Identity Center is damaged",
    hint: SSO_SIGN_IN,
  },
  {
    when: /^UnauthorizedException: /,
    reason: "IAM Identity Center does not accept the sign-in",
    hint: SSO_SIGN_IN,
  },
  {
    when: /^(?:ForbiddenException|ResourceNotFoundException): /,
    reason: "IAM Identity Center denies the role to this user",
    hint:
      "check sso_account_id and sso_role_name of the profile, or ask your administrator for this permission set in IAM Identity Center",
  },
  {
    when: /^TooManyRequestsException: /,
    reason: "IAM Identity Center is throttling the requests",
    hint: "try again in a minute",
  },
  {
    when: /^InvalidRequestException: /,
    reason: "IAM Identity Center does not accept the request",
    hint: "check sso_account_id and sso_role_name of the profile",
  },
  {
    when:
      /^SSO returns an invalid temporary credential|^invalid (?:credentials|time of expiry)$/,
    reason: "IAM Identity Center gave no credentials",
    hint: "try again in a minute",
  },
];

const LOGIN_RULES: readonly ErrorRule[] = [
  { ...UNREADABLE_SIGN_IN, hint: `make the file readable, or ${SIGN_IN}` },
  {
    when:
      /^Failed to load a token for session |^Failed to load token from .*\bENOENT\b/s,
    reason: "the sign-in of 'aws login' is missing",
    hint: SIGN_IN,
  },
  {
    when:
      /^Failed to load token|Failed to generate Dpop proof|^invalid (?:credentials|time of expiry)$/,
    reason: "the file with the sign-in of 'aws login' is damaged",
    hint: SIGN_IN,
  },
  {
    when: /^Your session has expired/,
    reason: "the sign-in of 'aws login' has expired",
    hint: SIGN_IN,
  },
  {
    when: /because of a change in your password/,
    reason:
      "the sign-in of 'aws login' has ended, because the password changed",
    hint: SIGN_IN,
  },
  {
    when:
      /due to insufficient permissions.*'CreateOAuth2Token'|missing permission for the 'CreateOAuth2Token' action/,
    reason: "AWS denies access to signin:CreateOAuth2Token",
    hint:
      "ask your administrator for the managed policy SignInLocalDevelopmentAccess",
  },
  {
    when: /^Failed to refresh token: /,
    reason: "the sign-in of 'aws login' cannot be refreshed",
    hint: SIGN_IN,
  },
];

/** Start of the error about the file of `AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE`. */
export const CONTAINER_TOKEN =
  "cannot read the file with the container's authorization token";

const CONTAINER_RULES: readonly ErrorRule[] = [
  {
    when: /^ENOENT: no such file or directory, open '(.*)'/,
    reason: "the file {1} does not exist",
    hint: "correct AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
  },
  {
    when: new RegExp(
      `^${CONTAINER_TOKEN}: (.*)|^E[A-Z]+: (.*), (?:open|read)\\b`,
    ),
    reason: `${CONTAINER_TOKEN}: {1}{2}`,
    hint: "correct AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
  },
  {
    when: /^No HTTP credential provider host provided/,
    reason: "no container endpoint is set",
    hint:
      "run assume-role in a container with a role, which sets AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
  },
  {
    when:
      /Invalid character in header content|^Authorization token contains invalid/,
    reason:
      "the container's authorization token has a line break or another character that cannot be sent",
    hint:
      "correct AWS_CONTAINER_AUTHORIZATION_TOKEN, or the file that AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE names",
  },
  {
    when: /^Invalid URL: '(.*)'/,
    reason: "'{1}' is not a URL",
    hint: "correct AWS_CONTAINER_CREDENTIALS_FULL_URI",
  },
  {
    when: /^URL not accepted/,
    reason:
      "the container endpoint has neither https: nor an address of this machine",
    hint: "correct AWS_CONTAINER_CREDENTIALS_FULL_URI",
  },
  {
    when:
      /is not valid JSON|Unexpected end of JSON|properties of null \(reading 'AccessKeyId'\)|not of the required format|^Invalid RFC-?3339/,
    reason: "the container endpoint did not answer with credentials",
    hint: CONTAINER_URI,
  },
  {
    when: /^container endpoint (\S+): .*certificate/,
    reason: "the certificate of the container endpoint {1} is not trusted",
    hint: CONTAINER_CERTIFICATE,
  },
  {
    // Deno 2.6 gives no other reason if it does not trust a certificate.
    when: /^container endpoint (https:\S+): Http: connection error$/,
    reason:
      "cannot connect to the container endpoint {1}; its certificate may not be trusted",
    hint: CONTAINER_CERTIFICATE,
  },
  {
    when: /^container endpoint (\S+): no answer within/,
    reason: "the container endpoint {1} did not answer in time",
    hint: CONTAINER,
  },
  {
    when: /^container endpoint (\S+): (.*)/,
    reason: "the container endpoint {1} gave no credentials: {2}",
    hint: CONTAINER,
  },
  {
    when: /Server responded with status: (\d+)/,
    reason: "the container endpoint answered HTTP status {1}",
    hint: CONTAINER,
  },
];

const INSTANCE_RULES: readonly ErrorRule[] = [
  {
    when: /^AWS EC2 Metadata v1 fallback has been blocked/,
    reason:
      "the EC2 instance metadata service has no version 2, and AWS_EC2_METADATA_V1_DISABLED forbids version 1",
    hint: "allow IMDSv2 on the instance, or unset AWS_EC2_METADATA_V1_DISABLED",
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
    when: /is not valid JSON|Unexpected end of JSON/,
    reason: "the EC2 instance metadata service did not answer with credentials",
    hint: "check AWS_EC2_METADATA_SERVICE_ENDPOINT",
  },
];

/** Kinds of credential providers of the SDK. */
export type SdkProvider = "sso" | "login" | "container" | "instance";

const RULES: Readonly<Record<SdkProvider, readonly ErrorRule[]>> = {
  "sso": SSO_RULES,
  "login": LOGIN_RULES,
  "container": CONTAINER_RULES,
  "instance": INSTANCE_RULES,
};

/** Whether an error of the SDK means that the user must sign in to IAM Identity Center. */
export function needsSignIn({ name, message }: Error): boolean {
  const rules = SSO_RULES.filter(({ hint }) => hint === SSO_SIGN_IN);
  return matchError(rules, name, message, {}) !== undefined;
}

/** Returns the rules for the errors of a kind of credential providers, or of all. */
export function rulesOf(
  provider: SdkProvider | undefined,
): readonly ErrorRule[] {
  return [
    ...PROFILE_RULES,
    ...provider === undefined ? Object.values(RULES).flat() : RULES[provider],
  ];
}
