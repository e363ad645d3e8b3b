import { toSessionName } from "../aws/arn.ts";
import { toAwsError } from "../aws/errors/translate.ts";
import { readClaims } from "../aws/jwt.ts";
import { stsAudience } from "../aws/partition.ts";
import {
  type HttpClient,
  readSuccess,
  RequestError,
  sendRequest,
} from "../aws/send_request.ts";
import { AssumeRoleError, AwsError } from "../errors.ts";
import type { RolePlan, WebIdentityToken } from "../plan/plan.ts";
import { tokenFileError } from "../plan/token_file.ts";
import { readText } from "../system/read_file.ts";
import { TOKEN_PERMISSION } from "./base_error.ts";
import type { Aws } from "./connect_aws.ts";
import { type Credentials, isShaped } from "../aws/credentials.ts";
import type { AssumeRoleContext } from "./assume_role.ts";
import { refuseRepeated } from "./guard_secrets.ts";
import { secretsOfEnv } from "../settings/hide_secrets.ts";
import { checkSession } from "./check_session.ts";
import { checkTokenHost } from "./check_token_host.ts";
import { runTokenProcess } from "./token_process.ts";

/** The code of the error if GitHub gives no token. */
const NO_TOKEN = "NoWebIdentityToken";
/** The session name for a token without a subject. */
const DEFAULT_SESSION_NAME = "assume-role";

/**
 * Assumes a role with a web identity token.
 *
 * @throws {ConfigError} If the token file cannot be read, or this process may not connect
 * to the host that issues tokens
 * @throws {AwsError} If GitHub gives no token, or STS denies the request
 */
export async function assumeRoleWithWebIdentity(
  { request, role, mfa }: RolePlan,
  source: WebIdentityToken,
  aws: Aws,
  context: AssumeRoleContext,
): Promise<Credentials> {
  const { now, reporter } = context;
  const token = source.kind === "file"
    ? await readToken(source)
    : source.kind === "process"
    ? await runTokenProcess(source, { ...context, ...mfa })
    : await requestToken(
      source,
      stsAudience(role.partition),
      { fetch: aws.createFetch(), now },
      secretsOfEnv(context.env),
    );
  const roleSessionName = request.roleSessionName ??
    toSessionName(readClaims(token)?.sub ?? DEFAULT_SESSION_NAME);
  reporter.explain(
    `asking STS for ${request.roleArn} as '${roleSessionName}' with a web identity token`,
  );
  // AWS authenticates this call by the token instead of a signature.
  const noKeys = { accessKeyId: "", secretAccessKey: "" };
  await using client = aws.connect(noKeys);
  const output = await client.assumeRoleWithWebIdentity({
    ...request,
    roleSessionName,
    webIdentityToken: token,
  });
  checkSession(output, request, now());
  return { ...output, roleArn: request.roleArn, obtainedAt: now() };
}

/** Whether a text can be sent as a token, and is not too long for STS. */
const isToken = (token: string) => isShaped({ token }, { token: "string" });

async function readToken(
  file: WebIdentityToken & { kind: "file" },
): Promise<string> {
  let reason = "the file is empty";
  try {
    const token = (await readText(file.path)).trim();
    if (isToken(token)) return token;
    if (token !== "") reason = "the file contains text that is not a token";
  } catch (error) {
    reason = (error as Error).message;
  }
  throw tokenFileError(file, reason);
}

/** Requests a token from GitHub ("OpenID Connect reference", GitHub Docs). */
async function requestToken(
  { url, requestToken }: WebIdentityToken & { kind: "github" },
  audience: string,
  client: HttpClient,
  secrets: readonly string[],
): Promise<string> {
  const task = "get a token from GitHub Actions";
  const refuse = (reason: string) =>
    new AwsError(`Cannot ${task}: ${reason}`, { code: NO_TOKEN });
  const address = URL.parse(url);
  if (address === null) {
    throw refuse("ACTIONS_ID_TOKEN_REQUEST_URL is not a URL");
  }
  if (!/^[!-~]+$/.test(requestToken)) {
    throw refuse(
      "ACTIONS_ID_TOKEN_REQUEST_TOKEN has a line break or another character that cannot be sent",
    );
  }
  checkTokenHost(address, audience);
  address.searchParams.set("audience", audience);
  const headers = { authorization: `bearer ${requestToken}` };
  try {
    const token = await sendRequest(
      () => new Request(address, { headers }),
      (answer) => readSuccess(answer, "value"),
      client,
    );
    if (!isToken(token)) {
      throw refuse("the answer contains no token");
    }
    refuseRepeated(token, [requestToken]);
    return token;
  } catch (error) {
    if (error instanceof AssumeRoleError) throw error;
    const { message, hint, cause } = toAwsError(error, {
      task,
      host: address.host,
      secrets: [requestToken, ...secrets],
      endpoint: "ACTIONS_ID_TOKEN_REQUEST_URL",
    });
    const status = error instanceof RequestError ? error.failure.status : 0;
    const details = { code: NO_TOKEN, hint: explainStatus(status) ?? hint };
    throw new AwsError(message, { ...details, cause });
  }
}

/** Returns the hint for statuses that GitHub uses in its own way. */
function explainStatus(status = 0): string | undefined {
  if (status === 401 || status === 403) return TOKEN_PERMISSION;
  return status >= 500
    ? "try again in a minute; see https://www.githubstatus.com for outages"
    : undefined;
}
