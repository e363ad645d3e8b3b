// Pure: no I/O.
import type { Profiles } from "../aws/profiles.ts";
import { UsageError } from "../errors.ts";
import { sha256 } from "../settings/sha256.ts";
import { roleBase } from "./cache_key.ts";
import { type CommonPlan, resolveProfileRolePlan } from "./profile_role.ts";
import type { Base, RoleRequest } from "./plan.ts";
import type { ReadText } from "./resolve_request.ts";
import { tokenFileBase } from "./token_file.ts";

type WebIdentityBase = Extract<Base, { readonly kind: "web-identity" }>;

/** Input of {@linkcode webIdentityBase}. */
export interface WebIdentityContext {
  readonly env: Readonly<Record<string, string>>;
  readonly profiles: Profiles;
  readonly readText: ReadText;
  readonly roleArn: string | undefined;
  readonly common: CommonPlan;
}

/**
 * Creates base credentials from the web identity of the environment: the token file
 * of `AWS_WEB_IDENTITY_TOKEN_FILE` (as on EKS), or a token of GitHub Actions. The requested
 * role is assumed with the token. But if there is a token file and `AWS_ROLE_ARN` or the
 * profile names a different role, that role is assumed with the token first, as in the
 * AWS SDKs, and the requested role is then assumed from it.
 *
 * @returns `undefined` if the environment has no web identity
 * @throws {ConfigError} If the token cannot be read.
 */
export async function webIdentityBase(
  context: WebIdentityContext,
  profile: string | undefined,
): Promise<Base | undefined> {
  const { env, profiles, roleArn, common } = context;
  const found = await findToken(context);
  if (found === undefined) return undefined;
  const base = { ...found, ...(profile !== undefined && { profile }) };
  // The profile supplies the values of variables that are not set.
  const { role_arn, role_session_name } = profiles.get(profile ?? "") ?? {};
  const firstRole = env.AWS_ROLE_ARN || role_arn;
  if (base.token.kind !== "file" || !firstRole || firstRole === roleArn) {
    return base;
  }
  const sessionName = env.AWS_ROLE_SESSION_NAME || role_session_name;
  const section = {
    role_arn: firstRole,
    ...(sessionName && { role_session_name: sessionName }),
  };
  const plan = await resolveProfileRolePlan(
    "AWS_ROLE_ARN",
    section,
    base,
    env,
    profiles,
    common,
  );
  return await roleBase(plan, profile);
}

/**
 * Whether this process runs in a GitHub Actions job without the permission
 * `id-token: write`. GitHub sets the variable with the token's URL only with this
 * permission.
 */
export function lacksToken(env: WebIdentityContext["env"]): boolean {
  return env.GITHUB_ACTIONS === "true" && !env.ACTIONS_ID_TOKEN_REQUEST_URL;
}

async function findToken(
  { env, readText }: WebIdentityContext,
): Promise<WebIdentityBase | undefined> {
  const path = env.AWS_WEB_IDENTITY_TOKEN_FILE;
  if (path) return await tokenFileBase({ kind: "file", path }, readText);
  const {
    ACTIONS_ID_TOKEN_REQUEST_URL: url,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: requestToken,
  } = env;
  if (!url || !requestToken) return undefined;
  return {
    kind: "web-identity",
    token: { kind: "github", url, requestToken },
    // The URL is unique to one job of one run.
    fingerprint: await sha256(["github", url]),
  };
}

/**
 * Checks that a request has only parameters of AssumeRoleWithWebIdentity.
 *
 * @throws {UsageError} If the request has a parameter that only AssumeRole has.
 */
export function checkWebIdentityRequest(request: RoleRequest): void {
  const { externalId, sourceIdentity, tags } = request;
  const name = externalId !== undefined
    ? "an external ID"
    : sourceIdentity !== undefined
    ? "a source identity"
    : tags !== undefined
    ? "session tags"
    : undefined;
  if (name === undefined) return;
  throw new UsageError(
    `Cannot send ${name} with a web identity token: the token itself must contain ${name}`,
  );
}
