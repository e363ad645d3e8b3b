// Pure: no I/O.
import type { CommandPlan } from "../plan/plan.ts";
import type { Credentials } from "../aws/credentials.ts";

/** The last time that a `Date` can tell. */
const LATEST_TIME = 8.64e15;

type Shape<T> = { readonly [K in keyof T]-?: "string" | "number" };

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

/** What is remembered of a caller, so that it need not be asked again. */
export interface StoredCaller {
  readonly arn: string;
  readonly accountId: string;
  /** The MFA device that was used last. */
  readonly mfaSerial?: string;
  /** The ARNs of the roles that wanted MFA. */
  readonly mfaRoles: readonly string[];
}

/** The last one-time code that was sent, so that it is not sent twice. */
export interface UsedCode {
  /** A SHA-256 of device and code. */
  readonly sha256: string;
  /** When, in milliseconds since the epoch. */
  readonly usedAt: number;
}

/** What a run with certain inputs came to. */
export interface StoredPlan extends CommandPlan {
  /** The key of the session that it got. */
  readonly session: string;
  /** How many seconds before their expiry credentials are refreshed. */
  readonly refreshBeforeExpiry: number;
  /** The names of the profiles that the plan was made from. */
  readonly profiles: readonly string[];
}

/** Whether a value is credentials. */
export function isCredentials(value: unknown): value is Credentials {
  return isShaped(value, CREDENTIALS_SHAPE);
}

/** Whether a value is a used code. */
export function isUsedCode(value: unknown): value is UsedCode {
  return isShaped<UsedCode>(value, { sha256: "string", usedAt: "number" });
}

/** Whether a value is what a run came to. */
export function isPlan(value: unknown): value is StoredPlan {
  const shape: Shape<Pick<StoredPlan, "session" | "refreshBeforeExpiry">> = {
    session: "string",
    refreshBeforeExpiry: "number",
  };
  if (!isShaped(value, shape)) return false;
  const { role, region, preserveEnv, profiles } = value as Partial<StoredPlan>;
  return (role === undefined || typeof role.arn === "string") &&
    (region === undefined || typeof region === "string") &&
    isTexts(preserveEnv) && isTexts(profiles);
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) &&
    value.every((text) => typeof text === "string");
}

/** Whether a value is what is remembered of a caller. */
export function isCaller(value: unknown): value is StoredCaller {
  if (!isShaped(value, { arn: "string", accountId: "string" })) return false;
  const { mfaSerial, mfaRoles } = value as Partial<StoredCaller>;
  return (mfaSerial === undefined || typeof mfaSerial === "string") &&
    isTexts(mfaRoles);
}

function isShaped<T>(value: unknown, shape: Shape<T>): value is T {
  if (typeof value !== "object" || value === null) return false;
  return Object.entries(shape).every(([key, type]) => {
    const part = (value as Record<string, unknown>)[key];
    return type === "string"
      ? typeof part === "string" && /^[!-~]+$/.test(part)
      : Number.isSafeInteger(part) && Math.abs(part as number) <= LATEST_TIME;
  });
}
