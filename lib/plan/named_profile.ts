// Pure: no I/O.
import { UsageError } from "../errors.ts";
import type { Source } from "./plan.ts";
import type { SettingResolver } from "./setting_resolver.ts";

type Env = Readonly<Record<string, string>>;

/** The profile that is named, if any. */
export interface NamedProfile {
  readonly profile: string | undefined;
  /**
   * Whether AWS's variables name the profile: then keys and a token in the
   * environment come first, as in the AWS CLI.
   */
  readonly isByVariable: boolean;
}

/**
 * Decides the named profile: our own setting, else what AWS's variables say.
 *
 * @throws {UsageError} If AWS's variables contradict each other, or are empty.
 */
export function settleProfile(
  resolver: SettingResolver,
  env: Env,
): NamedProfile {
  const own = resolver.resolve("profile");
  const name = own === undefined ? profileVariable(env) : undefined;
  if (name === undefined) return { profile: own, isByVariable: false };
  const source: Source = { kind: "variable", name };
  const profile = resolver.resolve("profile", [env[name], source]);
  return { profile, isByVariable: true };
}

/** The profile that AWS's variables name. */
export function variableProfile(env: Env): string | undefined {
  const name = profileVariable(env);
  return name && env[name];
}

/**
 * Finds the variable that names the profile. If both do, version 2 of the AWS CLI
 * takes `AWS_PROFILE`, and version 1 and boto3 take `AWS_DEFAULT_PROFILE`. All of
 * them fail if the value is empty.
 */
function profileVariable(env: Env): string | undefined {
  const { AWS_PROFILE: first, AWS_DEFAULT_PROFILE: second } = env;
  if (first && second && first !== second) {
    throw new UsageError(
      `Cannot tell which AWS profile to use: AWS_PROFILE is '${first}', but AWS_DEFAULT_PROFILE is '${second}'`,
      {
        hint:
          "unset one of them, or use '--profile': versions 1 and 2 of the AWS CLI disagree here",
      },
    );
  }
  const name = first !== undefined
    ? "AWS_PROFILE"
    : second !== undefined
    ? "AWS_DEFAULT_PROFILE"
    : undefined;
  if (name !== undefined && env[name] === "") {
    throw new UsageError(`Cannot use ${name}: the value is empty`, {
      hint: `unset ${name} to use the profile 'default'`,
    });
  }
  return name;
}
