import { AwsError, ConfigError } from "../errors.ts";
import { toAwsError } from "./errors/translate.ts";
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
 * @throws {AwsError} If AWS returns no token.
 * @throws {ConfigError} If this process may not connect to the endpoint.
 */
export async function getSigninToken(
  federation: string,
  { accessKeyId, secretAccessKey, sessionToken }: SigninCredentials,
  client: HttpClient,
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
  try {
    return await sendRequest(createRequest, (answer) => {
      if (answer.status === 400) throw refusedSession();
      return readSuccess(answer, "SigninToken");
    }, client);
  } catch (error) {
    if (error instanceof AwsError || error instanceof ConfigError) throw error;
    const { host } = new URL(federation);
    const secrets = [secretAccessKey, sessionToken];
    throw toAwsError(error, { task: TASK, host, secrets });
  }
}

function refusedSession(): AwsError {
  return new AwsError(`Cannot ${TASK}: AWS does not accept the session`, {
    code: "InvalidCredentials",
    hint:
      "use '--force-refresh' to get a fresh session; this session may have been revoked",
  });
}
