/** `--init`: writing an assume-role.yaml that works. */
import { assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path/join";
import {
  ALICE,
  assertFails,
  e2e,
  type FakeAws,
  keysOf,
  TestHome,
} from "../mod.ts";

const CONFIG = `[profile work]
region = eu-west-1

[profile prod]
role_arn = arn:aws:iam::111111111111:role/admin
source_profile = work
`;

/** A home with AWS's files, but without assume-role.yaml. */
function homeWithoutConfig(aws?: FakeAws): TestHome {
  const home = new TestHome(aws);
  Deno.removeSync(join(home.project, "assume-role.yaml"));
  return home;
}

e2e(
  "--init writes a configuration that works, and prints the IAM policy that users need",
  { home: homeWithoutConfig },
  async ({ aws, home, run }) => {
    home.writeHome(".aws/credentials", keysOf(ALICE, "work"));
    home.writeHome(".aws/config", CONFIG);
    const result = await run("--init");
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
      const { status, stdout, stderr } = await run(`-r ${role}`);
      assertEquals([status, stderr], [0, ""]);
      assertMatch(stdout, /^AWS_ACCESS_KEY_ID=ASIA/);
    }
  },
);

e2e("--init overwrites no file, and follows no symlink", {
  home: homeWithoutConfig,
}, async ({ home, run }) => {
  const path = home.write("assume-role.yaml", "region: eu-west-1\n");
  const denied = {
    error: `Cannot write ${path}: the file already exists`,
    hint: "edit the file, or move the file away to get a new one",
  };
  assertFails(await run("--init"), denied);
  assertEquals(Deno.readTextFileSync(path), "region: eu-west-1\n");
  if (Deno.build.os === "windows") return;
  Deno.removeSync(path);
  Deno.symlinkSync(join(home.path, "elsewhere"), path);
  assertFails(await run("--init"), denied);
  assertEquals([...Deno.readDirSync(home.path)].map(({ name }) => name), [
    ".aws",
  ]);
});

e2e("--init writes placeholders for values that it cannot find out", {
  offline: true,
  home: () => homeWithoutConfig(),
}, async ({ home, run }) => {
  const result = await run("--init");
  assertMatch(result.stdout, /iam::<account-ID>:user/);
  assertMatch(result.stderr, /need this policy \(replace <account-ID>\):\n$/);
  const quiet = await run("-q --init", { cwd: home.path });
  assertEquals([quiet.status, quiet.stderr], [0, ""]);
});

e2e(
  "--init removes the temporary files of killed runs, but not those of a run that may be writing",
  async ({ home, run }) => {
    Deno.removeSync(join(home.project, "assume-role.yaml"));
    home.write(".assume-role-0123abcd.tmp", "role_pre");
    home.write(".assume-role-4567cdef.tmp", "role_pre");
    const minutesAgo = Date.now() / 1000 - 120;
    const old = join(home.project, ".assume-role-0123abcd.tmp");
    Deno.utimeSync(old, minutesAgo, minutesAgo);
    assertEquals((await run("--init")).status, 0);
    const names = [...Deno.readDirSync(home.project)].map(({ name }) => name);
    assertEquals(names.sort(), [
      ".assume-role-4567cdef.tmp",
      "assume-role.yaml",
    ]);
  },
);
