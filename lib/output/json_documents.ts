// Pure: no I/O.
import type { CacheState } from "../cache/session_state.ts";
import type { Config } from "../config/config.ts";
import type { ExplainedSetting } from "../plan/explain_plan.ts";
import type { Base, WebIdentityToken } from "../plan/plan.ts";
import { keyName } from "../settings/names.ts";
import { SETTINGS } from "../settings/settings.ts";
import { hidePasswords, type SafeText } from "../settings/terminal_text.ts";
import { formatTime } from "../settings/utc_time.ts";
import { formatPart } from "./explanation.ts";
import type { Identities } from "./identity.ts";
import { formatJson } from "./json.ts";
import type { ExplainedCall, PlannedCall } from "./planned_calls.ts";
import type { ListedRole } from "./role_list.ts";
import { locateSource } from "./setting_source.ts";
import type { Outcome } from "./verdict.ts";

/** Value that JSON can represent. A property that is `undefined` is left out. */
export type Json =
  | string
  | number
  | boolean
  | undefined
  | readonly Json[]
  | { readonly [key: string]: Json };

/** Formats a document, without the passwords of URLs. */
export function formatDocument(document: Json): SafeText {
  return formatJson(
    JSON.parse(JSON.stringify(
      document,
      (_, value) => typeof value === "string" ? hidePasswords(value) : value,
    )),
  );
}

/** Creates the document of `--list --json`; see `docs/schemas/list.json`. */
export function toListDocument(roles: readonly ListedRole[]): Json {
  return {
    roles: roles.map((role) => ({
      name: role.name,
      arn: role.arn,
      account_id: role.accountId,
      role_name: role.roleName,
      selected_by: role.namedBy,
      source: role.source.kind === "profile"
        ? { kind: "profile", profile: role.source.profile }
        : { ...role.source },
      session: toSession(role.session),
    })),
  };
}

/** Creates the document of `--whoami --json`; see `docs/schemas/whoami.json`. */
export function toWhoamiDocument(
  { shell, base, session }: Identities,
): Json {
  return {
    shell: shell && {
      arn: shell.identity.arn,
      account_id: shell.identity.accountId,
      expires_at: shell.expiration === undefined
        ? undefined
        : formatTime(shell.expiration),
    },
    base: "arn" in base
      ? { arn: base.arn, account_id: base.accountId }
      : { web_identity: toToken(base) },
    session: session && {
      arn: session.identity.arn,
      account_id: session.identity.accountId,
      expires_at: formatTime(session.expiration),
      source: session.source,
    },
  };
}

/** Creates the document of `--explain --json`; see `docs/schemas/explain.json`. */
export function toExplainDocument(
  { plan, calls, signIn }: Outcome,
  states: readonly ExplainedCall[],
  settings: readonly ExplainedSetting[],
  configs: readonly Config[],
): Json {
  const target = "role" in plan
    ? {
      role: {
        arn: plan.role.arn,
        account_id: plan.role.accountId,
        name: plan.role.roleName,
      },
    }
    : "provider" in plan
    ? { profile: plan.base.profile }
    : undefined;
  return {
    outcome: target === undefined
      ? "no_role"
      : calls.length === 0
      ? "use_cache"
      : "call",
    ...target,
    base: toBase(plan.base),
    sign_in: signIn && {
      state: signIn.kind,
      profile: signIn.profile,
      expires_at: signIn.expiration === undefined
        ? undefined
        : formatTime(signIn.expiration),
    },
    calls: calls.map(toCall),
    sessions: states.map(({ call, state, path, uncached }) => ({
      ...(call.profile !== undefined
        ? { profile: call.profile.name }
        : call.roleArn !== undefined
        ? { role_arn: call.roleArn }
        : { is_mfa_session: true }),
      ...toSession(state),
      path,
      uncached_reason: uncached,
    })),
    settings: settings.map((setting) => ({
      name: keyName(setting.name),
      ...toValue(setting),
      source: { ...locateSource(setting.source, configs) },
    })),
  };
}

function toSession(
  state: CacheState,
): { readonly state: string; readonly expires_at?: string } {
  return state.kind === "none"
    ? { state: "none" }
    : { state: state.kind, expires_at: formatTime(state.expiration) };
}

function toCall(call: PlannedCall): Json {
  return {
    ...(call.profile === undefined
      ? { action: call.action }
      : { provider: call.action, profile: call.profile }),
    host: call.host,
    region: call.region,
    role_arn: call.roleArn,
    mfa: call.mfa,
    mfa_serial: call.mfaSerial,
    condition: call.condition,
  };
}

function toBase(base: Base): { readonly [key: string]: Json } {
  const { ownSession } = base;
  return { ...toBaseSource(base), own_session: ownSession };
}

function toBaseSource(base: Base): { readonly [key: string]: Json } {
  switch (base.kind) {
    case "mfa-session":
      return toBase(base.source);
    case "role":
      return toBase(base.plan.base);
    case "static":
      if (base.file !== undefined) return { kind: "file", path: base.file };
      return base.profile === undefined || base.isFromEnvironment
        ? { kind: "environment" }
        : { kind: "profile", profile: base.profile };
    case "profile":
    case "process":
      return { kind: "profile", profile: base.profile };
    case "machine":
      return {
        kind: base.source === "EcsContainer" ? "container" : "instance",
      };
    case "web-identity":
      return { kind: "web_identity", web_identity: toToken(base.token) };
  }
}

function toToken(token: WebIdentityToken): Json {
  switch (token.kind) {
    case "file":
      return { kind: "file", path: token.path, profile: token.profile };
    case "process":
      return { kind: "process", profile: token.profile };
    case "github":
      return { kind: "github" };
  }
}

function toValue(
  { name, value }: ExplainedSetting,
): { readonly [key: string]: Json } {
  if (value === undefined) return {};
  if (SETTINGS[name].secret || SETTINGS[name].hidden) {
    return { is_hidden: true };
  }
  if (typeof value === "number" || typeof value === "boolean") return { value };
  return {
    value: Array.isArray(value) ? value.map(formatPart) : formatPart(value),
  };
}
