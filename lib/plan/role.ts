// Pure: no I/O.
import { type RoleArn, splitRoleArn } from "../aws/arn.ts";
import { ConfigError, InvalidValueError, UsageError } from "../errors.ts";
import { closest } from "../settings/closest.ts";
import { parseRoleArn } from "../settings/values.ts";
import { type Layers, Settler } from "./settle.ts";

/** A role that is asked for, and the settings as far as they are decided. */
export interface Target {
  readonly name: string;
  readonly role: RoleArn;
  readonly settler: Settler;
}

/**
 * Finds the role that is asked for; `undefined` where none is named.
 *
 * @param wantedBy the role that is assumed from it, where one is
 * @throws {UsageError} where the name stands for no role
 */
export function resolveTarget(
  input: Layers,
  wantedBy?: string,
): Target | undefined {
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
    wantedBy,
  );
  return { name, role, settler };
}

/**
 * Finds the role that a name stands for: a full ARN is taken as it is and never
 * prefixed, an entry of `roles` gives its ARN, any other name is completed.
 *
 * @throws {UsageError} where it is neither
 */
export function resolveRole(
  name: string,
  entryArn: string | undefined,
  prefix: string | undefined,
  knownRoles: readonly string[],
  wantedBy?: string,
): RoleArn {
  const whose = wantedBy === undefined
    ? ""
    : `, by way of which '${wantedBy}' is assumed`;
  if (name.startsWith("arn:")) {
    return splitRoleArn(
      checked(name, () =>
        new UsageError(
          `Cannot use the role '${name}'${whose}: it is not the ARN of a role`,
          {
            hint:
              "a role's ARN is written like arn:aws:iam::111111111111:role/admin",
          },
        )),
    );
  }
  if (entryArn !== undefined) return splitRoleArn(entryArn);
  if (prefix === undefined || prefix === "") {
    const known = knownRoles.includes(name);
    const reason = known
      ? "its entry of 'roles' has no 'role_arn'"
      : "it is no entry of 'roles'";
    const near = known ? undefined : closest(name, knownRoles);
    throw new UsageError(
      `Cannot tell the ARN of role '${name}'${whose}: ${reason} and there is no 'role_prefix'`,
      {
        hint: near !== undefined
          ? `did you mean '${near}'?`
          : "give the full ARN, or put 'role_prefix: arn:aws:iam::<account-id>:role/' into assume-role.yaml",
      },
    );
  }
  return splitRoleArn(checked(prefix + name, () =>
    new ConfigError(
      `Cannot use the role '${name}'${whose}: with role_prefix it is '${prefix}${name}', which is not the ARN of a role`,
      { hint: "a prefix is written like arn:aws:iam::111111111111:role/" },
    )));
}

function checked(arn: string, otherwise: () => Error): string {
  try {
    return parseRoleArn(arn);
  } catch (error) {
    throw error instanceof InvalidValueError ? otherwise() : error;
  }
}
