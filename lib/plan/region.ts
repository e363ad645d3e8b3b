// Pure: no I/O.
import type { Section } from "../aws/profiles.ts";
import { ConfigError, InvalidValueError } from "../errors.ts";
import { parseRegion } from "../settings/values.ts";
import type { Source } from "./plan.ts";
import type { Settler } from "./settle.ts";

type Env = Readonly<Record<string, string>>;

/**
 * Decides the region: ours, AWS's variables, the profile's.
 *
 * @throws {ConfigError} where it is none: it becomes a part of a host's name,
 * wherever it comes from
 */
export function resolveRegion(
  settler: Settler,
  env: Env,
  section: Section,
  profile: string | undefined,
): string | undefined {
  const region = settler.settle(
    "region",
    ...fromVariables(env, "AWS_REGION", "AWS_DEFAULT_REGION"),
    [section.region, ofProfile(profile, "region")],
  );
  try {
    return region && parseRegion(region);
  } catch (error) {
    if (!(error instanceof InvalidValueError)) throw error;
    const source = settler.sources.region;
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

/** That a value comes from a profile. */
export function ofProfile(profile: string | undefined, key: string): Source {
  return { kind: "profile", profile: profile ?? "default", key };
}

/** What variables say, each with its name; empty ones say nothing. */
export function fromVariables(
  env: Env,
  ...names: readonly string[]
): readonly (readonly [string | undefined, Source])[] {
  return names.map((
    name,
  ) => [env[name] || undefined, { kind: "variable", name }]);
}
