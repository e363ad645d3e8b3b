// Pure: no I/O.
import { AssumeRoleError } from "../errors.ts";
import type { RolePlan, Source } from "./plan.ts";
import { resolvePlan } from "./resolve.ts";
import { resolveTarget } from "./role.ts";
import type { PlanInput } from "./role_plan.ts";
import type { Layers } from "./settle.ts";
import { resolveWithoutRole } from "./start.ts";

/** A role that the configuration names. */
export interface KnownRole {
  readonly name: string;
  /** Absent where the name stands for no role as things are. */
  readonly arn?: string;
  readonly source: Source;
  /** How it would be assumed; absent where it could not be. */
  readonly plan?: RolePlan;
}

/**
 * The roles that have a name: the entries of `roles`, and the profiles that
 * stand for a role, in the order of the files.
 */
export async function knownRoles(
  input: PlanInput,
): Promise<readonly KnownRole[]> {
  const roles: KnownRole[] = [];
  const seen = new Set<string>();
  for (const { path, roles: entries } of input.configs) {
    for (const name of entries.keys()) {
      if (seen.has(name)) continue;
      seen.add(name);
      roles.push({
        name,
        source: { kind: "file", path, keys: ["roles", name] },
        ...await entryOf(name, input),
      });
    }
  }
  for (const name of input.profiles.names()) {
    const arn = input.profiles.get(name)?.role_arn;
    if (arn === undefined) continue;
    const source: Source = { kind: "profile", profile: name, key: "role_arn" };
    roles.push({ name, arn, source, ...await profileOf(name, input) });
  }
  return roles;
}

/** The name that `role_prefix` completes to a role, where there is one. */
export function shortName(arn: string, layers: Layers): string | undefined {
  const prefix = layers.configs.map(({ values }) => values.rolePrefix)
    .find((prefix) => prefix !== undefined);
  return prefix && arn.startsWith(prefix) && arn.length > prefix.length
    ? arn.slice(prefix.length)
    : undefined;
}

async function entryOf(
  name: string,
  input: PlanInput,
): Promise<Pick<KnownRole, "arn" | "plan">> {
  const asked = { ...input, options: { ...input.options, role: name } };
  const arn = await orNothing(() => resolveTarget(asked)?.role.arn);
  const plan = await orNothing(() => resolvePlan(asked));
  return { ...(arn && { arn }), ...(plan && { plan }) };
}

async function profileOf(
  name: string,
  input: PlanInput,
): Promise<Pick<KnownRole, "plan">> {
  const options = { ...input.options, profile: name };
  const plan = await orNothing(() => resolveWithoutRole({ ...input, options }));
  return plan !== undefined && "role" in plan ? { plan } : {};
}

/** What cannot be used is told where it is used; here it is no more than a name. */
async function orNothing<T>(
  work: () => T | Promise<T>,
): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof AssumeRoleError) return undefined;
    throw error;
  }
}
