// Pure: no I/O.
import { UsageError } from "../errors.ts";
import type { Source } from "./plan.ts";
import type { Settler } from "./settle.ts";

type Env = Readonly<Record<string, string>>;

/**
 * Decides the named profile: our own setting, else what AWS's variables say.
 *
 * @throws {UsageError} If AWS's variables contradict each other, or are empty.
 */
export function settleProfile(settler: Settler, env: Env): string | undefined {
  const own = settler.settle("profile");
  if (own !== undefined) return own;
  const name = profileVariable(env);
  if (name === undefined) return undefined;
  const source: Source = { kind: "variable", name };
  return settler.settle("profile", [env[name], source]);
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
