// Pure: no I/O.
import type { Profiles } from "../aws/profiles.ts";
import { UsageError } from "../errors.ts";
import { sha256 } from "../settings/sha256.ts";
import { roleBase } from "./cache_key.ts";
import { type CommonPlan, profileRolePlan } from "./profile_role.ts";
import type { Base, RoleRequest } from "./plan.ts";
import type { ReadText } from "./request.ts";
import { tokenFileBase } from "./token_file.ts";

type WebIdentityBase = Extract<Base, { readonly kind: "web-identity" }>;

/** What decides whether there is a web identity. */
export interface WebIdentityContext {
  readonly env: Readonly<Record<string, string>>;
  readonly profiles: Profiles;
  readonly readText: ReadText;
  readonly roleArn: string | undefined;
  readonly common: CommonPlan;
}

/**
 * The web identity of the environment, where there is one: the token file that
 * AWS's variables name (EKS and others), or GitHub Actions' tokens. The role is
 * assumed with it directly; where `AWS_ROLE_ARN` names another one, that is
 * assumed first, as the AWS SDKs do.
 *
 * @throws {ConfigError} where the token cannot be read
 */
export async function webIdentityBase(
  context: WebIdentityContext,
  profile: string | undefined,
): Promise<Base | undefined> {
  const { env, profiles, roleArn, common } = context;
  const found = await findToken(context);
  if (found === undefined) return undefined;
  const base = { ...found, ...(profile !== undefined && { profile }) };
  // What the variables leave out, the profile may say.
  const { role_arn, role_session_name } = profiles.get(profile ?? "") ?? {};
  const first = env.AWS_ROLE_ARN || role_arn;
  if (base.token.kind !== "file" || !first || first === roleArn) return base;
  const sessionName = env.AWS_ROLE_SESSION_NAME || role_session_name;
  const section = {
    role_arn: first,
    ...(sessionName && { role_session_name: sessionName }),
  };
  const plan = await profileRolePlan(
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
 * Whether this is a job of GitHub Actions without the permission to ask for a
 * token: it has not got the variables that say where.
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
    // The address is that of one job of one run.
    fingerprint: await sha256(["github", url]),
  };
}

/** AssumeRoleWithWebIdentity takes less than AssumeRole: the token says the rest. */
export function checkWebIdentityRequest(request: RoleRequest): void {
  const { externalId, sourceIdentity, tags } = request;
  const name = externalId !== undefined
    ? "an external id"
    : sourceIdentity !== undefined
    ? "a source identity"
    : tags !== undefined
    ? "session tags"
    : undefined;
  if (name === undefined) return;
  throw new UsageError(
    `Cannot send ${name} with a web identity token: the token itself has to carry it`,
  );
}
