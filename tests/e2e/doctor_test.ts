/** `--doctor`: what is wrong around here, and what to do about it. */
import { assertEquals, assertMatch } from "@std/assert";
import { FakeAws } from "../fake_aws/server.ts";
import { ALICE } from "../fake_aws/world.ts";
import { HAS_TERMINAL, type Result, TestHome } from "./test_home.ts";
import { WORLD } from "./worlds.ts";

const unix = { ignore: Deno.build.os === "windows" };

/** The lines of a level that are about something. */
function about({ stdout }: Result, level: string, text: string): string[] {
  return stdout.split("\n").filter((line) =>
    line.startsWith(level) && line.includes(text)
  );
}

Deno.test("--doctor has a line for each check, and is content", async () => {
  await using aws = new FakeAws(WORLD);
  await using box = new TestHome(aws);
  const result = await box.run(["--doctor"]);
  assertEquals([result.status, result.stderr], [0, ""]);
  assertEquals(
    result.stdout.split("\n").filter((line) =>
      !/^(?:ok {7}|warning {2}|problem {2})\S/.test(line)
    ),
    [""],
  );
  for (
    const text of [
      "versions: Deno ",
      "assume-role.yaml: it is yours",
      ".aws/credentials: it is yours",
      "cache: ",
      "profiles and variables: ",
      "endpoint of STS: ",
      "endpoint of IAM: ",
      "clock: it agrees",
      `base identity: arn:aws:iam::111111111111:user/alice`,
      "MFA: arn:aws:iam::111111111111:mfa/alice",
    ]
  ) assertEquals(about(result, "ok", text).length, 1, text);
  assertEquals(about(result, "problem", ""), []);
  assertEquals(result.stdout.includes(ALICE.secretAccessKey), false);
  assertEquals(aws.calls.map(({ action }) => action), [
    "GetCallerIdentity",
    "ListMFADevices",
  ]);
});

Deno.test(
  "--doctor finds the terminal",
  { ignore: !HAS_TERMINAL },
  async () => {
    await using aws = new FakeAws(WORLD);
    await using box = new TestHome(aws);
    const result = await box.runOnTerminal(["--doctor"], []);
    assertEquals(about(result, "ok", "terminal: you can be asked").length, 1);
  },
);

Deno.test("--doctor finds a clock that is off", async () => {
  await using aws = new FakeAws(WORLD, { clockOffset: 3600_000 });
  await using box = new TestHome(aws);
  const result = await box.run(["--doctor"]);
  assertEquals(result.status, 125);
  assertMatch(
    about(result, "problem", "clock")[0]!,
    /it is (?:1h|59m5\ds) behind AWS's; set it/,
  );
});

Deno.test("--doctor finds keys that do not work", async () => {
  await using aws = new FakeAws(WORLD);
  await using box = new TestHome(aws);
  aws.fail("GetCallerIdentity", {
    kind: "error",
    code: "InvalidClientTokenId",
    status: 403,
  });
  const result = await box.run(["--doctor"]);
  assertEquals(result.status, 125);
  assertMatch(
    about(result, "problem", "base identity")[0]!,
    /AWS does not know the base access key.*; /,
  );
});

Deno.test("--doctor finds that nobody answers", async () => {
  await using box = new TestHome();
  const result = await box.run(["--doctor"]);
  assertEquals(result.status, 125);
  assertEquals(about(result, "problem", "endpoint of STS").length, 1);
  assertEquals(about(result, "warning", "endpoint of IAM").length, 1);
});

Deno.test(
  "--doctor finds files that others get at, and goes on",
  unix,
  async () => {
    await using aws = new FakeAws(WORLD);
    await using box = new TestHome(aws);
    Deno.chmodSync(`${box.project}/assume-role.yaml`, 0o666);
    Deno.chmodSync(`${box.home}/.aws/credentials`, 0o644);
    Deno.mkdirSync(`${box.home}/.aws/assume-role/cache`, { recursive: true });
    Deno.chmodSync(`${box.home}/.aws/assume-role/cache`, 0o777);
    const result = await box.run(["--doctor"]);
    assertEquals(result.status, 125);
    assertMatch(
      about(result, "problem", "assume-role.yaml")[0]!,
      /others may write to it; .*chmod go-w/,
    );
    assertMatch(
      about(result, "warning", ".aws/credentials")[0]!,
      /others may read the keys in it; chmod go-rwx/,
    );
    assertEquals(about(result, "problem", "cache: ").length, 1);
    assertEquals(about(result, "ok", "base identity: ").length, 1);
  },
);

Deno.test("--doctor finds half a pair of keys", async () => {
  await using box = new TestHome();
  const env = { AWS_ACCESS_KEY_ID: "AKIAHALF" };
  const result = await box.run(["--doctor"], { env });
  assertEquals(result.status, 125);
  assertEquals(
    about(result, "problem", "AWS_ACCESS_KEY_ID is set, but").length > 0,
    true,
  );
  assertEquals(result.stdout.includes("AKIAHALF"), false);
});
