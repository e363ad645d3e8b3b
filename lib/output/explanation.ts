// Pure: no I/O.
import type { Config } from "../config/config.ts";
import type { CacheState } from "../cache/session_state.ts";
import type { SessionCall } from "../plan/sts_calls.ts";
import type { ExplainedSetting } from "../plan/explain_plan.ts";
import type { Base, WebIdentityToken } from "../plan/plan.ts";
import { formatDuration } from "../settings/duration.ts";
import { keyName } from "../settings/names.ts";
import type { SettingName } from "../settings/setting_types.ts";
import { SETTINGS } from "../settings/settings.ts";
import { formatSource } from "./setting_source.ts";
import { alignRows } from "./table.ts";
import {
  formatLines,
  joinLines,
  type SafeText,
} from "../settings/terminal_text.ts";

const DURATIONS: readonly SettingName[] = [
  "duration",
  "mfaSession",
  "refreshBeforeExpiry",
];

/** A call that requests a session of the role chain, and the session's state in the cache. */
export interface ExplainedCall {
  readonly call: SessionCall;
  readonly state: CacheState;
  /** The path of the cache entry; absent if there is no cache. */
  readonly path?: string;
  /** The reason why there is no cache; absent if there is a cache. */
  readonly uncached?: string;
  /** Whether a run would make the call. */
  readonly isMade: boolean;
}

/** Whether a run would call GetCallerIdentity; the identity may be cached. */
export type IdentityCall = "made" | "made unless cached" | "none";

/** Formats the settings, one line each: name, value and source. */
export function formatSettings(
  settings: readonly ExplainedSetting[],
  configs: readonly Config[],
): SafeText {
  const rows = settings.map((setting) => [
    keyName(setting.name),
    formatValue(setting),
    formatSource(setting.source, configs),
  ]);
  return formatBlock("settings", rows);
}

/** Formats the source of the base credentials, without secrets. */
export function formatBaseCredentials(base: Base): SafeText {
  return formatBlock("base credentials", [[describeBase(base)]]);
}

/** Formats the calls that a run would make, in order. */
export function formatCalls(
  calls: readonly ExplainedCall[],
  identity: IdentityCall,
  endpoint: Pick<SessionCall, "host" | "region"> = calls[0]?.call ?? {},
): SafeText {
  const made = calls.filter(({ isMade }) => isMade);
  const first = made[0]?.call;
  if (first === undefined) {
    const reason = calls.length === 0
      ? "no role given"
      : "the session is cached";
    return formatBlock("calls", [[`none: ${reason}`]]);
  }
  const rows = made.map(({ call }) => [
    call.profile?.provider ?? call.action,
    call.host ?? "",
    call.region ?? "",
    describeCall(call),
  ]);
  if (identity !== "none") {
    const condition = identity === "made" ? "" : "unless cached";
    const { host = "", region = "" } = endpoint;
    const row = ["GetCallerIdentity", host, region, condition];
    // To name the session, a run requests the identity before AssumeRole. But if a
    // profile supplies a session, the run requests the identity of that session afterwards.
    if (first.action === "profile") rows.push(row);
    else rows.unshift(row);
  }
  return formatBlock("calls", rows);
}

/** Formats the state of each session of the role chain in the cache. */
export function formatCache(calls: readonly ExplainedCall[]): SafeText {
  if (calls.length === 0) return joinLines([]);
  const rows = calls.map(({ call, state, path, uncached }) => [
    call.profile === undefined
      ? call.roleArn ?? "session with MFA"
      : `profile '${call.profile.name}'`,
    formatState(state),
    path ?? `no cache: ${uncached}`,
  ]);
  return formatBlock("cache", rows);
}

function formatBlock(
  title: string,
  rows: readonly (readonly string[])[],
): SafeText {
  const lines = alignRows(rows).map((line) => `  ${line}`);
  return formatLines(`${title}:`, ...lines);
}

function formatValue({ name, value }: ExplainedSetting): string {
  if (value === undefined) return "";
  if (SETTINGS[name].secret || SETTINGS[name].hidden) return "given";
  if (typeof value === "number" && DURATIONS.includes(name)) {
    return formatDuration(value);
  }
  if (Array.isArray(value)) return value.map(formatPart).join(",");
  return formatPart(value);
}

/** Formats a single value or an element of a list. */
function formatPart(value: unknown): string {
  if (Array.isArray(value)) return value.join("=");
  if (typeof value !== "object" || value === null) return String(value);
  if ("file" in value) return String(value.file);
  return "json" in value ? String(value.json) : JSON.stringify(value);
}

function formatState(state: CacheState): string {
  if (state.kind === "none") return "none";
  const time = formatDuration(Math.abs(state.left) / 1000);
  return state.kind === "expired"
    ? `expired ${time} ago`
    : `${state.kind}, valid for ${time}`;
}

function describeCall(call: SessionCall): string {
  return call.profile === undefined
    ? [
      call.roleArn,
      describeMfa(call),
      call.isForProgram && "if credential_process prints long-term keys",
    ].filter(Boolean).join(", ")
    : `session of the profile '${call.profile.name}'`;
}

function describeMfa({ action, mfa }: SessionCall): string {
  if (mfa === undefined) return "";
  const device = mfa.serial === undefined ? "" : ` from ${mfa.serial}`;
  return mfa.serial !== undefined || action === "GetSessionToken"
    ? `with an MFA code${device}`
    : "with an MFA code if the role needs one";
}

function describeBase(base: Base): string {
  if (base.ownSession === "kept") {
    return "the session in the environment, because the base credentials that it was obtained from cannot be found again";
  }
  const source = describeSource(base);
  return base.ownSession === "replaced"
    ? `${source}, from which the session in the environment was obtained`
    : source;
}

function describeToken(token: WebIdentityToken): string {
  switch (token.kind) {
    case "file":
      return `web identity token ${token.path}`;
    case "process":
      return `web identity token of the profile '${token.profile}'`;
    case "github":
      return "web identity token of GitHub Actions";
  }
}

function describeSource(base: Base): string {
  switch (base.kind) {
    case "mfa-session":
      return describeSource(base.source);
    case "static":
      if (base.file !== undefined) return `keys of the file ${base.file}`;
      return base.profile === undefined || base.isFromEnvironment
        ? "keys in the environment"
        : `keys of the profile '${base.profile}'`;
    case "profile":
    case "process":
      return `credentials of the profile '${base.profile}'`;
    case "machine":
      return base.source === "EcsContainer"
        ? "credentials of the container"
        : "credentials of the EC2 instance";
    case "web-identity":
      return describeToken(base.token);
    case "role":
      return describeBase(base.plan.base);
  }
}
