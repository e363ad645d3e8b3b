// Pure: no I/O.
import { providerOf } from "../aws/profile_provider.ts";
import { AssumeRoleError } from "../errors.ts";
import {
  findRoleName,
  type KnownName,
  listRoleNames,
  lookUpIfUsable,
  type LookUpInput,
  type Meaning,
  shortName,
} from "./look_up_role.ts";
import type { RunPlan } from "./plan.ts";
import type { Source } from "./source.ts";
import { kindOfProfile, sessionProfile } from "./profile_kind.ts";
import { resolveRunPlan } from "./resolve_plan.ts";
import type { PlanInput } from "./resolve_hop.ts";

/** Role or profile that is named in the configuration files or AWS's files. */
export interface KnownRole {
  readonly name: string;
  /** Absent if the ARN is not known. */
  readonly arn?: string;
  /** Account and name of a role of IAM Identity Center, whose ARN is not known. */
  readonly permissionSet?: {
    readonly accountId: string;
    readonly name: string;
  };
  readonly source: Source;
  /** Option that gets a session if the user writes this name after the option. */
  readonly namedBy:
    /** `--role` gets the session. */
    | "role"
    /** `--profile` only, because `--role` refuses the name or finds another role. */
    | "profile"
    /**
     * No option: `--role` refuses the name or finds another role. `--profile` does not
     * get the profile's session: a variable or a file names a role, and `--profile` only
     * names the base credentials for this role.
     */
    | "ambiguous"
    /** No option: the profile has only access keys, which assume-role never hands out. */
    | "nothing";
  /**
   * Plan of a run that gets the session of this role or profile; absent if planning
   * fails.
   */
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
 * Lists the values that a shell offers for `--role`: the entries of `roles`, the profiles
 * that `--role` finds by name, and the ARNs of the remaining roles in AWS's files. An ARN
 * is listed without `role_prefix` if `--role` finds the same role by this short name.
 */
export function listRoleCompletions(input: LookUpInput): readonly string[] {
  const { profiles } = input;
  const shortest = (arn = "") =>
    arn.startsWith("arn:") && lookUpIfUsable(arn, input) !== undefined
      ? [shortName(arn, input) ?? arn]
      : [];
  return [
    ...listRoleNames(input).flatMap(({ name, file }) =>
      // Offer an entry even if no ARN is known for the entry. If the user selects the
      // entry, the error of the run names the key that is missing.
      file !== undefined || findProfile(name, input) !== undefined
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
  if (file === undefined) return await planKnownProfile(name, input);
  const meaning = lookUpIfUsable(name, input);
  const arn = meaning && arnOf(meaning);
  const options = { ...input.options, role: name };
  return {
    name,
    source: { kind: "file", path: file, keys: ["roles", name] },
    namedBy: "role",
    ...(arn !== undefined && { arn }),
    ...await tryPlan({ ...input, options }),
  };
}

/**
 * Plans a run that names a profile by `--role` or, if `--role` does not find this profile,
 * by `--profile`.
 */
async function planKnownProfile(
  name: string,
  input: PlanInput,
): Promise<KnownRole> {
  const meaning = findProfile(name, input);
  const isByRole = meaning !== undefined;
  const hasDefault = findRoleName({ ...input, options: {} }) !== undefined;
  const arn = isByRole
    ? arnOf(meaning)
    : sessionProfile(name, input.profiles)?.roleArn;
  return {
    name,
    source: { kind: "profile", profile: name, key: "role_arn" },
    namedBy: isByRole ? "role" : hasDefault ? "ambiguous" : "profile",
    ...(arn === undefined ? findPermissionSet(name, input) : { arn }),
    ...await tryPlan({
      ...input,
      ...withoutTarget(input),
      options: {
        ...withoutTarget(input).options,
        ...(isByRole ? { role: name } : { profile: name }),
      },
    }),
  };
}

/** Finds the account and the role that a profile of IAM Identity Center names. */
function findPermissionSet(
  name: string,
  { profiles }: LookUpInput,
): Pick<KnownRole, "permissionSet"> {
  const { sso_account_id: accountId, sso_role_name: role } =
    profiles.get(name) ?? {};
  return providerOf(name, profiles) === "sso" && accountId && role
    ? { permissionSet: { accountId, name: role } }
    : {};
}

/**
 * Finds what `--role` gets by the name of a profile. Returns `undefined` if `--role`
 * refuses the name, or if the profile's name is a full ARN, because `--role` then gets
 * the role of this ARN instead of the profile.
 */
function findProfile(name: string, input: LookUpInput): Meaning | undefined {
  const meaning = lookUpIfUsable(name, input);
  return meaning?.kind === "role" && meaning.by === "arn" ? undefined : meaning;
}

function arnOf(meaning: Meaning): string | undefined {
  return meaning.kind === "role" ? meaning.role.arn : meaning.profile.roleArn;
}

/**
 * Removes the setting `role` from options, variables and files, and the setting `profile`
 * from options and variables.
 */
function withoutTarget(
  { options, variables, configs }: PlanInput,
): Pick<PlanInput, "options" | "variables" | "configs"> {
  return {
    options: withoutNames(options),
    variables: withoutNames(variables),
    configs: configs.map(({ values: { role: _, ...values }, ...config }) => ({
      ...config,
      values,
    })),
  };
}

function withoutNames(
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
