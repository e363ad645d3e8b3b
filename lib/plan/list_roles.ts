// Pure: no I/O.
import { AssumeRoleError } from "../errors.ts";
import {
  type KnownName,
  knownNames,
  lookUpIfUsable,
  type Names,
  shortName,
} from "./look_up_role.ts";
import type { RunPlan, Source } from "./plan.ts";
import { kindOfProfile, sessionProfile } from "./profile_kind.ts";
import { resolveRunPlan } from "./resolve_plan.ts";
import type { PlanInput } from "./resolve_hop.ts";

/** A role or a profile that the files name. */
export interface KnownRole {
  readonly name: string;
  /** Absent if the ARN is not known. */
  readonly arn?: string;
  readonly source: Source;
  /** The option that takes the name. */
  readonly namedBy:
    /** `--role`, and `--profile` for a profile. */
    | "role"
    /** `--profile` only, because `role_prefix` makes the name another role. */
    | "profile"
    /** None, because the profile has keys, which are never handed out. */
    | "nothing";
  /** Absent if no session can be got. */
  readonly plan?: RunPlan;
}

/**
 * Lists the roles that the files name, in the order of the files: the entries of
 * `roles`, then the AWS profiles that have credentials. Saved profiles are left
 * out, because they are sessions of roles that have names of their own.
 */
export async function knownRoles(
  input: PlanInput,
): Promise<readonly KnownRole[]> {
  const roles: KnownRole[] = [];
  for (const known of knownNames(input)) roles.push(await roleOf(known, input));
  for (const name of input.profiles.names()) {
    const { x_assume_role_arn } = input.profiles.get(name) ?? {};
    const kind = kindOfProfile(name, input.profiles)?.kind;
    if (kind !== "keys" || x_assume_role_arn !== undefined) continue;
    const source: Source = {
      kind: "profile",
      profile: name,
      key: "aws_access_key_id",
    };
    roles.push({ name, source, namedBy: "nothing" });
  }
  return roles;
}

/**
 * Lists the values that a shell offers for `--role`: all unambiguous names, then
 * the shortest name or the ARN of each other role in AWS's files.
 */
export function roleNames(names: Names): readonly string[] {
  const { profiles } = names;
  const shortest = (arn: string | undefined) =>
    arn === undefined ? [] : [shortName(arn, names) ?? arn];
  return [
    ...knownNames(names).flatMap(({ name, file }) =>
      // An incomplete entry is offered too, because the error names what is missing.
      file !== undefined || lookUpIfUsable(name, names) !== undefined
        ? [name]
        : shortest(sessionProfile(name, profiles)?.roleArn)
    ),
    ...profiles.names().flatMap((name) =>
      shortest(profiles.get(name)?.x_assume_role_arn)
    ),
  ];
}

async function roleOf(
  { name, file }: KnownName,
  input: PlanInput,
): Promise<KnownRole> {
  const meaning = lookUpIfUsable(name, input);
  const role = meaning?.kind === "role" ? meaning.role.arn : undefined;
  if (file !== undefined) {
    const options = { ...input.options, role: name };
    return {
      name,
      source: { kind: "file", path: file, keys: ["roles", name] },
      namedBy: "role",
      ...(role !== undefined && { arn: role }),
      ...await planOf({ ...input, options }),
    };
  }
  const arn = role ?? sessionProfile(name, input.profiles)?.roleArn;
  const asked = role === undefined ? { profile: name } : { role: name };
  return {
    name,
    source: { kind: "profile", profile: name, key: "role_arn" },
    namedBy: meaning === undefined ? "profile" : "role",
    ...(arn !== undefined && { arn }),
    ...await planOf({
      ...input,
      options: { ...withoutTarget(input.options), ...asked },
      variables: withoutTarget(input.variables),
    }),
  };
}

function withoutTarget(
  { role: _, profile: __, ...others }: PlanInput["options"],
): PlanInput["options"] {
  return others;
}

/** Plans a run, or leaves the plan out: only a run reports the error. */
async function planOf(input: PlanInput): Promise<Pick<KnownRole, "plan">> {
  try {
    return { plan: await resolveRunPlan(input) };
  } catch (error) {
    if (error instanceof AssumeRoleError) return {};
    throw error;
  }
}
