/** `--doctor`: what is wrong around here, and what to do about it. */
import { e2e } from "../mod.ts";
import { assertEquals, assertMatch } from "@std/assert";
import { ALICE } from "../fake_aws/world.ts";
import { HAS_TERMINAL, type Result } from "./test_home.ts";

const unix = { ignore: Deno.build.os === "windows" };

/** The lines of a level that are about something. */
function about({ stdout }: Result, level: string, text: string): string[] {
  return stdout.split("\n").filter((line) =>
    line.startsWith(level) && line.includes(text)
  );
}

e2e(
  "--doctor has a line for each check, and is content",
  async ({ aws, run }) => {
    const result = await run("--doctor");
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
        "assume-role.yaml: other users cannot",
        ".aws/credentials: other users cannot",
        "cache: ",
        "profiles and variables: ",
        "endpoint of STS: ",
        "endpoint of IAM: ",
        "clock: agrees",
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
  },
);

e2e(
  "--doctor finds the terminal",
  { ignore: !HAS_TERMINAL },
  async ({ home }) => {
    const result = await home.runOnTerminal("--doctor", []);
    assertEquals(
      about(result, "ok", "terminal: prompts are possible").length,
      1,
    );
  },
);

e2e(
  "--doctor finds a clock that is off",
  { aws: { clockOffset: 3600_000 } },
  async ({ run }) => {
    const result = await run("--doctor");
    assertEquals(result.status, 125);
    assertMatch(
      about(result, "problem", "clock")[0]!,
      /clock: (?:1h|59m5\ds) behind AWS's clock; synchronize/,
    );
  },
);

e2e("--doctor finds keys that do not work", async ({ aws, run }) => {
  aws.fail("GetCallerIdentity", {
    kind: "error",
    code: "InvalidClientTokenId",
    status: 403,
  });
  const result = await run("--doctor");
  assertEquals(result.status, 125);
  assertMatch(
    about(result, "problem", "base identity")[0]!,
    /AWS does not know the base access key.*; /,
  );
});

e2e(
  "--doctor finds that nobody answers",
  { offline: true },
  async ({ run }) => {
    const result = await run("--doctor");
    assertEquals(result.status, 125);
    assertEquals(about(result, "problem", "endpoint of STS").length, 1);
    assertEquals(about(result, "warning", "endpoint of IAM").length, 1);
  },
);

e2e(
  "--doctor finds files that others get at, and goes on",
  unix,
  async ({ home, run }) => {
    Deno.chmodSync(`${home.project}/assume-role.yaml`, 0o666);
    Deno.chmodSync(`${home.path}/.aws/credentials`, 0o644);
    Deno.mkdirSync(`${home.path}/.aws/assume-role/cache`, { recursive: true });
    Deno.chmodSync(`${home.path}/.aws/assume-role/cache`, 0o777);
    const result = await run("--doctor");
    assertEquals(result.status, 125);
    assertMatch(
      about(result, "problem", "assume-role.yaml")[0]!,
      /other users can write to the file; .*chmod go-w/,
    );
    assertMatch(
      about(result, "warning", ".aws/credentials")[0]!,
      /other users can read the credentials; run: chmod go-rwx/,
    );
    assertEquals(about(result, "problem", "cache: ").length, 1);
    assertEquals(about(result, "ok", "base identity: ").length, 1);
  },
);

e2e(
  "--doctor finds half a pair of keys",
  { offline: true },
  async ({ run }) => {
    const env = { AWS_ACCESS_KEY_ID: "AKIAHALF" };
    const result = await run("--doctor", { env });
    assertEquals(result.status, 125);
    assertEquals(
      about(result, "problem", "AWS_ACCESS_KEY_ID is set, but").length > 0,
      true,
    );
    assertEquals(result.stdout.includes("AKIAHALF"), false);
  },
);
