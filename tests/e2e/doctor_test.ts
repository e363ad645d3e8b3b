/** `--doctor`: problems of the machine and the configuration. */
import { assertEquals, assertMatch } from "@std/assert";
import { ALICE, e2e, type Result, terminal, unix } from "../mod.ts";

/** Returns the lines that start with a level, such as `problem`, and contain a text. */
function about({ stdout }: Result, level: string, text: string): string[] {
  return stdout.split("\n").filter((line) =>
    line.startsWith(level) && line.includes(text)
  );
}

e2e(
  "--doctor -v prints a line for each check, and every line is ok if there is no problem",
  unix,
  async ({ aws, run }) => {
    const result = await run("--doctor -v");
    assertEquals([result.status, result.stderr], [0, ""]);
    assertEquals(
      result.stdout.split("\n").filter((line) =>
        !/^(?:ok {7}|warning {2}|problem {2})\S/.test(line)
      ),
      ["no problems, 1 warning, 15 checks passed", ""],
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
    assertEquals(aws.actions(), [
      "GetCallerIdentity",
      "ListMFADevices",
    ]);
  },
);

e2e(
  "--doctor reports that a terminal allows prompts",
  terminal,
  async ({ home }) => {
    const result = await home.runOnTerminal("--doctor -v", []);
    assertEquals(
      about(result, "ok", "terminal: prompts are possible").length,
      1,
    );
  },
);

e2e(
  "--doctor reports a clock that is wrong",
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

e2e("--doctor reports keys that AWS rejects", async ({ aws, run }) => {
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
  "--doctor reports endpoints that do not respond",
  { offline: true },
  async ({ run }) => {
    const result = await run("--doctor");
    assertEquals(result.status, 125);
    assertEquals(about(result, "problem", "endpoint of STS").length, 1);
    assertEquals(about(result, "warning", "endpoint of IAM").length, 1);
  },
);

e2e(
  "--doctor reports files that other users can read or write, and continues",
  unix,
  async ({ home, run }) => {
    Deno.chmodSync(`${home.project}/assume-role.yaml`, 0o666);
    Deno.chmodSync(`${home.path}/.aws/credentials`, 0o644);
    Deno.mkdirSync(`${home.path}/.aws/assume-role/cache`, { recursive: true });
    Deno.chmodSync(`${home.path}/.aws/assume-role/cache`, 0o777);
    const result = await run("--doctor -v");
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
  "--doctor reports an access key without its secret",
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
