/** `--init`: from nothing to a run. */
import { assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path/join";
import { FakeAws } from "../fake_aws/server.ts";
import { ALICE } from "../fake_aws/world.ts";
import { keysOf, TestHome } from "./test_home.ts";
import { WORLD } from "./worlds.ts";

const CONFIG = `[profile work]
region = eu-west-1

[profile prod]
role_arn = arn:aws:iam::111111111111:role/admin
source_profile = work
`;

/** A sandbox with AWS's files, and none of ours. */
function fresh(aws?: FakeAws): TestHome {
  const box = new TestHome(aws);
  Deno.removeSync(join(box.project, "assume-role.yaml"));
  return box;
}

Deno.test("--init writes a file that a role can be assumed with, and prints the policy", async () => {
  await using aws = new FakeAws(WORLD);
  await using box = fresh(aws);
  box.writeHome(".aws/credentials", keysOf(ALICE, "work"));
  box.writeHome(".aws/config", CONFIG);
  const result = await box.run(["--init"]);
  const path = join(box.project, "assume-role.yaml");
  assertEquals([result.status, result.stderr], [
    0,
    `assume-role: wrote ${path}
assume-role: who assumes roles needs this policy:
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
    const run = await box.run(["-r", role]);
    assertEquals([run.status, run.stderr], [0, ""]);
    assertMatch(run.stdout, /^AWS_ACCESS_KEY_ID=ASIA/);
  }
});

Deno.test("--init overwrites nothing, not even what a link leads to", async () => {
  await using box = fresh();
  const path = box.write("assume-role.yaml", "region: eu-west-1\n");
  const denied = {
    status: 125,
    signal: null,
    stdout: "",
    stderr: `assume-role: error: Cannot write ${path}: it is there already
assume-role: hint: move it away to get a new one, or change it by hand
`,
  };
  assertEquals(await box.run(["--init"]), denied);
  assertEquals(Deno.readTextFileSync(path), "region: eu-west-1\n");
  if (Deno.build.os === "windows") return;
  Deno.removeSync(path);
  Deno.symlinkSync(join(box.home, "elsewhere"), path);
  assertEquals(await box.run(["--init"]), denied);
  assertEquals([...Deno.readDirSync(box.home)].map(({ name }) => name), [
    ".aws",
  ]);
});

Deno.test("--init says what it does not know", async () => {
  await using box = fresh();
  const result = await box.run(["--init"]);
  assertMatch(result.stdout, /iam::<account-ID>:user/);
  assertMatch(result.stderr, /with the ID of their account:\n$/);
  const quiet = await box.run(["-q", "--init"], { cwd: box.home });
  assertEquals([quiet.status, quiet.stderr], [0, ""]);
});
