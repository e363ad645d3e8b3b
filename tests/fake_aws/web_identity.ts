import type { ActionContext } from "./actions.ts";
import { type Claims, readToken } from "./jwt.ts";
import { duration, Refusal, required } from "./refusal.ts";
import { inherit, packedSize, parseSettings } from "./session_settings.ts";
import { credentialsNode } from "./sessions.ts";
import { checkMaximum, ROLE_ARN, SESSION_NAME } from "./sts_actions.ts";
import { GITHUB, type Role, roleSession, type World } from "./world.ts";
import type { Node } from "./xml.ts";

/** Runs STS's AssumeRoleWithWebIdentity, with a token instead of a signature. */
export async function assumeRoleWithWebIdentity(
  { world, params, now, mint }: Omit<ActionContext, "caller">,
): Promise<Node> {
  const arn = required(params, "RoleArn", ROLE_ARN);
  const name = required(params, "RoleSessionName", SESSION_NAME);
  const token = required(params, "WebIdentityToken", /^[^]{4,20000}$/);
  const seconds = duration(params, 43_200, 3600);
  const asked = parseSettings(params);
  const claims = await checkToken(token, world, now);
  const role = world.roles.find((role) => role.arn === arn);
  if (role === undefined || !trustsToken(role, claims)) {
    throw new Refusal(
      "AccessDenied",
      "Not authorized to perform sts:AssumeRoleWithWebIdentity",
      403,
    );
  }
  const settings = inherit(asked, undefined);
  const size = packedSize(settings);
  checkMaximum(role, seconds);
  const identity = roleSession(arn, name);
  const provider = claims.iss.replace("https://", "");
  return {
    SubjectFromWebIdentityToken: claims.sub,
    Audience: claims.aud,
    Provider: `arn:aws:iam::${identity.accountId}:oidc-provider/${provider}`,
    AssumedRoleUser: { AssumedRoleId: identity.userId, Arn: identity.arn },
    Credentials: credentialsNode(mint({ ...identity, settings }, seconds)),
    ...(size !== undefined && { PackedPolicySize: size }),
  };
}

async function checkToken(
  token: string,
  world: World,
  now: number,
): Promise<Claims> {
  const read = await readToken(token);
  if (read === undefined) {
    throw invalidToken(
      "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)",
    );
  }
  const { iss, aud, exp } = read.claims;
  const provider = (world.identityProviders ?? [GITHUB]).find(({ issuer }) =>
    issuer === iss
  );
  if (provider === undefined) {
    throw invalidToken(
      `No OpenIDConnect provider found in your account for ${iss}`,
    );
  }
  if (!read.valid) {
    throw invalidToken(
      "The web identity token that was passed could not be validated by Amazon Web Services. Get a new identity token from the identity provider and then retry the request.",
    );
  }
  if (!provider.audiences.includes(aud)) {
    throw invalidToken("Incorrect token audience");
  }
  const seconds = Math.floor(now / 1000);
  if (exp <= seconds) {
    throw new Refusal(
      "ExpiredTokenException",
      `Token expired: current date/time ${seconds} must be before the expiration date/time ${exp}`,
    );
  }
  return read.claims;
}

function invalidToken(message: string): Refusal {
  return new Refusal("InvalidIdentityToken", message);
}

function trustsToken({ trustsTokens = [] }: Role, claims: Claims): boolean {
  if (typeof trustsTokens === "function") return trustsTokens(claims);
  return trustsTokens.some((pattern) => isLike(claims.sub, pattern));
}

/** Whether a text matches a pattern by the rules of IAM's `StringLike`. */
function isLike(text: string, pattern: string): boolean {
  const source = pattern.replace(/[^\w*?]/g, "\\$&")
    .replaceAll("*", ".*").replaceAll("?", ".");
  return new RegExp(`^${source}$`).test(text);
}
