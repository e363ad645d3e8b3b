// Pure: no I/O.
// @ts-types="../types/std_path.d.ts"
import { join } from "@std/path/join";
import type { RoleArn } from "../aws/arn.ts";
import type { Profiles } from "../aws/profiles.ts";
import { ConfigError, InvalidValueError, UsageError } from "../errors.ts";
import { parseRegion } from "../settings/values.ts";
import { selectBase } from "./base.ts";
import { resolveEndpoints } from "./endpoints.ts";
import { refuseLoop } from "./loop.ts";
import type { Plan, Source } from "./plan.ts";
import { resolveRole } from "./role.ts";
import { type Layers, Settler } from "./settle.ts";

/** AssumeRole's own default for DurationSeconds. */
const DEFAULT_DURATION = 3600;
const DEFAULT_REFRESH_BEFORE_EXPIRY = 900;
const DEFAULT: Source = { kind: "default" };

/** All that a plan is made from. */
export interface PlanInput extends Layers {
  readonly profiles: Profiles;
  readonly env: Readonly<Record<string, string>>;
  /** The user's home directory, where there is one. */
  readonly home: string | undefined;
  /** The words of our own command line, where there is one. */
  readonly args?: readonly string[];
}

/** The role that is asked for, and the settings as far as they are decided. */
export interface Target {
  readonly role: RoleArn;
  readonly settler: Settler;
}

/**
 * Finds the role that is asked for; `undefined` where none is named.
 *
 * @throws {UsageError} where the name stands for no role
 */
export function resolveTarget(input: Layers): Target | undefined {
  const { options, variables, configs } = input;
  const name = options.role ?? variables.role;
  if (name === undefined) return undefined;
  const isArn = name.startsWith("arn:");
  const settler = new Settler(input, isArn ? undefined : name);
  settler.settle("role");
  const role = resolveRole(
    name,
    settler.settle("roleArn"),
    settler.settle("rolePrefix"),
    configs.flatMap((config) => [...config.roles.keys()]),
  );
  return { role, settler };
}

/**
 * Decides everything that is to be done, once and for all.
 *
 * @throws {UsageError} where no role is named, or the name stands for none
 * @throws {ConfigError} where the profile or an endpoint cannot be used
 */
export async function resolvePlan(input: PlanInput): Promise<Plan> {
  const { env, profiles } = input;
  const target = resolveTarget(input);
  if (target === undefined) {
    throw new UsageError("Cannot tell which role to assume: none was given", {
      hint:
        "name it with '--role NAME', or set ASSUME_ROLE_ROLE; see 'assume-role --help'",
    });
  }
  const { role, settler } = target;

  const profile = settler.settle(
    "profile",
    ...fromVariables(env, "AWS_PROFILE"),
  );
  const base = await selectBase(profile, env, profiles);
  refuseLoop(base, profiles, input.args ?? []);
  const section = profiles.get(base.profile ?? "default") ?? {};
  const ofProfile = (key: string) =>
    [
      section[key],
      { kind: "profile", profile: base.profile ?? "default", key },
    ] as const;
  const region = checkRegion(
    settler,
    settler.settle(
      "region",
      ...fromVariables(env, "AWS_REGION", "AWS_DEFAULT_REGION"),
      ofProfile("region"),
    ),
  );
  // The serial of a profile with a role of its own is for that role.
  const mfaSerial = settler.settle(
    "mfaSerial",
    ...(base.profile && section.role_arn === undefined
      ? [ofProfile("mfa_serial")]
      : []),
  );
  const mfaToken = settler.settle("mfaToken");
  const mfaCommand = settler.settle("mfaCommand");
  const roleSessionName = settler.settle("roleSessionName");
  const refreshBeforeExpiry = settler.settle(
    "refreshBeforeExpiry",
    [DEFAULT_REFRESH_BEFORE_EXPIRY, DEFAULT],
  )!;
  const savedProfile = settler.settle("writeProfile", [true, DEFAULT])
    ? savedProfileOf(
      input,
      `${
        settler.settle("profileNamePrefix") || role.accountId
      }-${role.roleName}`,
    )
    : undefined;
  const cacheDirectory = cacheDirectoryOf(env, input.home);
  return deepFreeze({
    role,
    request: {
      roleArn: role.arn,
      durationSeconds: settler.settle("duration", [DEFAULT_DURATION, DEFAULT])!,
      ...(roleSessionName !== undefined && { roleSessionName }),
    },
    base,
    endpoints: resolveEndpoints(role.partition, region, env, section, profiles),
    mfa: {
      mayAsk: !(settler.settle("noInput", [false, DEFAULT])),
      ...(mfaSerial !== undefined && { serial: mfaSerial }),
      ...(mfaToken !== undefined && { token: mfaToken }),
      ...(mfaCommand !== undefined && { command: mfaCommand }),
    },
    forceRefresh: settler.settle("forceRefresh", [false, DEFAULT])!,
    refreshBeforeExpiry,
    server: settler.settle("server", [false, DEFAULT])!,
    preserveEnv: [
      ...(settler.settle("preserveEnv") ?? []),
      ...(settler.settle("envKeep") ?? []),
    ],
    sources: settler.sources,
    ...(region !== undefined && { region }),
    ...(cacheDirectory && { cacheDirectory }),
    ...(savedProfile && {
      savedProfile: {
        ...savedProfile,
        ...(region !== undefined && { region }),
      },
    }),
  });
}

function fromVariables(
  env: PlanInput["env"],
  ...names: readonly string[]
): (readonly [string | undefined, Source])[] {
  return names.map((
    name,
  ) => [env[name] || undefined, { kind: "variable", name }]);
}

/** A region becomes a part of a host's name, wherever it comes from. */
function checkRegion(
  { sources }: Settler,
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

function savedProfileOf(input: PlanInput, name: string): Plan["savedProfile"] {
  const { AWS_SHARED_CREDENTIALS_FILE: file } = input.env;
  const path = awsFile(file, "credentials", input.home);
  return path === undefined ? undefined : { file: path, name };
}

/** Where the cache is; `undefined` without a home. */
export function cacheDirectoryOf(
  env: PlanInput["env"],
  home: string | undefined,
): string | undefined {
  return env.ASSUME_ROLE_CACHE_DIR ||
    (home && join(home, ".aws", "assume-role", "cache"));
}

/** One of AWS's two files. */
export interface AwsFilePath {
  readonly name: "config" | "credentials";
  /** The variable that says where it is. */
  readonly variable: string;
  /** Where it is; absent without a home. */
  readonly path: string | undefined;
}

/** Where AWS's two files are. */
export function awsFiles(
  env: PlanInput["env"],
  home: string | undefined,
): readonly AwsFilePath[] {
  const file = (name: AwsFilePath["name"], variable: string) => {
    return { name, variable, path: awsFile(env[variable], name, home) };
  };
  return [
    file("config", "AWS_CONFIG_FILE"),
    file("credentials", "AWS_SHARED_CREDENTIALS_FILE"),
  ];
}

/**
 * Where one of the two AWS files is: the variable's value, `~/` in it being the
 * home directory, else the file in `~/.aws`; `undefined` without a home.
 */
export function awsFile(
  variable: string | undefined,
  name: "config" | "credentials",
  home: string | undefined,
): string | undefined {
  if (!variable) return home && join(home, ".aws", name);
  return /^~[\\/]/.test(variable) && home
    ? join(home, variable.slice(2))
    : variable;
}

function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null) {
    Object.values(value).forEach(deepFreeze);
    Object.freeze(value);
  }
  return value;
}
