// Pure: no I/O.
import {
  type ErrorRule,
  LOST_ANSWER,
  NO_PROVIDER_KEY,
  REJECTED_CODE,
} from "./match.ts";

const NEW_TOKEN = "get a new token from the identity provider";
const PROVIDER = {
  reason: "AWS cannot reach the identity provider of the web identity token",
  hint:
    "try again in a minute; check that the provider's keys are public on the internet",
};
const CLOCK = {
  reason: "this machine's clock is wrong",
  hint: "set the clock",
};

// The kinds of denial are those of the IAM User Guide, "Troubleshoot access
// denied error messages".
const DENIALS: readonly ErrorRule[] = [
  {
    codes: LOST_ANSWER,
    reason:
      "AWS's first answer was lost, and AWS accepts each MFA code only once",
    hint: "run the command again with the next code",
  },
  {
    codes: "AccessDenied",
    when: REJECTED_CODE,
    reason: "AWS rejects the MFA code",
    hint:
      "use a new code, because each works once; check the device's clock and '--mfa-serial'",
  },
  {
    codes: "AccessDenied",
    when: /^MultiFactorAuthentication failed/,
    reason: "AWS cannot check codes of this MFA device",
    hint: "set '--mfa-serial' to a device of the base credentials' user",
  },
  {
    codes: "AccessDenied",
    when: /^Roles may not be assumed by root accounts/,
    reason: "AWS does not let the root user assume roles",
    hint: "use the credentials of an IAM user or of IAM Identity Center",
  },
  {
    codes: "AccessDenied",
    when: /^Cannot call (\w+) with session credentials/,
    reason: "AWS denies {1} to temporary credentials",
    hint: "use the access key of an IAM user",
  },
  {
    codes: "AccessDenied",
    when: /to perform:? (sts:AssumeRoleWithWebIdentity)/,
    reason: "AWS denies access to this web identity",
    hint:
      "check that the role's trust policy names the provider, and the audience and subject of the token",
  },
  {
    codes: "AccessDenied",
    when: /to perform: (iam:GetUser)/,
    reason: "AWS denies {1}{why}",
    hint:
      "name the session with '--role-session-name', so that your user name is not needed",
  },
  {
    codes: "AccessDenied",
    when: /to perform: (iam:\w+|sts:GetSessionToken)/,
    reason: "AWS denies {1}{why}",
    hint: "give this permission to the user of the base credentials",
  },
  {
    codes: "AccessDenied",
    when: /to perform: (sts:TagSession|sts:SetSourceIdentity)/,
    reason: "AWS denies {1}{why}",
    hint:
      "allow this action in both the role's trust policy and your own policies",
  },
  {
    codes: "AccessDenied",
    when: /source identity is already set/i,
    reason: "AWS does not let a role chain change its source identity",
    hint:
      "leave out the source identity, because each session of a chain inherits it",
  },
  {
    codes: "AccessDenied",
    when: /\b(?:service|resource) control policy\b/,
    reason: "AWS denies access{why}",
    hint: "ask an administrator of your AWS organization to change this policy",
  },
  {
    codes: "AccessDenied",
    when: /\bwith an explicit deny in\b/,
    reason: "AWS denies access{why}",
    hint: "check the conditions of this policy; they may require MFA",
  },
  {
    codes: "AccessDenied",
    when: /\bbecause no .+ allows\b/,
    reason: "AWS denies access{why}",
    hint:
      "allow the action in such a policy, or check the policy's conditions, such as MFA",
  },
  {
    codes: "AccessDenied NotAuthorized",
    reason: "AWS denies access",
    hint:
      "check that the role exists, that its trust policy allows you, that you have sts:AssumeRole, and whether the role requires MFA",
  },
];

const CREDENTIALS: readonly ErrorRule[] = [
  {
    // AssumeRoleWithWebIdentity uses this code for an expired web identity token. For
    // expired credentials, STS uses ExpiredToken.
    codes: "ExpiredTokenException",
    when: /^(?!.*\bsecurity token\b)/is,
    reason: "the web identity token has expired",
    hint: NEW_TOKEN,
  },
  {
    codes: "ExpiredToken",
    reason: "the base credentials have expired",
    hint:
      "sign in again; run 'aws sso login' if the credentials come from IAM Identity Center",
  },
  {
    codes: "InvalidClientTokenId UnrecognizedClient",
    reason: "AWS does not know the base access key",
    hint:
      "check the profile that supplies the key: the key may be mistyped, deactivated or of another partition",
  },
  {
    codes: "SignatureDoesNotMatch InvalidSignature",
    when: /^Signature (?:expired|not yet current)/,
    ...CLOCK,
  },
  { codes: "RequestTimeTooSkewed RequestExpired RequestInTheFuture", ...CLOCK },
  {
    codes: "SignatureDoesNotMatch InvalidSignature",
    reason: "AWS rejects the signature made with the base credentials",
    hint: "check the secret access key and this machine's clock",
  },
  {
    codes: "IncompleteSignature",
    reason: "AWS cannot read the signature made with the base credentials",
    hint:
      "check for a space or a line break in a key, and for a proxy that changes requests",
  },
  {
    codes: "MissingAuthenticationToken",
    reason: "the request reached AWS without a signature",
    hint: "check for a proxy that removes the Authorization header",
  },
  {
    codes: "OptInRequired",
    reason:
      "the account of the base credentials is not signed up for this service",
    hint: "finish the account's sign-up, or enable the region for the account",
  },
  {
    codes: "RegionDisabled",
    reason: "{host} is not active for the account",
    hint:
      "enable the region and activate STS for it in IAM's account settings, or use another '--region'",
  },
  {
    codes: "InvalidIdentityToken",
    when: NO_PROVIDER_KEY,
    ...PROVIDER,
  },
  {
    codes: "InvalidIdentityToken",
    reason: "AWS cannot validate the web identity token: {message}",
    hint:
      "check the token's issuer and audience against the identity provider in IAM",
  },
  {
    codes: "IDPRejectedClaim",
    reason: "the identity provider rejects the web identity token",
    hint: `${NEW_TOKEN}: this token may have expired or been revoked`,
  },
  {
    codes: "IDPCommunicationError",
    ...PROVIDER,
  },
];

/** Errors for denied access and for credentials or tokens that AWS refuses. */
export const DENIED_ERRORS: readonly ErrorRule[] = [...DENIALS, ...CREDENTIALS];
