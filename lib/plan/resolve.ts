// Pure: no I/O.
import { UsageError } from "../errors.ts";
import { awsFile, COPY_NAME } from "./locations.ts";
import type { Plan, Source } from "./plan.ts";
import { resolveTarget, type Target } from "./role.ts";
import { type PlanInput, resolveRolePlan } from "./role_plan.ts";

const DEFAULT: Source = { kind: "default" };

/**
 * Decides everything that is to be done, once and for all.
 *
 * @throws {UsageError} where no role is named, or the name stands for none
 * @throws {ConfigError} where the profile, a chain or an endpoint cannot be used
 */
export async function resolvePlan(input: PlanInput): Promise<Plan> {
  const target = resolveTarget(input);
  if (target === undefined) {
    throw new UsageError("Cannot tell which role to assume: none was given", {
      hint:
        "name it with '--role NAME', or set ASSUME_ROLE_ROLE; see 'assume-role --help'",
    });
  }
  return await resolveTargetPlan(target, input);
}

/** The same for a role that has been found already. */
export async function resolveTargetPlan(
  target: Target,
  input: PlanInput,
): Promise<Plan> {
  const { role, settler } = target;
  const { region, ...plan } = await resolveRolePlan(target, input, []);
  const file = awsFile("credentials", input.env, input.home);
  // Under another assume-role that serves us, the file is a copy, soon gone.
  const isCopy = COPY_NAME.test(file ?? "");
  const prefix = settler.settle("profileNamePrefix") || role.accountId;
  const writes = settler.settle("writeProfile", [true, DEFAULT])!;
  return deepFreeze({
    ...plan,
    ...(region !== undefined && { region }),
    ...(writes && file !== undefined && !isCopy && {
      savedProfile: {
        file,
        name: `${prefix}-${role.roleName}`,
        ...(region !== undefined && { region }),
      },
    }),
    forceRefresh: settler.settle("forceRefresh", [false, DEFAULT])!,
    server: settler.settle("server", [false, DEFAULT])!,
    preserveEnv: [
      ...(settler.settle("preserveEnv") ?? []),
      ...(settler.settle("envKeep") ?? []),
    ],
    sources: { ...settler.sources },
  });
}

function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null) {
    Object.values(value).forEach(deepFreeze);
    Object.freeze(value);
  }
  return value;
}
