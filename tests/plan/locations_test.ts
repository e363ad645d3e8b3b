import { assertEquals } from "@std/assert";
import { awsFiles, expandVariables } from "../../lib/plan/locations.ts";

Deno.test("expandVariables() replaces what is set, as Python does", () => {
  const env = { HOME: "/home/a", B_1: "b" };
  const cases: [string, string][] = [
    ["/x", "/x"],
    ["$HOME/x", "/home/a/x"],
    ["${HOME}/$B_1.c/%B_1%", "/home/a/b.c/b"],
    ["$NONE/${NONE}/%NONE%/$", "$NONE/${NONE}/%NONE%/$"],
  ];
  for (const [path, expected] of cases) {
    assertEquals(expandVariables(path, env), expected);
  }
});

Deno.test("awsFiles() tells where botocore looks, where that is elsewhere", () => {
  const env = { AWS_CONFIG_FILE: "$X/config", X: "/x" };
  const [config, credentials] = awsFiles(env, undefined);
  assertEquals(config, {
    name: "config",
    variable: "AWS_CONFIG_FILE",
    path: "$X/config",
    isNamed: true,
    expandedPath: "/x/config",
  });
  assertEquals(credentials, {
    name: "credentials",
    variable: "AWS_SHARED_CREDENTIALS_FILE",
    path: undefined,
  });
});
