// Pure: no I/O.
// Recognises a session of assume-role in the environment, and replaces the session by the
// base credentials that the session was obtained from. A shell has such a session after
// the shell evaluated credentials that assume-role printed. Later runs in this shell must
// not use the session as their base credentials, because a role can seldom assume itself
// or another role.
import { AssumeRoleError } from "../errors.ts";
import { SESSION_VARIABLE } from "../settings/names.ts";
import type { Base, ProfilePlan, RolePlan } from "./plan.ts";
import {
  type BaseContext,
  readEnvironmentCredentials,
  staticBase,
} from "./profile_source.ts";
import { resolveBase } from "./resolve_base.ts";

type Env = Readonly<Record<string, string>>;

/** Base credentials that the sessions of one cache entry were obtained from. */
export interface SessionOrigin {
  /** Fingerprint of the base credentials at the start of the role chain. */
  readonly fingerprint: string;
  /** AWS profile of the base credentials; absent if no profile is used. */
  readonly profile?: string;
  /** Values of {@linkcode BASE_VARIABLES} with which the base credentials were found. */
  readonly variables?: Env;
  /** Fingerprints of the sessions, from {@linkcode sessionFingerprint}. */
  readonly sessions: readonly string[];
}

/** Loads the origin of the sessions of the cache entry with the given name. */
export type LoadOrigin = (key: string) => SessionOrigin | undefined;

/** Variables with the credentials of a session, and `ASSUME_ROLE_SESSION`. */
const SESSION_VARIABLES = [
  "AWS_ACCESS_KEY_ID",
  "AWS_SECRET_ACCESS_KEY",
  "AWS_SESSION_TOKEN",
  "AWS_SECURITY_TOKEN",
  "AWS_CREDENTIAL_EXPIRATION",
  SESSION_VARIABLE,
];

/**
 * Variables without secrets by which base credentials are found, and which the formats
 * for shells remove. `AWS_PROFILE` is missing: see `SessionOrigin.profile`.
 */
const BASE_VARIABLES = [
  "AWS_WEB_IDENTITY_TOKEN_FILE",
  "AWS_ROLE_ARN",
  "AWS_ROLE_SESSION_NAME",
  "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
  "AWS_CONTAINER_CREDENTIALS_FULL_URI",
  "AWS_CREDENTIAL_FILE",
];

/** Returns the environment without the named variables. */
export function withoutVariables(env: Env, names: readonly string[]): Env {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !names.includes(name)),
  );
}

/** Copies the environment without the variables of a session, and lists these variables. */
export function hideSession(
  env: Env,
): { readonly env: Env; readonly hiddenVariables: readonly string[] } {
  return {
    env: withoutVariables(env, SESSION_VARIABLES),
    hiddenVariables: SESSION_VARIABLES,
  };
}

/**
 * Computes the SHA-256 by which the session in the environment is recognised. Returns
 * `undefined` if the environment has no session.
 */
export async function sessionFingerprint(
  env: Env,
): Promise<string | undefined> {
  // If only one of the two variables is set, do not throw an error here. The run possibly
  // uses other credentials than the environment's.
  if (!env.AWS_ACCESS_KEY_ID || !env.AWS_SECRET_ACCESS_KEY) return undefined;
  const keys = readEnvironmentCredentials(env);
  return keys?.sessionToken && (await staticBase(keys)).fingerprint;
}

/**
 * Decides the base credentials like {@linkcode resolveBase}. But if the environment has a
 * session of assume-role, which `ASSUME_ROLE_SESSION` names, the session is replaced by
 * its origin: the base credentials that the session was obtained from. To find the
 * origin, the base credentials are resolved again without the session's variables, first
 * with the same profile, then also with the variables of the origin, and then with the
 * profile of the origin. The result must have the fingerprint that the cache stored for
 * the origin. If the origin is not found, the session itself is used as base credentials.
 */
export async function resolveBaseOfSession(
  profile: string | undefined,
  context: BaseContext,
  loadOrigin: LoadOrigin | undefined,
): Promise<Base> {
  const base = await resolveWithVariables(profile, context);
  const { env, isByVariable, hiddenVariables } = context;
  // If the setting `profile` names the base profile, the environment's keys are not used.
  if (profile !== undefined && !isByVariable) return base;
  if (hiddenVariables) return { ...base, ownSession: "replaced" };
  const origin = env[SESSION_VARIABLE] && loadOrigin?.(env[SESSION_VARIABLE]);
  const session = origin && await sessionFingerprint(env);
  if (!session || !origin.sessions.includes(session)) return base;
  const hidden = { ...context, ...hideSession(env) };
  const restored = restoreVariables(hidden, origin);
  const found = await tryBase(profile, hidden, origin) ??
    await tryBase(profile, restored, origin) ??
    await tryBase(origin.profile, { ...restored, isByVariable: false }, origin);
  return found === undefined
    ? { ...base, ownSession: "kept" }
    : { ...found, ownSession: "replaced" };
}

/** Resolves base credentials, and records the values of {@linkcode BASE_VARIABLES}. */
async function resolveWithVariables(
  profile: string | undefined,
  context: BaseContext,
): Promise<Base> {
  const base = await resolveBase(profile, context);
  const variables = Object.fromEntries(
    BASE_VARIABLES.flatMap((name) => {
      const value = context.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
  return Object.keys(variables).length > 0 ? { ...base, variables } : base;
}

/** Adds the variables of a session's origin, which a format for shells has removed. */
function restoreVariables(
  context: BaseContext,
  { variables = {} }: SessionOrigin,
): BaseContext {
  const env = { ...context.env, ...variables };
  return { ...context, env, restoredVariables: variables };
}

/**
 * Resolves base credentials. Returns `undefined` if the base credentials cannot be
 * resolved, or if their fingerprint differs from the fingerprint of the session's origin.
 */
async function tryBase(
  profile: string | undefined,
  context: BaseContext,
  { fingerprint }: SessionOrigin,
): Promise<Base | undefined> {
  const base = await undefinedIfRefused(() =>
    resolveWithVariables(profile, context)
  );
  return base?.fingerprint === fingerprint ? base : undefined;
}

/** Runs a function; returns `undefined` if the function throws an `AssumeRoleError`. */
export async function undefinedIfRefused<T>(
  resolve: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await resolve();
  } catch (error) {
    if (error instanceof AssumeRoleError) return undefined;
    throw error;
  }
}

/** Returns the base credentials at the start of the role chain that `via` makes. */
export function firstBaseOf({ base }: { readonly base: Base }): Base {
  return base.kind === "role" && base.isVia ? firstBaseOf(base.plan) : base;
}

/**
 * Creates the properties of {@linkcode SessionOrigin} that describe a plan's base
 * credentials.
 */
export function originOf(
  plan: RolePlan | ProfilePlan,
): Omit<SessionOrigin, "sessions"> {
  const base = firstBaseOf(plan);
  const { profile, variables } = base;
  // The fingerprint of an MFA session covers settings that can differ between roles, so
  // use the fingerprint of its long-term keys.
  const { fingerprint } = base.kind === "mfa-session" ? base.source : base;
  return {
    fingerprint,
    ...(profile !== undefined && { profile }),
    ...(variables !== undefined && { variables }),
  };
}
