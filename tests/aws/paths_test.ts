import { assertEquals, assertThrows } from "@std/assert";
import { ConfigError } from "../../lib/errors.ts";
import { within } from "../../lib/system/path.ts";
import {
  awsFile,
  awsFiles,
  pathVariables,
  sdkVariables,
} from "../../lib/aws/paths.ts";

const HOME = "/home/alice";
const CONFIG = "AWS_CONFIG_FILE";

Deno.test("awsFile() returns the variable's path, or the default path in ~/.aws", () => {
  type Case = readonly [
    env: Record<string, string>,
    home: string | undefined,
    path: string | undefined,
  ];
  const cases: readonly Case[] = [
    [{}, HOME, within(HOME, ".aws", "config")],
    [{}, undefined, undefined],
    [{ [CONFIG]: "" }, HOME, undefined],
    [{ [CONFIG]: "/x/y" }, HOME, "/x/y"],
    [{ [CONFIG]: "x/y" }, HOME, "x/y"],
    [{ [CONFIG]: "~/x/y" }, HOME, within(HOME, "x/y")],
    [{ [CONFIG]: "~/x" }, undefined, "~/x"],
    [{ [CONFIG]: "x/~/y" }, HOME, "x/~/y"],
    [{ [CONFIG]: "$X/config", X: "/x" }, HOME, "/x/config"],
    [{ [CONFIG]: "$X/config", X: "~" }, HOME, within(HOME, "config")],
    // The value of a variable is not expanded again.
    [{ [CONFIG]: "$X/config", X: "$Y", Y: "/y" }, HOME, "$Y/config"],
    [{ [CONFIG]: "$X/config" }, HOME, "$X/config"],
  ];
  for (const [env, home, path] of cases) {
    assertEquals(awsFile("config", env, home), path);
  }
  assertThrows(
    () => awsFile("config", { [CONFIG]: "~bob/x" }, HOME),
    ConfigError,
    "Cannot use AWS_CONFIG_FILE: the path starts with the home of another user, '~bob'",
  );
});

Deno.test("awsFiles() and sdkVariables() return the expanded path", () => {
  const env = { AWS_CONFIG_FILE: "$X/config", X: "/x" };
  assertEquals(awsFiles(env, undefined), [
    {
      name: "config",
      variable: "AWS_CONFIG_FILE",
      path: "/x/config",
      isNamed: true,
    },
    {
      name: "credentials",
      variable: "AWS_SHARED_CREDENTIALS_FILE",
      path: undefined,
    },
  ]);
  assertEquals(sdkVariables(env, HOME), { AWS_CONFIG_FILE: "/x/config" });
  assertEquals(sdkVariables({ AWS_CONFIG_FILE: "" }, HOME), {
    AWS_CONFIG_FILE: "/dev/null",
  });
  assertEquals(
    sdkVariables({ AWS_SECURITY_TOKEN: "a", AWS_SESSION_TOKEN: "b" }, HOME),
    { AWS_SESSION_TOKEN: "a" },
  );
});

Deno.test("pathVariables() finds the variables that may occur in a path", () => {
  const env = {
    AWS_CONFIG_FILE: "$A/${B}/%C%/D",
    AWS_SHARED_CREDENTIALS_FILE: "/E",
  };
  const isInPath = pathVariables(env);
  assertEquals(
    ["A", "B", "C", "D", "E", "F"].filter((name) => isInPath(name)),
    ["A", "B", "C"],
  );
});
