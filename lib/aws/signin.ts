import { AwsError } from "../errors.ts";
import { toAwsError } from "./errors/translate.ts";
import { NO_ANSWER, NO_AWS_ANSWER, UNREADABLE_ANSWER } from "./errors/match.ts";
import { type Fetch, fetchWhole, noAnswer } from "./fetch.ts";

/** How long AWS may take for its answer, in milliseconds. */
const LIMIT = 10_000;
const TASK = "sign in to the console";

/** The credentials of a role's session. */
export interface SigninCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/**
 * Asks the federation endpoint for a token that signs a role's session in. The
 * credentials are sent in the request's body, as addresses are logged. How long
 * the console is to be open is not asked for: AWS refuses that to the session of
 * a role that another role's session has assumed.
 *
 * @throws {AwsError} where there is none to be had
 */
export async function getSigninToken(
  federation: string,
  { accessKeyId, secretAccessKey, sessionToken }: SigninCredentials,
  fetch: Fetch,
): Promise<string> {
  const { host } = new URL(federation);
  const secrets = [secretAccessKey, sessionToken];
  const fail = (name: string, message: string) =>
    toAwsError(Object.assign(new Error(message), { name }), {
      task: TASK,
      host,
      secrets,
    });
  const session = {
    sessionId: accessKeyId,
    sessionKey: secretAccessKey,
    sessionToken,
  };
  const body = new URLSearchParams({
    Action: "getSigninToken",
    SessionType: "json",
    Session: JSON.stringify(session),
  });
  const request = new Request(federation, { method: "POST", body });
  const response = await fetchWhole(fetch, request, LIMIT).catch((error) => {
    throw fail(NO_ANSWER, noAnswer(error).message);
  });
  const { status } = response;
  if (status === 400) {
    throw new AwsError(`Cannot ${TASK}: AWS does not accept the session`, {
      code: "InvalidCredentials",
      hint: "it may have been revoked: '--force-refresh' gets a fresh one",
    });
  }
  if (status >= 500) throw fail("ServiceUnavailable", String(status));
  if (status !== 200) throw fail(NO_AWS_ANSWER, String(status));
  const token = tokenOf(await response.text());
  if (token === undefined) throw fail(UNREADABLE_ANSWER, "");
  return token;
}

function tokenOf(text: string): string | undefined {
  try {
    const token: unknown = JSON.parse(text)?.SigninToken;
    return typeof token === "string" && token !== "" ? token : undefined;
  } catch {
    return undefined;
  }
}
