// Pure: no I/O.
import type { Config } from "../config/config.ts";
import type { CacheState } from "../cache/state.ts";
import type { SessionCall } from "../plan/sts_calls.ts";
import type { ExplainedSetting } from "../plan/explain.ts";
import type { Base } from "../plan/plan.ts";
import { formatDuration } from "../settings/duration.ts";
import { keyName } from "../settings/names.ts";
import type { SettingName } from "../settings/setting.ts";
import { SETTINGS } from "../settings/settings.ts";
import { formatSource } from "./setting_source.ts";
import { formatTable } from "./table.ts";

const DURATIONS: readonly SettingName[] = [
  "duration",
  "mfaSession",
  "refreshBeforeExpiry",
];

/** A session that leads to a role, and what a run would find of it. */
export interface ExplainedCall {
  readonly call: SessionCall;
  readonly state: CacheState;
  /** The file of the cache; absent where there is no cache. */
  readonly path?: string;
  /** Whether a run would make the call. */
  readonly isMade: boolean;
}

/** Whether a run would ask who the caller is; it may be known from before. */
export type IdentityCall = "made" | "made unless remembered" | "none";

/** The settings, a line each: name, value, where from. */
export function formatSettings(
  settings: readonly ExplainedSetting[],
  configs: readonly Config[],
): string {
  const rows = settings.map((setting) => [
    keyName(setting.name),
    formatValue(setting),
    formatSource(setting.source, configs),
  ]);
  return formatBlock("settings", rows);
}

/** Where the way to a role starts. */
export function formatStart(base: Base): string {
  return formatBlock("base credentials", [[describeBase(base)]]);
}

/** The calls that a run would make, in their order. */
export function formatCalls(
  calls: readonly ExplainedCall[],
  identity: IdentityCall,
  place: Pick<SessionCall, "host" | "region"> = calls[0]?.call ?? {},
): string {
  const made = calls.filter(({ isMade }) => isMade);
  const first = made[0]?.call;
  if (first === undefined) {
    const why = calls.length === 0 ? "there is no role" : "it is in the cache";
    return formatBlock("calls", [[`none: ${why}`]]);
  }
  const rows = made.map(({ call }) => [
    call.profile?.maker ?? call.action,
    call.host ?? "",
    call.region ?? "",
    describeCall(call),
  ]);
  if (identity !== "none") {
    const why = identity === "made" ? "" : "unless it is remembered";
    const { host = "", region = "" } = place;
    const row = ["GetCallerIdentity", host, region, why];
    // A role's session is named after the caller; a profile's is there first.
    if (first.action === "profile") rows.push(row);
    else rows.unshift(row);
  }
  return formatBlock("calls", rows);
}

/** What the cache has for each session on the way. */
export function formatCache(calls: readonly ExplainedCall[]): string {
  if (calls.length === 0) return "";
  const rows = calls.map(({ call, state, path }) => [
    call.profile === undefined
      ? call.roleArn ?? "session with MFA"
      : `profile '${call.profile.name}'`,
    formatState(state),
    path ?? "there is no home directory for it",
  ]);
  return formatBlock("cache", rows);
}

function formatBlock(
  title: string,
  rows: readonly (readonly string[])[],
): string {
  const lines = formatTable(rows, "aligned").replace(/^(?=.)/gm, "  ");
  return `${title}:\n${lines}`;
}

function formatValue({ name, value }: ExplainedSetting): string {
  if (value === undefined) return "";
  if (SETTINGS[name].secret) return "given";
  if (typeof value === "number" && DURATIONS.includes(name)) {
    return formatDuration(value);
  }
  if (Array.isArray(value)) return value.map(formatPart).join(",");
  return formatPart(value);
}

/** One value of a list, or one alone: tags and policies have a form of their own. */
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
    : `${state.kind}, good for ${time}`;
}

function describeCall(call: SessionCall): string {
  return call.profile === undefined
    ? [call.roleArn, describeMfa(call)].filter(Boolean).join(", ")
    : `session of the profile '${call.profile.name}'`;
}

function describeMfa({ action, mfa }: SessionCall): string {
  if (mfa === undefined) return "";
  const where = mfa.serial === undefined ? "" : ` of ${mfa.serial}`;
  return mfa.serial !== undefined || action === "GetSessionToken"
    ? `with a code${where}`
    : "with a code if it wants one";
}

function describeBase(base: Base): string {
  switch (base.kind) {
    case "static":
    case "mfa-session":
      return base.profile === undefined || base.isOfEnvironment
        ? "keys in the environment"
        : `keys of the profile '${base.profile}'`;
    case "profile":
      return `what the profile '${base.profile}' leads to`;
    case "chain":
      return base.profile === undefined
        ? "what the AWS SDK finds"
        : `what the AWS SDK finds, beginning with the profile '${base.profile}'`;
    case "web-identity":
      return base.token.kind === "file"
        ? `web identity token ${base.token.path}`
        : "web identity token of GitHub Actions";
    case "role":
      return describeBase(base.plan.base);
  }
}
