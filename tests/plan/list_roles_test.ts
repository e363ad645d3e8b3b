import { assertEquals } from "@std/assert";
import { parseProfiles } from "../../lib/aws/profiles.ts";
import { parseConfig } from "../../lib/config/parse.ts";
import {
  listKnownRoles,
  listRoleCompletions,
} from "../../lib/plan/list_roles.ts";
import type { PlanInput } from "../../lib/plan/resolve_hop.ts";
import { PREFIX } from "../identifiers.ts";

const OPS = "arn:aws:iam::222222222222:role/ops";

function input(project: string, user: string, config: string): PlanInput {
  return {
    options: {},
    variables: {},
    configs: [
      parseConfig(project, "project.yaml", "project"),
      parseConfig(user, "user.yaml", "user"),
    ],
    profiles: parseProfiles(config, ""),
    env: { AWS_ACCESS_KEY_ID: "AKIA", AWS_SECRET_ACCESS_KEY: "s" },
    home: undefined,
  };
}

Deno.test("listKnownRoles() lists the entries of 'roles' in the project file and the user file, then the profiles with credentials", async () => {
  const roles = await listKnownRoles(input(
    `role_prefix: ${PREFIX}\nroles:\n  b:\n    role_arn: ${PREFIX}x/b\n  a: {}\n`,
    `roles:\n  b:\n    duration: 2h\n  lost:\n    via: nobody\n  odd:\n    profile: absent\n`,
    `[profile keys]\naws_access_key_id = A\naws_secret_access_key = s\n[profile dev]\nrole_arn = ${PREFIX}dev\nsource_profile = keys\nduration_seconds = 1800\n[profile ec2]\nrole_arn = ${PREFIX}ec2\ncredential_source = Ec2InstanceMetadata\n[profile ops]\nrole_arn = ${OPS}\nsource_profile = keys\n[profile sso]\nsso_account_id = 222222222222\nsso_role_name = Ops\nsso_start_url = https://x\nsso_region = eu-west-1\n[profile none]\nregion = x\n[profile saved]\naws_access_key_id = A\naws_secret_access_key = s\naws_session_token = t\nx_assume_role_arn = ${OPS}\n`,
  ));
  assertEquals(
    roles.map(({ name, namedBy, arn, source, plan }) => [
      name,
      namedBy,
      arn,
      source.kind === "file" ? source.path : source.kind,
      plan && "role" in plan ? plan.role.arn : plan?.provider,
      plan && "role" in plan ? plan.request.durationSeconds : undefined,
    ]),
    [
      ["b", "role", `${PREFIX}x/b`, "project.yaml", `${PREFIX}x/b`, 7200],
      ["a", "role", `${PREFIX}a`, "project.yaml", `${PREFIX}a`, 3600],
      ["lost", "role", `${PREFIX}lost`, "user.yaml", `${PREFIX}lost`, 3600],
      ["odd", "role", `${PREFIX}odd`, "user.yaml", undefined, undefined],
      ["dev", "role", `${PREFIX}dev`, "profile", `${PREFIX}dev`, 1800],
      [
        "ec2",
        "role",
        `${PREFIX}ec2`,
        "profile",
        `${PREFIX}ec2`,
        3600,
      ],
      ["ops", "profile", OPS, "profile", OPS, 3600],
      [
        "sso",
        "profile",
        undefined,
        "profile",
        "IAM Identity Center",
        undefined,
      ],
      ["keys", "nothing", undefined, "profile", undefined, undefined],
    ],
  );
});

Deno.test("listKnownRoles() also lists an entry of 'roles' whose ARN is unknown, and omits the ARN", async () => {
  const roles = await listKnownRoles(input("roles:\n  a: {}\n", "", ""));
  assertEquals(roles, [{
    name: "a",
    source: { kind: "file", path: "project.yaml", keys: ["roles", "a"] },
    namedBy: "role",
  }]);
});

Deno.test("listKnownRoles() ignores the role and the profile that options or variables name", async () => {
  const given = input(
    `role_prefix: ${PREFIX}\n`,
    "",
    `[profile keys]\naws_access_key_id = A\naws_secret_access_key = s\n[profile dev]\nrole_arn = ${PREFIX}dev\nsource_profile = keys\n`,
  );
  const target = { role: "x", profile: "absent" };
  for (const layers of [{ options: target }, { variables: target }]) {
    assertEquals(
      await listKnownRoles({ ...given, ...layers }),
      await listKnownRoles(given),
    );
  }
});

Deno.test("listRoleCompletions() lists values for --role, without ambiguous names", () => {
  const names = input(
    `role_prefix: ${PREFIX}\nroles: { one: {} }\n`,
    "roles: { three: {} }\n",
    `[profile dev]\nrole_arn = ${PREFIX}dev\nsource_profile = keys\n[profile ops]\nrole_arn = ${OPS}\n[profile sso]\nsso_account_id = 1\n[profile keys]\naws_access_key_id = A\naws_secret_access_key = s\n` +
      [`${PREFIX}team/a`, OPS, `${PREFIX}ops`].map((arn, index) =>
        `[profile saved${index}]\nx_assume_role_arn = ${arn}\n`
      ).join(""),
  );
  assertEquals(listRoleCompletions(names), [
    "one",
    "three",
    "dev",
    OPS,
    "team/a",
    OPS,
    `${PREFIX}ops`,
  ]);
  const withoutPrefix = names.configs.map((config) => ({
    ...config,
    values: {},
  }));
  assertEquals(
    listRoleCompletions({ ...names, configs: withoutPrefix }).slice(2, 5),
    [
      "dev",
      "ops",
      "sso",
    ],
  );
});
