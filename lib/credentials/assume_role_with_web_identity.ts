import { toSessionName } from "../aws/arn.ts";
import type { Fetch } from "../aws/fetch.ts";
import { readClaims } from "../aws/jwt.ts";
import { stsAudience } from "../aws/partition.ts";
import { AwsError } from "../errors.ts";
import type { RolePlan, WebIdentityToken } from "../plan/plan.ts";
import { tokenFileError } from "../plan/token_file.ts";
import { readText } from "../system/files.ts";
import { TOKEN_PERMISSION } from "./base_error.ts";
import type { Aws } from "./connect_aws.ts";
import type { Credentials } from "../aws/credentials.ts";
import type { AssumeRoleContext } from "./assume_role.ts";
import { runTokenProcess } from "./token_process.ts";

/** The session name for a token without a subject. */
const DEFAULT_SESSION_NAME = "assume-role";

/**
 * Assumes a role with a web identity token.
 *
 * @throws {ConfigError} If the token file cannot be read
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
      aws.createFetch(),
    );
  const roleSessionName = request.roleSessionName ??
    toSessionName(readClaims(token)?.sub ?? DEFAULT_SESSION_NAME);
  reporter.explain(
    `asking STS for ${request.roleArn} as '${roleSessionName}' with a web identity token`,
  );
  // AWS authenticates this call by the token instead of a signature.
  const noKeys = { accessKeyId: "", secretAccessKey: "" };
  using client = aws.connect(noKeys);
  const output = await client.assumeRoleWithWebIdentity({
    ...request,
    roleSessionName,
    webIdentityToken: token,
  });
  return { ...output, roleArn: request.roleArn, obtainedAt: now() };
}

async function readToken(
  file: WebIdentityToken & { kind: "file" },
): Promise<string> {
  let reason = "the file is empty";
  try {
    const token = (await readText(file.path)).trim();
    if (token !== "") return token;
  } catch (error) {
    reason = (error as Error).message;
  }
  throw tokenFileError(file, reason);
}

/** Requests a token from GitHub ("OpenID Connect reference", GitHub Docs). */
async function requestToken(
  { url, requestToken }: WebIdentityToken & { kind: "github" },
  audience: string,
  fetch: Fetch,
): Promise<string> {
  const address = new URL(url);
  address.searchParams.set("audience", audience);
  const fail = (reason: string, cause?: unknown) =>
    new AwsError(`Cannot get a token from GitHub Actions: ${reason}`, {
      code: "NoWebIdentityToken",
      hint: TOKEN_PERMISSION,
      cause,
    });
  let response: Response;
  try {
    response = await fetch(
      new Request(address, {
        headers: { authorization: `bearer ${requestToken}` },
      }),
    );
  } catch (error) {
    throw fail(`cannot reach ${address.host}`, error);
  }
  const body = await response.json().catch(() => undefined);
  if (!response.ok || typeof body?.value !== "string") {
    throw fail(`${address.host} answered with status ${response.status}`);
  }
  return body.value;
}
