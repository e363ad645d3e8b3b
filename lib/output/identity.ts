// Pure: no I/O.
import type { WebIdentityToken } from "../plan/plan.ts";
import { formatDuration } from "../settings/duration.ts";
import {
  formatLines,
  type SafeText,
  sanitize,
} from "../settings/terminal_text.ts";

/** Identity of AWS credentials. */
export interface Identity {
  readonly arn: string;
  readonly accountId: string;
}

/** Identities of the shell, of the base credentials and of the role's session. */
export interface Identities {
  /** Session of a role in the variables of this process; absent if no role is in use. */
  readonly shell?: {
    /** The role or, if its ARN is not known, the session of the role. */
    readonly identity: Identity;
    /** Time of expiry by this machine's clock; absent if the time is not known. */
    readonly expiration?: number;
  } | undefined;
  /** Identity, or the web identity token that replaces base credentials. */
  readonly base: Identity | WebIdentityToken;
  /** Absent if there is no role. */
  readonly session?: {
    readonly identity: Identity;
    /** Time of expiry by AWS's clock, in milliseconds since the epoch. */
    readonly expiration: number;
    /** Time until the session expires, in milliseconds. */
    readonly left: number;
    readonly source: "cache" | "fresh";
  };
}

/**
 * Formats the session of a role in the variables of this process.
 *
 * @param now This machine's time.
 */
export function formatShell(
  { identity, expiration }: NonNullable<Identities["shell"]>,
  now: number,
): SafeText {
  const left = expiration === undefined ? undefined : expiration - now;
  return formatRows(
    ["shell_role", identity.arn],
    ["shell_account", identity.accountId],
    ...(left === undefined ? [] : [
      [
        "shell_time_left",
        left > 0 ? formatDuration(Math.ceil(left / 1000)) : "expired",
      ] as const,
    ]),
  );
}

/** Formats the identity of the base credentials, or the token that replaces them. */
export function formatBaseIdentity(base: Identities["base"]): SafeText {
  return "arn" in base ? formatBase(base) : formatTokenBase(base);
}

/** Formats the identity of the base credentials. */
export function formatBase({ arn, accountId }: Identity): SafeText {
  return formatRows(["base_arn", arn], ["base_account", accountId]);
}

/** Formats the web identity token that replaces base credentials. */
export function formatTokenBase(token: WebIdentityToken): SafeText {
  return formatRows(["base_web_identity", sourceOf(token)]);
}

function sourceOf(token: WebIdentityToken): string {
  switch (token.kind) {
    case "file":
      return token.path;
    case "process":
      return `web_identity_token_process of the profile '${token.profile}'`;
    case "github":
      return "GitHub Actions";
  }
}

/**
 * Formats the identity of a role's session.
 *
 * @param timeLeftMs The time until the session expires.
 */
export function formatSession(
  { arn, accountId }: Identity,
  timeLeftMs: number,
  source: "cache" | "fresh",
): SafeText {
  return formatRows(
    ["session_arn", arn],
    ["session_account", accountId],
    ["session_time_left", formatDuration(timeLeftMs / 1000)],
    ["session_source", source],
  );
}

/** Formats names and values as one line each. */
function formatRows(
  ...rows: readonly (readonly [name: string, value: string])[]
): SafeText {
  return formatLines(
    ...rows.map(([name, value]) => `${name}: ${sanitize(value)}`),
  );
}
