/**
 * Temporary AWS credentials from AssumeRole, for programs and on the command line.
 *
 * As a program (`deno run -A jsr:@x/assume-role`), this module is the command line.
 * As a library, the module gets credentials by the same rules, cache and configuration:
 * {@linkcode assumeRole} gets them once, {@linkcode credentialProvider} gets and
 * refreshes them for the AWS SDK for JavaScript. Importing the module has no effects:
 * the module listens to no signal, changes no variable, and loads the AWS SDK only when
 * a call needs the SDK. The SDK then runs with all permissions of the importing program.
 * (The executable runs the SDK in a worker with few permissions, which needs a Deno
 * flag that a library cannot set.)
 *
 * ```ts
 * import { STSClient } from "@aws-sdk/client-sts";
 * import { credentialProvider } from "@x/assume-role";
 *
 * const credentials = credentialProvider({ role: "admin" });
 * const sts = new STSClient({ region: "eu-west-1", credentials });
 * sts.destroy();
 * ```
 *
 * {@linkcode resolvePlan} returns the planned calls without making them:
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
  assumeRole,
  type AwsCredentialIdentity,
  type CredentialProvider,
  credentialProvider,
} from "./lib/api.ts";
export type { AssumeRoleOptions } from "./lib/api_options.ts";
export type { Credentials } from "./lib/aws/credentials.ts";
export type { MfaCodeRequest } from "./lib/credentials/mfa/code.ts";
export {
  parseProfiles,
  type Profiles,
  type Section,
} from "./lib/aws/profiles.ts";
export type { RoleArn } from "./lib/aws/arn.ts";
export type { SessionRequest } from "./lib/aws/sts_types.ts";
export type {
  BasePermissions,
  MachineSource,
} from "./lib/aws/sdk_interface.ts";
export type { SignInToken } from "./lib/aws/sign_in_token.ts";
export type { Options } from "./lib/cli/invocation.ts";
export type { Config, ConfigValues, Position } from "./lib/config/config.ts";
export { type ConfigOwner, parseConfig } from "./lib/config/parse.ts";
export type { UnreadFile } from "./lib/config/unread.ts";
export type { HomeInput } from "./lib/plan/home_policy.ts";
export type * from "./lib/plan/plan.ts";
export { resolvePlan, resolveRunPlan } from "./lib/plan/resolve_plan.ts";
export type { LookUpInput } from "./lib/plan/look_up_role.ts";
export type { PlanInput } from "./lib/plan/resolve_hop.ts";
export type { ReadText } from "./lib/plan/resolve_request.ts";
export type { PolicySource, Tag } from "./lib/settings/session_parsers.ts";
export type { SettingLayers } from "./lib/plan/setting_resolver.ts";
export type { Source } from "./lib/plan/source.ts";
export type { UnreadInput } from "./lib/plan/unread_files.ts";
export type {
  SettingName,
  SettingValues,
} from "./lib/settings/setting_types.ts";
export { FORMATS } from "./lib/settings/options.ts";
export type { Format } from "./lib/settings/parsers.ts";
export type { HomeAccess } from "./lib/system/home_access.ts";

if (import.meta.main) {
  const { main } = await import("./main.ts");
  await main();
}
