import { assertEquals } from "@std/assert";
import { parseProfiles } from "../../lib/aws/profiles.ts";
import { parseConfig } from "../../lib/config/parse.ts";
import { knownRoles, shortName } from "../../lib/plan/known_roles.ts";
import type { PlanInput } from "../../lib/plan/role_plan.ts";

const PREFIX = "arn:aws:iam::111111111111:role/";

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

Deno.test("knownRoles() has the entries of both files, then the profiles that stand for a role", async () => {
  const roles = await knownRoles(input(
    `role_prefix: ${PREFIX}\nroles:\n  b:\n    role_arn: ${PREFIX}x/b\n  a: {}\n`,
    `roles:\n  b:\n    duration: 2h\n  lost:\n    via: nobody\n  odd:\n    profile: absent\n`,
    `[profile keys]\naws_access_key_id = A\naws_secret_access_key = s\n[profile dev]\nrole_arn = ${PREFIX}dev\nsource_profile = keys\n[profile ec2]\nrole_arn = ${PREFIX}ec2\ncredential_source = Ec2InstanceMetadata\n`,
  ));
  assertEquals(
    roles.map(({ name, arn, source, plan }) => [
      name,
      arn,
      source.kind === "file" ? source.path : source.kind,
      plan?.role.arn,
      plan?.request.durationSeconds,
    ]),
    [
      ["b", `${PREFIX}x/b`, "project.yaml", `${PREFIX}x/b`, 7200],
      ["a", `${PREFIX}a`, "project.yaml", `${PREFIX}a`, 3600],
      ["lost", `${PREFIX}lost`, "user.yaml", `${PREFIX}lost`, 3600],
      ["odd", `${PREFIX}odd`, "user.yaml", undefined, undefined],
      ["dev", `${PREFIX}dev`, "profile", `${PREFIX}dev`, 3600],
      ["ec2", `${PREFIX}ec2`, "profile", undefined, undefined],
    ],
  );
});

Deno.test("knownRoles() leaves out the ARN that cannot be told", async () => {
  const roles = await knownRoles(input("roles:\n  a: {}\n", "", ""));
  assertEquals(roles, [{
    name: "a",
    source: { kind: "file", path: "project.yaml", keys: ["roles", "a"] },
  }]);
});

Deno.test("shortName() is what role_prefix makes the ARN of", () => {
  const layers = input(`role_prefix: ${PREFIX}\n`, "", "");
  assertEquals(
    [`${PREFIX}a/b`, PREFIX, "arn:aws:iam::222222222222:role/a"]
      .map((arn) => shortName(arn, layers)),
    ["a/b", undefined, undefined],
  );
});
