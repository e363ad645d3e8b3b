/** `--list`: the roles that are known, and what the cache has of them. */
import { assertEquals, assertMatch } from "@std/assert";
import { FakeAws } from "../fake_aws/server.ts";
import { HAS_TERMINAL, TestHome } from "./test_home.ts";
import { WORLD } from "./worlds.ts";

const PREFIX = "arn:aws:iam::111111111111:role/";
const PROJECT =
  `role_prefix: ${PREFIX}\nroles:\n  deploy: {}\n  boss:\n    role_arn: ${PREFIX}admin\n`;
const CONFIG =
  `[profile dev]\nrole_arn = ${PREFIX}dev\nsource_profile = default\n`;
const withoutTime = (text: string) =>
  text.replace(/\b(?:1h|(?:\d+m)?\d+s)$/gm, "<time>");

Deno.test("--list has a role a line from all sources, and asks nobody", async () => {
  await using aws = new FakeAws(WORLD);
  await using box = new TestHome(aws);
  for (const role of ["boss", "team-a/long"]) {
    box.write("assume-role.yaml", PROJECT);
    await box.run(["-r", role, "true"]);
  }
  box.writeHome(".aws/config", CONFIG);
  const calls = aws.calls.length;
  const { status, stdout, stderr } = await box.run(["--list"]);
  const file = `${box.project}/assume-role.yaml`;
  assertEquals(
    [status, withoutTime(stdout), stderr, aws.calls.length],
    [
      0,
      `deploy\t${PREFIX}deploy\t${file}:3:3\tnone\t-
boss\t${PREFIX}admin\t${file}:4:3\tfresh\t<time>
dev\t${PREFIX}dev\tprofile\tnone\t-
default\t-\tprofile (keys only)\tnone\t-
team-a/long\t${PREFIX}team-a/long\tcache\tfresh\t<time>
`,
      "",
      calls,
    ],
  );
});

Deno.test(
  "--list has columns on a terminal",
  { ignore: !HAS_TERMINAL },
  async () => {
    await using box = new TestHome();
    box.writeHome(".aws/config", CONFIG);
    const { status, stdout } = await box.runOnTerminal(["--list"], []);
    assertEquals(status, 0);
    assertMatch(
      stdout.replaceAll("\r", ""),
      /^NAME {5}ARN +FROM +CACHE {2}LEFT\ndev {6}\S+ {2}profile +none {3}-\ndefault {2}- +profile \(keys only\) {2}none {3}-\n$/,
    );
  },
);

Deno.test("--list says so if there are keys, but no roles", async () => {
  await using box = new TestHome();
  const { status, stdout, stderr } = await box.run(["--list"]);
  assertEquals([status, stdout, stderr], [
    0,
    "default\t-\tprofile (keys only)\tnone\t-\n",
    "assume-role: no roles are known: name some under 'roles' in assume-role.yaml\n",
  ]);
  assertEquals((await box.run(["--list", "-q"])).stderr, "");
});
