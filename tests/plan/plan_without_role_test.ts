import { assertEquals, assertObjectMatch, assertRejects } from "@std/assert";
import { parseProfiles } from "../../lib/aws/profiles.ts";
import { parseConfig } from "../../lib/config/parse.ts";
import { ConfigError } from "../../lib/errors.ts";
import { cacheKey } from "../../lib/plan/cache_key.ts";
import { resolvePlan } from "../../lib/plan/resolve_plan.ts";
import type { PlanInput } from "../../lib/plan/resolve_hop.ts";
import {
  chainStartOf,
  resolveChainStart,
  withBaseCredentials,
} from "../../lib/plan/plan_without_role.ts";

const KEYS = `[default]
aws_access_key_id = AKIA1
aws_secret_access_key = secret
`;
const CONFIG = `[profile dev]
role_arn = arn:aws:iam::111111111111:role/dev
source_profile = default
[profile sso]
sso_account_id = 111111111111
sso_role_name = Ops
sso_start_url = https://x
sso_region = eu-west-1
`;
const CREDENTIALS = { accessKeyId: "AKIA1", secretAccessKey: "secret" };

function input(more: Partial<PlanInput> = {}): PlanInput {
  return {
    options: {},
    variables: {},
    configs: [],
    profiles: parseProfiles(CONFIG, KEYS),
    env: {},
    home: "/home/alice",
    ...more,
  };
}

Deno.test("resolveChainStart() returns the base credentials and the partition of the region", async () => {
  const env = { AWS_REGION: "cn-north-1" };
  const start = await resolveChainStart(input({ env }));
  assertEquals("role" in start, false);
  assertObjectMatch(start.base, { kind: "static", credentials: CREDENTIALS });
  assertEquals(start.endpoints.region, "cn-north-1");
  assertEquals(chainStartOf(start), start);
});

Deno.test("if the profile has a role, resolveChainStart() plans to assume that role", async () => {
  const env = { AWS_PROFILE: "dev" };
  const start = await resolveChainStart(input({ env }));
  assertObjectMatch(start, { role: { roleName: "dev" } });
  assertEquals(chainStartOf(start).base.profile, "default");
});

Deno.test("resolveChainStart() refuses a profile that does not exist", async () => {
  await assertRejects(
    () => resolveChainStart(input({ options: { profile: "def" } })),
    ConfigError,
    "Cannot find the AWS profile 'def'",
  );
});

Deno.test("withBaseCredentials() does not change the cache key of a plan", async () => {
  const yaml = `roles:
  jump: {role_arn: "arn:aws:iam::111111111111:role/jump"}
  admin: {role_arn: "arn:aws:iam::111111111111:role/admin", via: jump}
`;
  const options = { role: "admin", profile: "sso" };
  const configs = [parseConfig(yaml, "assume-role.yaml", "project")];
  const plan = await resolvePlan(input({ options, configs }));
  assertEquals(chainStartOf(plan).base.kind, "profile");
  const ready = withBaseCredentials(plan, CREDENTIALS);
  assertObjectMatch(chainStartOf(ready).base, {
    kind: "static",
    credentials: CREDENTIALS,
  });
  assertEquals(await cacheKey(ready), await cacheKey(plan));
});
