import { AwsError, ConfigError } from "../errors.ts";
import { toAwsError } from "./errors/translate.ts";
import { NO_ANSWER, NO_AWS_ANSWER, UNREADABLE_ANSWER } from "./errors/match.ts";
import { type Fetch, fetchWhole, noAnswer } from "./fetch.ts";

const REQUEST_TIMEOUT_MS = 10_000;
const TASK = "sign in to the console";

/** The credentials of a role's session. */
export interface SigninCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/**
 * Gets a sign-in token for a role's session from the console's federation endpoint. The
 * credentials are sent in the body, because URLs can appear in logs. The request has
 * no `SessionDuration`, because AWS refuses that parameter for chained roles.
 *
 * @throws {AwsError} If AWS returns no token.
 * @throws {ConfigError} If this process may not connect to the endpoint.
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
  const response = await fetchWhole(fetch, request, REQUEST_TIMEOUT_MS)
    .catch((error) => {
      if (error instanceof ConfigError) throw error;
      throw fail(NO_ANSWER, noAnswer(error).message);
    });
  const { status } = response;
  if (status === 400) {
    throw new AwsError(`Cannot ${TASK}: AWS does not accept the session`, {
      code: "InvalidCredentials",
      hint:
        "use '--force-refresh' to get a fresh session; this session may have been revoked",
    });
  }
  if (status >= 500) throw fail("ServiceUnavailable", String(status));
  if (status !== 200) throw fail(NO_AWS_ANSWER, String(status));
  const token = parseToken(await response.text());
  if (token === undefined) throw fail(UNREADABLE_ANSWER, "");
  return token;
}

function parseToken(text: string): string | undefined {
  try {
    const token: unknown = JSON.parse(text)?.SigninToken;
    return typeof token === "string" && token !== "" ? token : undefined;
  } catch {
    return undefined;
  }
}
