// Pure: no I/O.
import type { Section } from "../aws/profiles.ts";
import { ConfigError, InvalidValueError } from "../errors.ts";
import { parseRegion } from "../settings/parsers.ts";
import type { Source } from "./plan.ts";
import type { SettingResolver } from "./setting_resolver.ts";

type Env = Readonly<Record<string, string>>;

/**
 * Decides the region, the one of the profile coming last.
 *
 * @throws {ConfigError} where it cannot be one
 */
export function resolveRegion(
  resolver: SettingResolver,
  env: Env,
  profile: string | undefined,
  section: Section,
): string | undefined {
  return checkRegion(
    resolver,
    resolver.resolve(
      "region",
      ...fromVariables(env, "AWS_REGION", "AWS_DEFAULT_REGION"),
      [section.region, ofProfile(profile, "region")],
    ),
  );
}

/** A key of a profile as the source of a setting. */
export function ofProfile(profile: string | undefined, key: string): Source {
  return { kind: "profile", profile: profile ?? "default", key };
}

/** The values of AWS's own variables, as the last that a setting can come from. */
export function fromVariables(
  env: Env,
  ...names: readonly string[]
): (readonly [string | undefined, Source])[] {
  return names.map((
    name,
  ) => [env[name] || undefined, { kind: "variable", name }]);
}

/** A region becomes a part of a host's name, wherever it comes from. */
function checkRegion(
  { sources }: SettingResolver,
  region: string | undefined,
): string | undefined {
  try {
    return region && parseRegion(region);
  } catch (error) {
    if (!(error instanceof InvalidValueError)) throw error;
    const source = sources.region;
    const where = source?.kind === "profile"
      ? `of the profile '${source.profile}'`
      : source?.kind === "variable"
      ? `of ${source.name}`
      : "";
    throw new ConfigError(
      `Cannot use the region '${region}' ${where}: ${error.message}`,
    );
  }
}
