import { toSessionName } from "../aws/arn.ts";
import type { Fetch } from "../aws/fetch.ts";
import { readClaims } from "../aws/jwt.ts";
import { AwsError, ConfigError } from "../errors.ts";
import type { RolePlan, WebIdentityToken } from "../plan/plan.ts";
import { readText } from "../system/files.ts";
import { TOKEN_PERMISSION } from "./base_credentials.ts";
import type { Aws } from "./connect_aws.ts";
import type { Credentials } from "../aws/credentials.ts";
import type { AssumeRoleContext } from "./assume_role.ts";

/** Whom AWS's STS wants a token to be for. */
const AUDIENCE = "sts.amazonaws.com";
/** Where a token does not say whom it stands for. */
const NAMELESS = "assume-role";

/** Assumes a role with a token that another identity provider gave. */
export async function assumeRoleWithWebIdentity(
  { request }: RolePlan,
  source: WebIdentityToken,
  aws: Aws,
  { now, reporter }: AssumeRoleContext,
): Promise<Credentials> {
  const token = source.kind === "file"
    ? await readToken(source)
    : await requestToken(source, aws.createFetch());
  const roleSessionName = request.roleSessionName ??
    toSessionName(readClaims(token)?.sub ?? NAMELESS);
  reporter.explain(
    `asking STS for ${request.roleArn} as '${roleSessionName}' with a web identity token`,
  );
  // This call is not signed: the token says who asks.
  const nobody = { accessKeyId: "", secretAccessKey: "" };
  using client = aws.connect(nobody);
  const output = await client.assumeRoleWithWebIdentity({
    ...request,
    roleSessionName,
    webIdentityToken: token,
  });
  return { ...output, roleArn: request.roleArn, obtainedAt: now() };
}

async function readToken(
  { path, profile }: WebIdentityToken & { kind: "file" },
): Promise<string> {
  let reason = "it is empty";
  try {
    const token = (await readText(path)).trim();
    if (token !== "") return token;
  } catch (error) {
    reason = (error as Error).message;
  }
  throw new ConfigError(
    `Cannot read the web identity token ${path}: ${reason}`,
    {
      hint: profile === undefined
        ? "AWS_WEB_IDENTITY_TOKEN_FILE names it"
        : `web_identity_token_file of the profile '${profile}' names it`,
    },
  );
}

/** Asks GitHub ("OpenID Connect reference", GitHub Docs). */
async function requestToken(
  { url, requestToken }: WebIdentityToken & { kind: "github" },
  fetch: Fetch,
): Promise<string> {
  const address = new URL(url);
  address.searchParams.set("audience", AUDIENCE);
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
    throw fail(`no answer from ${address.host}`, error);
  }
  const body = await response.json().catch(() => undefined);
  if (!response.ok || typeof body?.value !== "string") {
    throw fail(`${address.host} answered with status ${response.status}`);
  }
  return body.value;
}
