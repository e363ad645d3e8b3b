// Pure: no I/O.
import type { Profiles } from "../aws/profiles.ts";
import { ConfigError, InvalidValueError } from "../errors.ts";
import { parseRegion } from "../settings/parsers.ts";
import type { Source } from "./source.ts";
import type { Candidate, SettingResolver } from "./setting_resolver.ts";

type Env = Readonly<Record<string, string>>;

/**
 * Resolves the region: the setting `region`, `AWS_REGION`, `AWS_DEFAULT_REGION`, then the
 * profile's `region`.
 *
 * @throws {ConfigError} If the value does not have the form of a region.
 */
export function resolveRegion(
  resolver: SettingResolver,
  env: Env,
  profile: string | undefined,
  profiles: Profiles,
): string | undefined {
  const name = profile ?? "default";
  return checkRegion(
    resolver,
    resolver.resolve(
      "region",
      ...variableCandidates(env, "AWS_REGION", "AWS_DEFAULT_REGION"),
      [profiles.get(name)?.region, profileKeySource(name, "region", profiles)],
    ),
  );
}

/** Describes a key of a profile, which another profile can fill in, as a source. */
export function profileKeySource(
  name: string,
  key: string,
  profiles: Profiles,
): Source {
  return { kind: "profile", profile: profiles.ownerOf(name, key), key };
}

/** Creates candidates for a setting from variables; an empty variable counts as unset. */
export function variableCandidates(
  env: Env,
  ...names: readonly string[]
): Candidate<string>[] {
  return names.map((name) => [
    env[name] || undefined,
    { kind: "variable", name },
  ]);
}

/** Checks the form of a region, because the region becomes part of a host name. */
function checkRegion(
  { sources }: SettingResolver,
  region: string | undefined,
): string | undefined {
  try {
    return region && parseRegion(region);
  } catch (error) {
    if (!(error instanceof InvalidValueError)) throw error;
    const source = sources.region;
    const origin = source?.kind === "profile"
      ? `of the profile '${source.profile}'`
      : source?.kind === "variable"
      ? `of ${source.name}`
      : "";
    throw new ConfigError(
      `Cannot use the region '${region}' ${origin}: ${error.message}`,
    );
  }
}
