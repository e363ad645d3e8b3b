// Pure: no I/O.
import { UsageError } from "../errors.ts";
import type { Source } from "./source.ts";
import type { SettingResolver } from "./setting_resolver.ts";

type Env = Readonly<Record<string, string>>;

/** AWS profile that the setting `profile`, `AWS_PROFILE` or `AWS_DEFAULT_PROFILE` names. */
export interface NamedProfile {
  readonly profile: string | undefined;
  /**
   * Whether `AWS_PROFILE` or `AWS_DEFAULT_PROFILE` names the profile. If so, keys and a
   * web identity token in the environment take precedence, as in the AWS CLI.
   */
  readonly isByVariable: boolean;
}

/**
 * Resolves the named profile: the setting `profile` or, if the setting has no value,
 * `AWS_PROFILE` or `AWS_DEFAULT_PROFILE`.
 *
 * @throws {UsageError} If the two variables name different profiles, or if the variable
 * that would be used is empty.
 */
export function resolveNamedProfile(
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

/** Reads the name of the profile from `AWS_PROFILE` or `AWS_DEFAULT_PROFILE`. */
export function variableProfile(env: Env): string | undefined {
  const name = profileVariable(env);
  return name && env[name];
}

/**
 * Finds the variable that names the profile. If `AWS_PROFILE` and `AWS_DEFAULT_PROFILE`
 * have different values, throws an error, because version 2 of the AWS CLI would use
 * `AWS_PROFILE`, but version 1 and boto3 would use `AWS_DEFAULT_PROFILE`. An empty value
 * is refused too, as in all three programs.
 */
function profileVariable(env: Env): string | undefined {
  const { AWS_PROFILE: first, AWS_DEFAULT_PROFILE: second } = env;
  if (first && second && first !== second) {
    throw new UsageError(
      `Cannot choose an AWS profile: AWS_PROFILE is '${first}', but AWS_DEFAULT_PROFILE is '${second}'`,
      {
        hint:
          "unset one of the two variables or use '--profile'; versions 1 and 2 of the AWS CLI disagree here",
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
