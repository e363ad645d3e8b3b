// Pure: no I/O.
import type { ErrorRule } from "./match.ts";

const NEW_TOKEN = "get a new one from the identity provider";
const CLOCK = {
  reason: "this machine's clock is wrong",
  hint: "set the clock",
};

// The kinds of denial are those of the IAM User Guide, "Troubleshoot access
// denied error messages".
const DENIALS: readonly ErrorRule[] = [
  {
    codes: "AccessDenied",
    when: /invalid MFA one time pass code/i,
    reason: "AWS does not accept the MFA code",
    hint: "each code works once; check the device's clock, and '--mfa-serial'",
  },
  {
    codes: "AccessDenied",
    when: /^MultiFactorAuthentication failed/,
    reason: "AWS cannot check a code of that MFA device",
    hint: "'--mfa-serial' has to name a device of the base credentials' user",
  },
  {
    codes: "AccessDenied",
    when: /^Roles may not be assumed by root accounts/,
    reason: "AWS lets no root user assume a role",
    hint: "use the credentials of an IAM user or of IAM Identity Center",
  },
  {
    codes: "AccessDenied",
    when: /^Cannot call (\w+) with session credentials/,
    reason: "AWS denies {1} to temporary credentials",
    hint: "it takes the access key of an IAM user",
  },
  {
    codes: "AccessDenied",
    when: /to perform:? (sts:AssumeRoleWithWebIdentity)/,
    reason: "AWS denies it to this web identity",
    hint:
      "the role's trust policy has to name the provider, and the audience and subject of the token",
  },
  {
    codes: "AccessDenied",
    when: /to perform: (iam:GetUser)/,
    reason: "AWS denies you {1}{why}",
    hint: "name the session with '--role-session-name'; then it is not needed",
  },
  {
    codes: "AccessDenied",
    when: /to perform: (iam:\w+|sts:GetSessionToken)/,
    reason: "AWS denies you {1}{why}",
    hint: "get that permission for yourself",
  },
  {
    codes: "AccessDenied",
    when: /to perform: (sts:TagSession|sts:SetSourceIdentity)/,
    reason: "AWS denies {1}{why}",
    hint: "both the role's trust policy and your own policies have to allow it",
  },
  {
    codes: "AccessDenied",
    when: /source identity is already set/i,
    reason: "AWS lets no role of a chain change the source identity",
    hint: "leave it out; it is passed on from session to session",
  },
  {
    codes: "AccessDenied",
    when: /\b(?:service|resource) control policy\b/,
    reason: "AWS denies it{why}",
    hint: "those who administer your AWS organization can change that",
  },
  {
    codes: "AccessDenied",
    when: /\bwith an explicit deny in\b/,
    reason: "AWS denies it{why}",
    hint: "the conditions there tell when, such as without MFA",
  },
  {
    codes: "AccessDenied",
    when: /\bbecause no .+ allows\b/,
    reason: "AWS denies it{why}",
    hint: "allow it there, or look at the conditions there, such as MFA",
  },
  {
    codes: "AccessDenied NotAuthorized",
    reason: "AWS denies it",
    hint:
      "the role may not exist, its trust policy may not let you in, you may lack sts:AssumeRole, or it may want MFA",
  },
];

const CREDENTIALS: readonly ErrorRule[] = [
  {
    // AssumeRoleWithWebIdentity's own; STS says ExpiredToken of credentials.
    codes: "ExpiredTokenException",
    when: /^(?!.*\bsecurity token\b)/is,
    reason: "the web identity token has expired",
    hint: NEW_TOKEN,
  },
  {
    codes: "ExpiredToken",
    reason: "the base credentials have expired",
    hint:
      "renew them: sign in again, or run 'aws sso login' if they come from IAM Identity Center",
  },
  {
    codes: "InvalidClientTokenId UnrecognizedClient",
    reason: "AWS does not know the base access key",
    hint:
      "it may be mistyped, deactivated or of another partition; see the profile that supplies it",
  },
  {
    codes: "SignatureDoesNotMatch InvalidSignature",
    when: /^Signature (?:expired|not yet current)/,
    ...CLOCK,
  },
  { codes: "RequestTimeTooSkewed RequestExpired RequestInTheFuture", ...CLOCK },
  {
    codes: "SignatureDoesNotMatch InvalidSignature",
    reason: "AWS rejects the signature of the base credentials",
    hint:
      "the secret access key may be mistyped, or this machine's clock wrong",
  },
  {
    codes: "IncompleteSignature",
    reason: "AWS cannot read the signature of the base credentials",
    hint:
      "is there a space or a line break in a key, or a proxy that changes requests?",
  },
  {
    codes: "MissingAuthenticationToken",
    reason: "the request came to AWS without a signature",
    hint: "is there a proxy on the way that drops the Authorization header?",
  },
  {
    codes: "OptInRequired",
    reason: "the account of the base credentials is not signed up for it",
    hint: "finish the account's sign-up, or enable the region for it",
  },
  {
    codes: "RegionDisabled",
    reason: "{host} is not active for the account",
    hint:
      "have the region enabled, and STS in it activated in IAM's account settings, or ask elsewhere with '--region'",
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
    hint: `it may have expired or be revoked: ${NEW_TOKEN}`,
  },
  {
    codes: "IDPCommunicationError",
    reason: "AWS cannot reach the identity provider of the web identity token",
    hint:
      "try again in a minute; the provider's keys have to be public on the internet",
  },
];

/** That AWS refuses whoever asks. */
export const DENIED_ERRORS: readonly ErrorRule[] = [...DENIALS, ...CREDENTIALS];
