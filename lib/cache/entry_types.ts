// Pure: no I/O.
import type { CommandPlan } from "../plan/plan.ts";
import type { PreservedVariables } from "../plan/preserved_variables.ts";
import type { SessionOrigin } from "../plan/own_session.ts";
import { type Credentials, isShaped, type Shape } from "../aws/credentials.ts";

const CREDENTIALS_SHAPE: Shape<Credentials> = {
  accessKeyId: "string",
  secretAccessKey: "string",
  sessionToken: "string",
  expiration: "number",
  roleArn: "string",
  assumedRoleArn: "string",
  obtainedAt: "number",
  clockOffset: "number",
};

/**
 * The cache entry of an AWS identity that signs requests. Thanks to the entry, later
 * runs need not ask AWS for the ARN and the MFA device of the identity.
 */
export interface StoredCaller {
  readonly arn: string;
  readonly accountId: string;
  /** The serial number or the ARN of the MFA device that the identity used last. */
  readonly mfaSerial?: string;
  /** The ARNs of the roles that the identity assumed with an MFA code. */
  readonly mfaRoles: readonly string[];
}

/** The last code of an MFA device that was sent to AWS, and must not be sent again. */
export interface UsedCode {
  /** The SHA-256 of the serial of the MFA device and the code. */
  readonly sha256: string;
  /** The time of sending, in milliseconds since the epoch. */
  readonly usedAt: number;
}

/** The cache entry that says from which base credentials a cache key's sessions come. */
export interface StoredOrigin extends SessionOrigin {
  /** The role of the sessions, as in `Credentials.roleArn`. */
  readonly roleArn: string;
}

/** The cache entry of a plan. */
export interface StoredPlan extends CommandPlan {
  /** The cache key of the session. */
  readonly session: string;
  /** The time before expiry at which credentials are refreshed, in seconds. */
  readonly refreshBeforeExpiry: number;
  /** The names of the profiles that the plan was made from. */
  readonly profiles: readonly string[];
  /** The name of the profile that must hold the session; absent if the session is not saved. */
  readonly savedProfile?: string;
  /** The paths of files that did not exist. If one exists, the plan must not be used. */
  readonly missing: readonly string[];
  /**
   * The versions that the configuration files and AWS's files had when the plan was
   * stored; see `FileVersion.stamp`.
   */
  readonly stamps: readonly string[];
}

export function isCredentials(value: unknown): value is Credentials {
  return isShaped(value, CREDENTIALS_SHAPE);
}

export function isUsedCode(value: unknown): value is UsedCode {
  return isShaped<UsedCode>(value, { sha256: "string", usedAt: "number" });
}

export function isPlan(value: unknown): value is StoredPlan {
  const shape: Shape<Pick<StoredPlan, "session" | "refreshBeforeExpiry">> = {
    session: "string",
    refreshBeforeExpiry: "number",
  };
  if (!isShaped(value, shape)) return false;
  const { role, region, preserveEnv, profiles, savedProfile, missing, stamps } =
    value as Partial<StoredPlan>;
  return (role === undefined || typeof role.arn === "string") &&
    (region === undefined || typeof region === "string") &&
    (savedProfile === undefined || typeof savedProfile === "string") &&
    isPreserved(preserveEnv) && isTexts(profiles) && isTexts(missing) &&
    isTexts(stamps);
}

function isPreserved(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const { all, named, patterns } = value as Partial<PreservedVariables>;
  return typeof all === "boolean" && isTexts(named) && isTexts(patterns);
}

export function isOrigin(value: unknown): value is StoredOrigin {
  if (!isShaped(value, { fingerprint: "string", roleArn: "string" })) {
    return false;
  }
  const { profile, variables, sessions } = value as Partial<StoredOrigin>;
  return (profile === undefined || typeof profile === "string") &&
    isTexts(Object.values(variables ?? {})) && isTexts(sessions);
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) &&
    value.every((text) => typeof text === "string");
}

export function isCaller(value: unknown): value is StoredCaller {
  if (!isShaped(value, { arn: "string", accountId: "string" })) return false;
  const { mfaSerial, mfaRoles } = value as Partial<StoredCaller>;
  return (mfaSerial === undefined || typeof mfaSerial === "string") &&
    isTexts(mfaRoles);
}
