// Pure: no I/O.
import type { Config } from "../config/config.ts";
import type { CacheState } from "../cache/session_state.ts";
import type { ExplainedSetting } from "../plan/explain_plan.ts";
import type { Base, WebIdentityToken } from "../plan/plan.ts";
import { formatDuration } from "../settings/duration.ts";
import { keyName } from "../settings/names.ts";
import type { SettingName } from "../settings/setting_types.ts";
import { SETTINGS } from "../settings/settings.ts";
import { formatSource } from "./setting_source.ts";
import { formatCell, layOut } from "./layout.ts";
import type { ExplainedCall, PlannedCall } from "./planned_calls.ts";
import { shortenHome, type View } from "./view.ts";
import { formatSpans, type Span } from "../settings/styled_text.ts";
import { joinLines, type SafeText } from "../settings/terminal_text.ts";

const DURATIONS: readonly SettingName[] = [
  "duration",
  "mfaSession",
  "refreshBeforeExpiry",
];

/** Indent of the lines of a block. */
const INDENT = 2;

const CONDITIONS: {
  readonly [C in NonNullable<PlannedCall["condition"]>]: string;
} = {
  "identity_not_cached": "unless cached",
  "long_term_keys": "if credential_process prints long-term keys",
};

/**
 * Formats the settings, one line each: name, value and source. Without `--verbose`,
 * settings that have their default value are only counted.
 */
export function formatSettings(
  settings: readonly ExplainedSetting[],
  configs: readonly Config[],
  view: View,
): SafeText {
  const shown = settings.filter(({ source }) =>
    view.isVerbose || source.kind !== "default"
  );
  const rows = shown.map((setting): readonly Span[] => [
    keyName(setting.name),
    formatCell(shortenHome(formatValue(setting), view)),
    ["dim", shortenHome(formatSource(setting.source, configs), view)],
  ]);
  const hidden = settings.length - shown.length;
  const note = `${hidden} more have their default value: '-v' shows them`;
  return formatBlock("settings", [
    ...layOut(rows, { ...view, indent: INDENT }),
    ...(hidden > 0
      ? layOut([[["dim", note]]], { ...view, indent: INDENT })
      : []),
  ], view);
}

/**
 * Formats the source of the base credentials, without secrets.
 *
 * @param signIn the state of the sign-in that the base credentials need
 */
export function formatBaseCredentials(
  base: Base,
  view: View,
  signIn?: string,
): SafeText {
  const rows = [[describeBase(base)], ...signIn ? [[signIn]] : []];
  return formatRows("base credentials", rows, view);
}

/** Formats the calls that a run would make, in order. */
export function formatCalls(
  calls: readonly PlannedCall[],
  view: View,
): SafeText {
  if (calls.length === 0) {
    return formatRows("calls", [["none: the session is cached"]], view);
  }
  const rows = calls.map((call) => [
    call.action,
    call.host ?? "",
    call.region ?? "",
    describeCall(call),
  ]);
  return formatRows("calls", rows, view);
}

/**
 * Formats the state of each session of the role chain in the cache; with `--verbose`, also
 * the paths of the cache entries.
 */
export function formatCache(
  calls: readonly ExplainedCall[],
  view: View,
): SafeText {
  if (calls.length === 0) return joinLines([]);
  const rows = calls.map(({ call, state, path, uncached }) => [
    call.profile === undefined
      ? call.roleArn ?? "session with MFA"
      : `profile '${call.profile.name}'`,
    formatState(state),
    ...(path === undefined
      ? [`no cache: ${uncached}`]
      : view.isVerbose
      ? [path]
      : []),
  ]);
  return formatRows("cache", rows, view);
}

function formatRows(
  title: string,
  rows: readonly (readonly string[])[],
  view: View,
): SafeText {
  const shortened = rows.map((row) =>
    row.map((text) => formatCell(shortenHome(text, view)))
  );
  const placement = { ...view, indent: INDENT };
  return formatBlock(title, layOut(shortened, placement), view);
}

function formatBlock(
  title: string,
  lines: readonly (readonly Span[])[],
  { isColoured }: View,
): SafeText {
  return formatSpans([[["bold", `${title}:`]], ...lines], isColoured);
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
export function formatPart(value: unknown): string {
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

function describeCall(call: PlannedCall): string {
  return [
    call.roleArn ??
      (call.profile && `session of the profile '${call.profile}'`),
    describeMfa(call),
    call.condition && CONDITIONS[call.condition],
  ].filter(Boolean).join(", ");
}

function describeMfa({ mfa, mfaSerial }: PlannedCall): string {
  switch (mfa) {
    case "none":
      return "";
    case "possible":
      return "with an MFA code if the role needs one";
    case "required":
      return mfaSerial === undefined
        ? "with an MFA code"
        : `with an MFA code from ${mfaSerial}`;
  }
}

/** Describes the source of the base credentials, without secrets. */
export function describeBase(base: Base): string {
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
