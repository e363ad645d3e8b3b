// Pure: no I/O.
import type { Profiles } from "../aws/profiles.ts";
import type { MfaPlan } from "./plan.ts";
import type { CommonPlan } from "./profile_role.ts";
import { profileKeySource } from "./region.ts";
import {
  type Candidate,
  isForThisRole,
  type SettingResolver,
} from "./setting_resolver.ts";

/**
 * Resolves the MFA settings that all roles of a chain share. `mfa_serial` and
 * `mfa_process` of a profile are left out, because they are for the profile's own role.
 */
export function resolveSharedMfa(
  resolver: SettingResolver,
  mayAsk: boolean,
): Pick<CommonPlan, "mfa" | "mfaSessionSeconds" | "isCommandDefault"> {
  const token = resolver.resolve("mfaToken");
  const serial = resolver.resolve("mfaSerial");
  const command = resolver.resolve("mfaCommand");
  const asksInWindow = resolveAsksInWindow(resolver);
  const { sources } = resolver;
  const isShared = (name: "mfaSerial" | "mfaCommand") =>
    sources[name] !== undefined && sources[name].kind !== "profile";
  return {
    mfa: {
      mayAsk,
      ...(asksInWindow && { asksInWindow }),
      ...(token !== undefined && { token }),
      ...(serial !== undefined && isShared("mfaSerial") && { serial }),
      ...(command !== undefined && isShared("mfaCommand") && { command }),
    },
    mfaSessionSeconds: resolver.resolve("mfaSession"),
    isCommandDefault: !isForThisRole(sources.mfaCommand),
  };
}

/**
 * Resolves the MFA settings for the user of the base credentials.
 *
 * @param profile profile whose `mfa_serial` and `mfa_process` are used if the settings
 * have no value; `undefined` if no profile is used
 * @throws {ConfigError} If another user can write to the file that names `mfa_process`.
 */
export async function resolveBaseMfa(
  resolver: SettingResolver,
  mayAsk: boolean,
  profile: string | undefined,
  profiles: Profiles,
): Promise<MfaPlan> {
  const token = resolver.resolve("mfaToken");
  const serial = resolver.resolve(
    "mfaSerial",
    ...keyCandidates("mfa_serial", profile, profiles),
  );
  const command = await resolveMfaCommand(
    resolver,
    profiles,
    ...keyCandidates("mfa_process", profile, profiles),
  );
  const asksInWindow = resolveAsksInWindow(resolver);
  return {
    mayAsk,
    ...(asksInWindow && { asksInWindow }),
    ...(token !== undefined && { token }),
    ...(serial !== undefined && { serial }),
    ...(command !== undefined && { command }),
  };
}

/**
 * Resolves the program that prints MFA codes: the setting `mfaCommand`, or `mfa_process`
 * of a profile.
 *
 * @throws {ConfigError} If another user can write to the file that names `mfa_process`.
 */
export async function resolveMfaCommand(
  resolver: SettingResolver,
  profiles: Profiles,
  ...fallbacks: readonly Candidate<string>[]
): Promise<string | undefined> {
  const command = resolver.resolve("mfaCommand", ...fallbacks);
  if (resolver.sources.mfaCommand?.kind === "profile") {
    await profiles.checkTrust();
  }
  return command;
}

function resolveAsksInWindow(resolver: SettingResolver): boolean {
  return resolver.resolve("mfaPrompt") === "graphical";
}

/** Reads a key for MFA; if the profile has a `role_arn`, the key is for that role only. */
function keyCandidates(
  key: "mfa_serial" | "mfa_process",
  profile: string | undefined,
  profiles: Profiles,
): readonly Candidate<string>[] {
  const section = profiles.get(profile ?? "") ?? {};
  if (profile === undefined || section.role_arn !== undefined) return [];
  return [[section[key], profileKeySource(profile, key, profiles)]];
}
