import { AwsError, ConfigError } from "../errors.ts";
import { toAwsError } from "./errors/translate.ts";
import { SecretHider, secretsOfEnv } from "../settings/hide_secrets.ts";
import { INCOMPLETE_ANSWER } from "./errors/match.ts";
import { type HttpClient, readSuccess, sendRequest } from "./send_request.ts";

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
 * @param env the user's variables, whose secrets no error may repeat
 * @throws {AwsError} If AWS returns no token, or a token that has a secret.
 * @throws {ConfigError} If this process may not connect to the endpoint.
 */
export async function getSigninToken(
  federation: string,
  { accessKeyId, secretAccessKey, sessionToken }: SigninCredentials,
  client: HttpClient,
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const session = {
    sessionId: accessKeyId,
    sessionKey: secretAccessKey,
    sessionToken,
  };
  const createRequest = () => {
    const body = new URLSearchParams({
      Action: "getSigninToken",
      SessionType: "json",
      Session: JSON.stringify(session),
    });
    return new Request(federation, { method: "POST", body });
  };
  const secrets = [secretAccessKey, sessionToken];
  try {
    return await sendRequest(createRequest, (answer) => {
      if (answer.status === 400) throw refusedSession();
      const token = readSuccess(answer, "SigninToken");
      if (new SecretHider(secrets, "whole").isIn(token)) throw repeatedSecret();
      return token;
    }, client);
  } catch (error) {
    if (error instanceof AwsError || error instanceof ConfigError) throw error;
    const { host } = new URL(federation);
    throw toAwsError(error, {
      task: TASK,
      host,
      secrets: [...secrets, ...secretsOfEnv(env)],
    });
  }
}

function repeatedSecret(): Error {
  const message = "the answer repeats a secret of the request";
  return Object.assign(new Error(message), { name: INCOMPLETE_ANSWER });
}

function refusedSession(): AwsError {
  return new AwsError(`Cannot ${TASK}: AWS does not accept the session`, {
    code: "InvalidCredentials",
    hint:
      "use '--force-refresh' to get a fresh session; this session may have been revoked",
  });
}
