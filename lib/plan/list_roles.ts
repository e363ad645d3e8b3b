// Pure: no I/O.
import { AssumeRoleError } from "../errors.ts";
import {
  type KnownName,
  listRoleNames,
  lookUpIfUsable,
  type LookUpInput,
  shortName,
} from "./look_up_role.ts";
import type { RunPlan, Source } from "./plan.ts";
import { kindOfProfile, sessionProfile } from "./profile_kind.ts";
import { resolveRunPlan } from "./resolve_plan.ts";
import type { PlanInput } from "./resolve_hop.ts";

/** Role or profile that is named in the configuration files or AWS's files. */
export interface KnownRole {
  readonly name: string;
  /** Absent if the ARN is not known. */
  readonly arn?: string;
  readonly source: Source;
  /** Option that gets a session by this name. */
  readonly namedBy:
    /** `--role`; if the name is a profile's, `--profile` too. */
    | "role"
    /** `--profile` only, because with `role_prefix` the name could also be another role's. */
    | "profile"
    /** No option, because assume-role never hands out the keys of a profile. */
    | "nothing";
  /** Plan of a run with the name; absent if planning fails. */
  readonly plan?: RunPlan;
}

/**
 * Lists the entries of `roles`, then the AWS profiles that yield a session, then the AWS
 * profiles that have only keys. Profiles that assume-role saved are left out, because
 * they are copies of sessions.
 */
export async function listKnownRoles(
  input: PlanInput,
): Promise<readonly KnownRole[]> {
  const roles: KnownRole[] = [];
  for (const known of listRoleNames(input)) {
    roles.push(await planKnownRole(known, input));
  }
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
 * Lists the values that a shell offers for `--role`: entries of `roles`, profiles whose
 * names are unambiguous, and all other roles in AWS's files. Each other role is
 * listed by its ARN without `role_prefix` if possible, otherwise by its full ARN.
 */
export function listRoleCompletions(input: LookUpInput): readonly string[] {
  const { profiles } = input;
  const shortest = (arn: string | undefined) =>
    arn === undefined ? [] : [shortName(arn, input) ?? arn];
  return [
    ...listRoleNames(input).flatMap(({ name, file }) =>
      // Offer an entry without an ARN too, because the error of a run names the missing key.
      file !== undefined || lookUpIfUsable(name, input) !== undefined
        ? [name]
        : shortest(sessionProfile(name, profiles)?.roleArn)
    ),
    ...profiles.names().flatMap((name) =>
      shortest(profiles.get(name)?.x_assume_role_arn)
    ),
  ];
}

async function planKnownRole(
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
      ...await tryPlan({ ...input, options }),
    };
  }
  const arn = role ?? sessionProfile(name, input.profiles)?.roleArn;
  const target = role === undefined ? { profile: name } : { role: name };
  return {
    name,
    source: { kind: "profile", profile: name, key: "role_arn" },
    namedBy: meaning === undefined ? "profile" : "role",
    ...(arn !== undefined && { arn }),
    ...await tryPlan({
      ...input,
      options: { ...withoutTarget(input.options), ...target },
      variables: withoutTarget(input.variables),
    }),
  };
}

function withoutTarget(
  { role: _, profile: __, ...rest }: PlanInput["options"],
): PlanInput["options"] {
  return rest;
}

/** Plans a run; returns no plan on an error, because a list does not report errors. */
async function tryPlan(input: PlanInput): Promise<Pick<KnownRole, "plan">> {
  try {
    return { plan: await resolveRunPlan(input) };
  } catch (error) {
    if (error instanceof AssumeRoleError) return {};
    throw error;
  }
}
