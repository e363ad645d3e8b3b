// Pure: no I/O.
// A shell that evaluates printed credentials has a session of assume-role in its
// environment. The session must not become the base credentials of later runs in this
// shell, because a role can seldom assume another role, or itself again.
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

/** Base credentials that the sessions of a cache key were obtained from. */
export interface SessionOrigin {
  /** Fingerprint of the base credentials at the start of the role chain. */
  readonly fingerprint: string;
  /** AWS profile of the base credentials; absent if no profile is used. */
  readonly profile?: string;
  /** Fingerprints of the sessions, from {@linkcode sessionFingerprint}. */
  readonly sessions: readonly string[];
}

/** Loads the origin of the sessions of a cache key. */
export type LoadOrigin = (key: string) => SessionOrigin | undefined;

/** Variables that the formats set, and by which an SDK takes a session's identity. */
const SESSION_VARIABLES = [
  "AWS_ACCESS_KEY_ID",
  "AWS_SECRET_ACCESS_KEY",
  "AWS_SESSION_TOKEN",
  "AWS_SECURITY_TOKEN",
  "AWS_CREDENTIAL_EXPIRATION",
  SESSION_VARIABLE,
];

/** Returns the environment without these variables. */
export function withoutVariables(env: Env, names: readonly string[]): Env {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !names.includes(name)),
  );
}

/** Removes the variables of a session from the environment, and lists their names. */
export function hideSession(
  env: Env,
): { readonly env: Env; readonly hiddenVariables: readonly string[] } {
  return {
    env: withoutVariables(env, SESSION_VARIABLES),
    hiddenVariables: SESSION_VARIABLES,
  };
}

/** Computes a SHA-256 by which a session is recognised; `undefined` without a session. */
export async function sessionFingerprint(
  env: Env,
): Promise<string | undefined> {
  // Half of a pair of keys is an error only if the run uses the environment.
  if (!env.AWS_ACCESS_KEY_ID || !env.AWS_SECRET_ACCESS_KEY) return undefined;
  const keys = readEnvironmentCredentials(env);
  return keys?.sessionToken && (await staticBase(keys)).fingerprint;
}

/**
 * Decides the base credentials as {@linkcode resolveBase}, except for keys in the
 * environment that are a marked session of assume-role. Such a session is replaced by the
 * base credentials that it was obtained from: the base that is found without the
 * session's variables or in the profile of the first base, if it has the same
 * fingerprint. If there is no such base, the session is the base.
 */
export async function resolveBaseOfSession(
  profile: string | undefined,
  context: BaseContext,
  loadOrigin: LoadOrigin | undefined,
): Promise<Base> {
  const base = await resolveBase(profile, context);
  const { env, isByVariable, hiddenVariables } = context;
  // A setting that names the base takes precedence over keys in the environment.
  if (profile !== undefined && !isByVariable) return base;
  if (hiddenVariables) return { ...base, ownSession: "replaced" };
  const origin = env[SESSION_VARIABLE] && loadOrigin?.(env[SESSION_VARIABLE]);
  const session = origin && await sessionFingerprint(env);
  if (!session || !origin.sessions.includes(session)) return base;
  const hidden = { ...context, ...hideSession(env) };
  const found = await tryBase(profile, hidden, origin) ??
    await tryBase(origin.profile, { ...hidden, isByVariable: false }, origin);
  return found === undefined
    ? { ...base, ownSession: "kept" }
    : { ...found, ownSession: "replaced" };
}

/** Resolves a base; `undefined` if it fails or has another fingerprint than the origin. */
async function tryBase(
  profile: string | undefined,
  context: BaseContext,
  { fingerprint }: SessionOrigin,
): Promise<Base | undefined> {
  const base = await undefinedIfRefused(() => resolveBase(profile, context));
  return base?.fingerprint === fingerprint ? base : undefined;
}

/** Runs a function; returns `undefined` if it throws an error for the user. */
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

/** Describes the base credentials of a plan for {@linkcode SessionOrigin}. */
export async function originOf(
  plan: RolePlan | ProfilePlan,
): Promise<Omit<SessionOrigin, "sessions">> {
  const base = firstBaseOf(plan);
  const { profile } = base;
  // The MFA session's fingerprint covers settings that other roles need not share.
  const { fingerprint } = base.kind === "mfa-session"
    ? await staticBase(base.credentials)
    : base;
  return { fingerprint, ...(profile !== undefined && { profile }) };
}
