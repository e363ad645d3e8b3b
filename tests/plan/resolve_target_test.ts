import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { parseProfiles } from "../../lib/aws/profiles.ts";
import { parseConfig } from "../../lib/config/parse.ts";
import { ConfigError, UsageError } from "../../lib/errors.ts";
import { sessionKey } from "../../lib/plan/cache_key.ts";
import { resolvePlan, resolveRunPlan } from "../../lib/plan/resolve_plan.ts";
import { resolveTarget } from "../../lib/plan/resolve_target.ts";
import type { PlanInput } from "../../lib/plan/resolve_hop.ts";

const OPS = "arn:aws:iam::222222222222:role/ops";
const MFA = "arn:aws:iam::111111111111:mfa";
const CONFIG = `
[profile ops]
role_arn = ${OPS}
source_profile = first
mfa_serial = ${MFA}/ops
[profile first]
role_arn = arn:aws:iam::111111111111:role/first
source_profile = keys
[profile plain]
role_arn = ${OPS}
source_profile = keys
[profile asking]
role_arn = ${OPS}
source_profile = keys
mfa_serial = ${MFA}/asking
[profile odd]
role_arn = ${OPS}
source_profile = keys
duration_seconds = 60
[profile nobody]
role_arn = arn:aws:iam::1:user/x
source_profile = keys
[profile sso]
sso_account_id = 222222222222
sso_role_name = Ops
sso_start_url = https://x
sso_region = eu-west-1
region = eu-west-1
[profile twin]
sso_account_id = 222222222222
sso_role_name = Ops
sso_start_url = https://x
sso_region = eu-west-1
region = eu-west-1
[profile keys]
aws_access_key_id = AKIA
aws_secret_access_key = s
mfa_serial = ${MFA}/keys
`;

interface Given extends Partial<PlanInput> {
  readonly yaml?: string;
}

function input({ yaml = "", ...more }: Given): PlanInput {
  return {
    options: {},
    variables: {},
    configs: [parseConfig(yaml, "assume-role.yaml", "user")],
    profiles: parseProfiles(CONFIG, ""),
    env: {},
    home: undefined,
    ...more,
  };
}

/** Describes the target: its kind, its name, and whether `--profile` or its variable set it. */
function describeTarget(given: Given): readonly unknown[] | undefined {
  const found = resolveTarget(input(given));
  return found && [found.kind, found.name, found.profile?.isFromProfileOption];
}

Deno.test("resolveTarget() uses a given role, else the profile that an option or a variable names", () => {
  const cases: readonly (readonly [Given, readonly unknown[] | undefined])[] = [
    [{ options: { role: OPS } }, ["role", OPS, undefined]],
    [{ options: { role: "ops" } }, ["role", "ops", false]],
    [{ variables: { role: "sso" } }, ["session", "sso", false]],
    [{ options: { profile: "ops" } }, ["role", "ops", true]],
    [{ options: { profile: "sso" } }, ["session", "sso", true]],
    [{ variables: { profile: "sso" } }, ["session", "sso", true]],
    [{ options: { profile: "ops" }, variables: { profile: "sso" } }, [
      "role",
      "ops",
      true,
    ]],
    [{ options: { profile: "sso" }, variables: { role: "ops" } }, [
      "role",
      "ops",
      false,
    ]],
    [{ env: { AWS_PROFILE: "sso" } }, undefined],
    [{ yaml: "profile: sso\n" }, undefined],
    [{ options: { profile: "keys" } }, undefined],
    [{ options: { profile: "absent" } }, undefined],
    [{}, undefined],
  ];
  for (const [given, expected] of cases) {
    assertEquals(describeTarget(given), expected);
  }
});

Deno.test("resolveTarget() refuses a profile with an invalid setting", () => {
  assertThrows(
    () => describeTarget({ options: { profile: "odd" } }),
    ConfigError,
    "Cannot use duration_seconds of the AWS profile 'odd': a session can last from 15m to 12h",
  );
  assertThrows(
    () => describeTarget({ options: { role: "nobody" } }),
    ConfigError,
    "Cannot use role_arn of the AWS profile 'nobody': ",
  );
});

Deno.test("resolvePlan() uses the MFA device of the profile with the role, but not of its source_profile", async () => {
  const serials = async (given: Given) => {
    const { mfa, base } = await resolvePlan(input(given));
    return [
      mfa.serial,
      base.kind === "role" ? base.plan.mfa.serial : undefined,
    ];
  };
  for (const name of ["options", "variables"] as const) {
    const withProfile = (profile: string, more = {}) => ({
      [name]: { profile, ...more },
    });
    assertEquals(await serials(withProfile("asking")), [
      `${MFA}/asking`,
      undefined,
    ]);
    assertEquals(await serials(withProfile("plain")), [undefined, undefined]);
    // The caller of `ops` is a session, and needs no MFA device; `first` has no mfa_serial.
    assertEquals(await serials(withProfile("ops")), [undefined, undefined]);
    const mfaSerial = `${MFA}/given`;
    assertEquals(
      await serials(withProfile("asking", { mfaSerial })),
      [mfaSerial, undefined],
    );
  }
  const yaml = `mfa_serial: ${MFA}/general\n`;
  assertEquals(await serials({ yaml, options: { profile: "asking" } }), [
    `${MFA}/asking`,
    undefined,
  ]);
  assertEquals(await serials({ yaml, options: { profile: "plain" } }), [
    `${MFA}/general`,
    undefined,
  ]);
});

Deno.test("sessionKey() returns the same key for --role and --profile with the same name, and different keys for different names", async () => {
  const key = async (options: PlanInput["options"]) =>
    await sessionKey(await resolveRunPlan(input({ options })));
  const keys = new Set<string>();
  for (const name of ["ops", "plain", "asking", "sso", "twin"]) {
    const profileKey = await key({ profile: name });
    assertEquals(profileKey, await key({ role: name }));
    keys.add(profileKey);
  }
  assertEquals(keys.size, 5);
});

Deno.test("resolveRunPlan() accepts a profile that supplies a role's session, such as an SSO profile; resolvePlan() refuses such a profile", async () => {
  const given = input({ options: { profile: "sso" } });
  const plan = await resolveRunPlan(given);
  assertEquals(
    ["role" in plan, plan.base.profile, plan.region, Object.isFrozen(plan)],
    [false, "sso", "eu-west-1", true],
  );
  await assertRejects(
    () => resolvePlan(given),
    UsageError,
    "'sso' is an AWS profile with a ready-made session of IAM Identity Center",
  );
});
