/** Roles, the cache and exit statuses. */
import { assertEquals, assertMatch } from "@std/assert";
import { ADMIN_ARN, PREFIX } from "../identifiers.ts";
import { deno, fixture, windows } from "./windows.ts";

/** A command that prints the ARN of its role. */
const ECHO_ROLE = ["cmd", "/c", "echo %ASSUME_ROLE_ARN%"];

windows(
  "a command runs under the role; the second run makes no request",
  async ({ aws, run }) => {
    const expected = { status: 0, stdout: `${ADMIN_ARN}\r\n`, stderr: "" };
    assertEquals(await run(["-r", "admin", ...ECHO_ROLE]), expected);
    assertEquals(aws.actions(), ["GetCallerIdentity", "AssumeRole"]);
    assertEquals(await run(["-r", "admin", ...ECHO_ROLE]), expected);
    await aws.stop();
    assertEquals(await run(["-r", "admin", ...ECHO_ROLE]), expected);
    assertEquals(aws.actions().length, 2);
  },
);

windows(
  "a role that AWS denies fails with status 125",
  async ({ run }) => {
    const { status, stdout, stderr } = await run(["-r", "others", "cmd"]);
    assertEquals([status, stdout], [125, ""]);
    assertMatch(
      stderr,
      new RegExp(`^assume-role: error: .*${PREFIX}others`),
    );
  },
);

for (const status of [0, 1, 255, 300, -1, 0xC000013A | 0]) {
  windows(
    `the exit status ${status} of a command is passed on`,
    async ({ run }) => {
      const command = deno(fixture("exit.ts")).concat(`${status}`);
      const result = await run(["-r", "admin", ...command]);
      assertEquals(result, { status, stdout: "", stderr: "" });
    },
  );
}

windows(
  "a command that is missing or cannot run has status 127 or 126",
  async ({ home, run }) => {
    const missing = await run(["-r", "admin", "no-such-command"]);
    assertEquals(missing.status, 127);
    assertMatch(missing.stderr, /'no-such-command': command not found\n/);
    const path = home.write("notes.exe", "not a program");
    const broken = await run(["-r", "admin", path]);
    assertEquals(broken.status, 126, broken.stderr);
  },
);

windows(
  "--clear-cache forgets sessions and removes the saved profiles",
  async ({ aws, home, run }) => {
    await run(["-r", "admin", ...ECHO_ROLE]);
    assertMatch(home.readHome(".aws/credentials"), /\[111111111111-admin\]/);
    assertEquals((await run("--clear-cache")).status, 0);
    assertEquals(
      home.readHome(".aws/credentials").includes("111111111111-admin"),
      false,
    );
    await run(["-r", "admin", ...ECHO_ROLE]);
    assertEquals(
      aws.actions().filter((action) => action === "AssumeRole").length,
      2,
    );
  },
);
