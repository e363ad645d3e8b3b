import { assertEquals } from "@std/assert";
import { parseProfiles } from "../../lib/aws/profiles.ts";
import { parseConfig } from "../../lib/config/parse.ts";
import { roleNames } from "../../lib/plan/role_names.ts";

const ARN = "arn:aws:iam::111111111111:role";

Deno.test("roleNames() has entries of all files, and profiles by the shortest name", () => {
  const profiles = parseProfiles(
    `[profile a]\nrole_arn = ${ARN}/team/a\n[profile none]\nregion = x\n`,
    `[saved]\nx_assume_role_arn = ${ARN}/b\n[other]\nrole_arn = arn:aws:iam::2:role/c\n`,
  );
  const configs = [
    parseConfig("roles: { one: {}, two: {} }", "a", "project"),
    parseConfig(`role_prefix: ${ARN}/\nroles: { three: {} }`, "b", "user"),
  ];
  const layers = { options: {}, variables: {}, configs };
  assertEquals([...roleNames(layers, profiles)].sort(), [
    "arn:aws:iam::2:role/c",
    "b",
    "one",
    "team/a",
    "three",
    "two",
  ]);
  assertEquals(
    roleNames({ ...layers, configs: [] }, profiles).filter((name) =>
      name.startsWith(ARN)
    ).length,
    2,
  );
});
