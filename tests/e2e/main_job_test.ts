import { assertEquals, assertMatch, assertNotMatch } from "@std/assert";
import { FakeAws } from "../fake_aws/server.ts";
import { ALICE, type Role, type World } from "../fake_aws/world.ts";
import { Sandbox } from "./sandbox.ts";

const ADMIN: Role = {
  arn: "arn:aws:iam::111111111111:role/admin",
  trusts: ["arn:aws:iam::111111111111:user/alice"],
};
const WORLD: World = { users: [ALICE], roles: [ADMIN] };

Deno.test("a command runs under the role, and again from the cache", async () => {
  await using aws = new FakeAws(WORLD);
  await using box = new Sandbox(aws);
  const first = await box.run([
    "--role",
    "admin",
    "printenv",
    "AWS_ACCESS_KEY_ID",
  ]);
  assertEquals([first.status, first.stderr], [0, ""]);
  assertMatch(first.stdout, /^ASIA[0-9A-F]{16}\n$/);
  assertEquals(aws.calls.map(({ action }) => action), [
    "GetCallerIdentity",
    "AssumeRole",
  ]);
  assertEquals(aws.calls[1]?.params.RoleSessionName, "alice");

  const second = await box.run([
    "--role",
    "admin",
    "printenv",
    "AWS_ACCESS_KEY_ID",
  ]);
  assertEquals(second, first);
  assertEquals(aws.calls.length, 2);
});

Deno.test("without a command, the three variables are printed", async () => {
  await using aws = new FakeAws(WORLD);
  await using box = new Sandbox(aws);
  const { status, stdout, stderr } = await box.run(["-r", "admin"]);
  assertEquals([status, stderr], [0, ""]);
  assertMatch(
    stdout,
    /^AWS_ACCESS_KEY_ID=ASIA\w{16}\nAWS_SECRET_ACCESS_KEY=\S{40}\nAWS_SESSION_TOKEN=\S+\n$/,
  );
  assertNotMatch(stdout, new RegExp(ALICE.accessKeyId));
});

Deno.test("the command's exit status is ours", async () => {
  await using aws = new FakeAws(WORLD);
  await using box = new Sandbox(aws);
  for (const status of [0, 1, 42, 125, 255]) {
    const result = await box.run([
      "-r",
      "admin",
      "--",
      "sh",
      "-c",
      `exit ${status}`,
    ]);
    assertEquals(result, { status, signal: null, stdout: "", stderr: "" });
  }
});
