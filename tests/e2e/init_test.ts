/** `--init`: from nothing to a run. */
import { e2e } from "../mod.ts";
import { assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path/join";
import type { FakeAws } from "../fake_aws/server.ts";
import { ALICE } from "../fake_aws/world.ts";
import { keysOf, TestHome } from "./test_home.ts";

const CONFIG = `[profile work]
region = eu-west-1

[profile prod]
role_arn = arn:aws:iam::111111111111:role/admin
source_profile = work
`;

/** A sandbox with AWS's files, and none of ours. */
function fresh(aws?: FakeAws): TestHome {
  const home = new TestHome(aws);
  Deno.removeSync(join(home.project, "assume-role.yaml"));
  return home;
}

e2e(
  "--init writes a file that a role can be assumed with, and prints the policy",
  { home: fresh },
  async ({ aws, home }) => {
    home.writeHome(".aws/credentials", keysOf(ALICE, "work"));
    home.writeHome(".aws/config", CONFIG);
    const result = await home.run("--init");
    const path = join(home.project, "assume-role.yaml");
    assertEquals([result.status, result.stderr], [
      0,
      `assume-role: wrote ${path}
assume-role: users who assume roles need this policy:
`,
    ]);
    assertEquals(JSON.parse(result.stdout).Statement[0].Action, [
      "iam:GetUser",
      "iam:ListMFADevices",
    ]);
    assertEquals(aws.calls.length, 0);
    const text = Deno.readTextFileSync(path);
    assertEquals(text.match(/^ *\w+:.*$/gm), [
      "role_prefix: arn:aws:iam::111111111111:role/",
      "profile: work",
      "region: eu-west-1",
      "roles:",
      "  prod:",
      "    role_arn: arn:aws:iam::111111111111:role/admin",
    ]);
    for (const role of ["prod", "team-a/long"]) {
      const run = await home.run(["-r", role]);
      assertEquals([run.status, run.stderr], [0, ""]);
      assertMatch(run.stdout, /^AWS_ACCESS_KEY_ID=ASIA/);
    }
  },
);

Deno.test("--init overwrites nothing, not even what a link leads to", async () => {
  await using home = fresh();
  const path = home.write("assume-role.yaml", "region: eu-west-1\n");
  const denied = {
    status: 125,
    signal: null,
    stdout: "",
    stderr: `assume-role: error: Cannot write ${path}: the file already exists
assume-role: hint: edit the file, or move the file away to get a new one
`,
  };
  assertEquals(await home.run("--init"), denied);
  assertEquals(Deno.readTextFileSync(path), "region: eu-west-1\n");
  if (Deno.build.os === "windows") return;
  Deno.removeSync(path);
  Deno.symlinkSync(join(home.path, "elsewhere"), path);
  assertEquals(await home.run("--init"), denied);
  assertEquals([...Deno.readDirSync(home.path)].map(({ name }) => name), [
    ".aws",
  ]);
});

Deno.test("--init says what it does not know", async () => {
  await using home = fresh();
  const result = await home.run("--init");
  assertMatch(result.stdout, /iam::<account-ID>:user/);
  assertMatch(result.stderr, /need this policy \(replace <account-ID>\):\n$/);
  const quiet = await home.run("-q --init", { cwd: home.path });
  assertEquals([quiet.status, quiet.stderr], [0, ""]);
});
