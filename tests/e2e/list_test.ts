/** `--list`: the known roles and their cached sessions. */
import { assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path/join";
import { e2e, PREFIX, terminal } from "../mod.ts";

const PROJECT =
  `role_prefix: ${PREFIX}\nroles:\n  deploy: {}\n  boss:\n    role_arn: ${PREFIX}admin\n`;
const CONFIG =
  `[profile dev]\nrole_arn = ${PREFIX}dev\nsource_profile = default\n`;
const withoutTime = (text: string) =>
  text.replace(/\b(?:1h|(?:\d+m)?\d+s)$/gm, "<time>");

e2e(
  "--list prints a line for each role from every source, and makes no request",
  async ({ aws, home, run }) => {
    for (const role of ["boss", "team-a/long"]) {
      home.write("assume-role.yaml", PROJECT);
      await run(`-r ${role} true`);
    }
    home.writeHome(".aws/config", CONFIG);
    const calls = aws.calls.length;
    const { status, stdout, stderr } = await run("--list");
    const file = join(home.project, "assume-role.yaml");
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
  },
);

e2e(
  "--list shows a session in the cache beside a profile that gets a session of the same role in another way",
  async ({ home, run }) => {
    home.writeHome(
      ".aws/config",
      `[profile cp]\nrole_arn = ${PREFIX}admin\nsource_profile = default\nexternal_id = x1\n`,
    );
    await run("-r admin true");
    assertEquals(
      withoutTime((await run("--list")).stdout),
      `cp\t${PREFIX}admin\tprofile (--profile only)\tnone\t-
default\t-\tprofile (keys only)\tnone\t-
admin\t${PREFIX}admin\tcache\tfresh\t<time>
`,
    );
  },
);

e2e("--list prints columns on a terminal", {
  ...terminal,
  offline: true,
}, async ({ home }) => {
  home.writeHome(".aws/config", CONFIG);
  const { status, stdout } = await home.runOnTerminal("--list", []);
  assertEquals(status, 0);
  assertMatch(
    stdout.replaceAll("\r", ""),
    /^NAME {5}ACCOUNT {7}ROLE {2}SESSION {2}NOTE\ndev {6}\d{12} {2}dev {3}-\ndefault {2}- {13}- {5}- {8}keys only\n$/,
  );
});

e2e(
  "--list prints a notice if a profile has access keys, but no role is known",
  { offline: true },
  async ({ run }) => {
    const { status, stdout, stderr } = await run("--list");
    assertEquals([status, stdout, stderr], [
      0,
      "default\t-\tprofile (keys only)\tnone\t-\n",
      "assume-role: no known roles: add roles under 'roles' in assume-role.yaml\n",
    ]);
    assertEquals((await run("--list -q")).stderr, "");
  },
);
