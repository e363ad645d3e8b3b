/**
 * Runs programs with temporary AWS credentials from AssumeRole.
 *
 * Run as a program (`deno run -A jsr:@x/assume-role`), this module is the
 * command line. Imported, it tells what the command line would do:
 *
 * ```ts
 * import { parseConfig, parseProfiles, resolvePlan } from "@x/assume-role";
 * import { assertEquals } from "@std/assert";
 *
 * const yaml = "role_prefix: arn:aws:iam::111111111111:role/";
 * const plan = await resolvePlan({
 *   options: { role: "admin" },
 *   variables: {},
 *   configs: [parseConfig(yaml, "assume-role.yaml", "project")],
 *   profiles: parseProfiles("[default]\nregion = eu-west-1", ""),
 *   env: {},
 *   home: "/home/alice",
 * });
 * assertEquals(plan.request.roleArn, "arn:aws:iam::111111111111:role/admin");
 * assertEquals(plan.region, "eu-west-1");
 * ```
 *
 * @module
 */
export * from "./lib/errors.ts";
export {
  parseProfiles,
  type Profiles,
  type Section,
} from "./lib/aws/profiles.ts";
export type { RoleArn } from "./lib/aws/arn.ts";
export type { SessionRequest } from "./lib/aws/request.ts";
export type { Options } from "./lib/cli/invocation.ts";
export type { Config, ConfigValues, Position } from "./lib/config/config.ts";
export { type ConfigOwner, parseConfig } from "./lib/config/parse.ts";
export type * from "./lib/plan/plan.ts";
export { resolvePlan } from "./lib/plan/resolve.ts";
export type { PlanInput } from "./lib/plan/role_plan.ts";
export type { ReadText } from "./lib/plan/request.ts";
export type { PolicySource, Tag } from "./lib/settings/request_values.ts";
export type { Layers } from "./lib/plan/settle.ts";
export type { SettingName, SettingValues } from "./lib/settings/setting.ts";
export type { Format } from "./lib/settings/values.ts";

if (import.meta.main) {
  const { main } = await import("./main.ts");
  await main();
}
