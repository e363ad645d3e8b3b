// Pure: no I/O.
import { type ErrorRule, matchError } from "../aws/errors/match.ts";
import { toAwsError } from "../aws/errors/translate.ts";
import { SignInError, type SignInRequest } from "./request.ts";

const AGAIN = "run the command again, or sign in with '{command}'";
const START_URL =
  "check sso_start_url and sso_region of the profile's sso-session";

/** Names of the errors for a registration that AWS does not accept. */
export const REFUSED_CLIENT: readonly string[] = [
  "InvalidClientException",
  "UnauthorizedClientException",
];

/** Rules for errors of the OIDC service of IAM Identity Center. */
export const SIGN_IN_RULES: readonly ErrorRule[] = [
  {
    codes: "AccessDeniedException",
    reason: "the sign-in was denied in the browser",
    hint: AGAIN,
  },
  {
    codes: "ExpiredTokenException",
    reason: "nobody confirmed the sign-in in time",
    hint: AGAIN,
  },
  {
    codes: "InvalidGrantException",
    reason: "AWS does not accept the code of the sign-in",
    hint: AGAIN,
  },
  {
    codes: REFUSED_CLIENT.join(" "),
    reason: "AWS does not accept the stored registration of the client",
    hint: "run the command again to register anew",
  },
  {
    codes: "InvalidScopeException",
    reason: "AWS does not know a scope of sso_registration_scopes",
    hint: "correct sso_registration_scopes of the profile's sso-session",
  },
  {
    codes: "InvalidRequestRegionException",
    reason: "IAM Identity Center is in another region than {region}",
    hint: START_URL,
  },
  {
    codes: "InvalidRequestException",
    reason: "AWS does not accept the request ({message})",
    hint: START_URL,
  },
];

/** Converts an error of the sign-in service or of the AWS SDK. */
export function toSignInError(
  cause: unknown,
  { session: { region }, secrets, command }: Pick<
    SignInRequest,
    "session" | "secrets" | "command"
  >,
): SignInError {
  const { code, message, requestId, hint, cause: text } = toAwsError(cause, {
    task: "sign in to IAM Identity Center",
    host: `IAM Identity Center in ${region}`,
    secrets,
  });
  const name = cause instanceof Error ? cause.name : "";
  const detail = (text instanceof Error ? text.message : "").split("\n")[0]!;
  const [reason, ownHint] = matchError(SIGN_IN_RULES, name, detail, {
    command,
    region,
    message: detail,
  }) ?? [message.replace(/^Cannot sign in to IAM Identity Center: /, ""), hint];
  return new SignInError(reason, {
    code,
    requestId,
    hint: ownHint,
    cause: text,
  });
}
