// Pure: no I/O.
import type { Profiles } from "../aws/profiles.ts";
import { ConfigError, InvalidValueError, UsageError } from "../errors.ts";
import { parseRoleArn, parseSessionName } from "../settings/parsers.ts";
import { sha256 } from "../settings/sha256.ts";
import { roleBase } from "./cache_key.ts";
import {
  type CommonPlan,
  profileRoleBase,
  resolveProfileRolePlan,
} from "./profile_role.ts";
import type { Base, RoleRequest } from "./plan.ts";
import type { ReadText } from "./resolve_request.ts";
import { tokenFileBase, tokenProcessBase } from "./token_file.ts";

type WebIdentityBase = Extract<Base, { readonly kind: "web-identity" }>;

/**
 * Variables that name a web identity token and its role, and the variable that says that
 * GitHub could give a token.
 */
export const TOKEN_VARIABLES: readonly string[] = [
  "AWS_WEB_IDENTITY_TOKEN_FILE",
  "AWS_ROLE_ARN",
  "AWS_ROLE_SESSION_NAME",
  "ACTIONS_ID_TOKEN_REQUEST_URL",
  "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
  "GITHUB_ACTIONS",
];

/** Input of {@linkcode tokenFileRole} and {@linkcode tokenProcessRole}. */
export interface WebIdentityContext {
  readonly env: Readonly<Record<string, string>>;
  readonly profiles: Profiles;
  readonly readText: ReadText;
  readonly roleArn: string | undefined;
  readonly common: CommonPlan;
}

/**
 * Creates base credentials from a file with a web identity token: the file of
 * `AWS_WEB_IDENTITY_TOKEN_FILE` (as on EKS) or of the profile. The requested role is
 * assumed with the token. But if `AWS_ROLE_ARN` or the profile names a different role, that
 * role is assumed with the token first, as in the AWS CLI. The requested role is then
 * assumed with the session of the first role.
 *
 * @param usesVariables whether variables are used; if so, variables take precedence over
 * the profile
 * @returns `undefined` if there is no token file
 * @throws {ConfigError} If the token cannot be read, no role is named for the token, or a
 * variable has a value that AWS would reject.
 */
export async function tokenFileRole(
  context: WebIdentityContext,
  profile: string | undefined,
  usesVariables: boolean,
): Promise<Base | undefined> {
  const { env, profiles, readText, roleArn, common } = context;
  const section = profiles.get(profile ?? "") ?? {};
  const variables = usesVariables ? env : {};
  const { AWS_WEB_IDENTITY_TOKEN_FILE: variable } = variables;
  const path = variable ?? section.web_identity_token_file;
  if (!path) return undefined;
  const isFromProfile = variable === undefined;
  const firstRole = variables.AWS_ROLE_ARN ?? section.role_arn;
  if (!firstRole && (isFromProfile || section.role_arn)) {
    throw noRole(profile!, variables.AWS_ROLE_ARN === "");
  }
  const base = {
    ...await tokenFileBase(
      { kind: "file", path, ...(isFromProfile && { profile: profile! }) },
      readText,
    ),
    ...(profile !== undefined && { profile }),
  };
  if (!firstRole || firstRole === roleArn) return base;
  checkVariable("AWS_ROLE_ARN", variables, parseRoleArn);
  checkVariable("AWS_ROLE_SESSION_NAME", variables, parseSessionName);
  const sessionName = variables.AWS_ROLE_SESSION_NAME ||
    section.role_session_name;
  const { region, duration_seconds } = isFromProfile ? section : {};
  const plan = await resolveProfileRolePlan(
    variables.AWS_ROLE_ARN === undefined ? profile! : "AWS_ROLE_ARN",
    {
      role_arn: firstRole,
      ...(sessionName && { role_session_name: sessionName }),
      ...(region !== undefined && { region }),
      ...(duration_seconds !== undefined && { duration_seconds }),
    },
    base,
    env,
    profiles,
    common,
  );
  return await roleBase(plan, profile);
}

/**
 * Creates base credentials from the token that `web_identity_token_process` of a profile
 * prints. If the profile's role is not the requested role, the profile's role is assumed
 * first.
 *
 * @throws {ConfigError} If another user can write to the file that names the program.
 */
export async function tokenProcessRole(
  context: WebIdentityContext,
  profile: string,
): Promise<Base> {
  const { profiles, roleArn } = context;
  const base = { ...await tokenProcessBase(profile, context), profile };
  return profiles.get(profile)!.role_arn === roleArn
    ? base
    : await profileRoleBase(profile, base, context);
}

/**
 * Checks the value of a variable, if the variable has a value.
 *
 * @throws {ConfigError} If the value is invalid.
 */
function checkVariable(
  name: string,
  env: WebIdentityContext["env"],
  parse: (text: string) => string,
): void {
  try {
    if (env[name]) parse(env[name]);
  } catch (error) {
    if (!(error instanceof InvalidValueError)) throw error;
    throw new ConfigError(`Cannot use ${name}: ${error.message}`);
  }
}

/** Creates the error for a token file for which no role is named. */
function noRole(
  profile: string,
  isEmptyVariable: boolean,
): ConfigError {
  return isEmptyVariable
    ? new ConfigError(
      "Cannot use the web identity token: AWS_ROLE_ARN is empty",
      { hint: `unset AWS_ROLE_ARN to use role_arn of '${profile}'` },
    )
    : new ConfigError(
      `Cannot use the AWS profile '${profile}': the profile has web_identity_token_file, but no role_arn`,
    );
}

/** Creates base credentials from the token of a job of GitHub Actions. */
export async function gitHubBase(
  {
    ACTIONS_ID_TOKEN_REQUEST_URL: url,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: request,
  }: WebIdentityContext["env"],
): Promise<WebIdentityBase | undefined> {
  if (!url || !request) return undefined;
  return {
    kind: "web-identity",
    token: { kind: "github", url, requestToken: request },
    // The URL is unique to one job of one workflow run.
    fingerprint: await sha256(["github", url]),
  };
}

/**
 * Whether this process runs in a GitHub Actions job without the permission
 * `id-token: write`. GitHub sets `ACTIONS_ID_TOKEN_REQUEST_URL` only for jobs with this
 * permission.
 */
export function lacksToken(env: WebIdentityContext["env"]): boolean {
  return env.GITHUB_ACTIONS === "true" && !env.ACTIONS_ID_TOKEN_REQUEST_URL;
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
