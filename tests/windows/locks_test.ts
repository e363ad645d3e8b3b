/** Many processes at once: locks, one call for all, and no lost edit of a shared file. */
import { assertEquals, assertMatch } from "@std/assert";
import { runTogether } from "../e2e/together.ts";
import { eventually } from "../e2e/test_home.ts";
import { PREFIX } from "../identifiers.ts";
import { deno, fixture, windows, type WindowsTest } from "./windows.ts";

/** The number of processes that run at once. */
const COUNT = 8;
const ECHO_ROLE = ["cmd", "/c", "echo %ASSUME_ROLE_ARN%"];

for (const force of [[], ["-f"]]) {
  const which = force.length > 0 ? "with -f" : "with an empty cache";
  windows(
    `${COUNT} processes ${which} make one call`,
    async ({ aws, home, run }) => {
      if (force.length > 0) await run(["-r", "admin", ...ECHO_ROLE]);
      const before = aws.count("AssumeRole");
      const results = await runTogether(
        aws,
        home,
        COUNT,
        [...force, "-r", "admin", ...ECHO_ROLE],
      );
      for (const { status, stdout, stderr } of results) {
        assertEquals([status, stdout, stderr], [0, `${PREFIX}admin\r\n`, ""]);
      }
      assertEquals(aws.count("AssumeRole") - before, 1);
      assertNoLocks({ home });
    },
  );
}

windows(
  `${COUNT} processes whose role AWS denies make one call, and all report the error`,
  async ({ aws, home }) => {
    const results = await runTogether(
      aws,
      home,
      COUNT,
      ["-r", "others", ...ECHO_ROLE],
    );
    const [first] = results;
    assertMatch(first!.stderr, /^assume-role: error: .*role\/others/);
    for (const result of results) {
      assertEquals(result, { ...first!, status: 125, stdout: "" });
    }
    assertEquals(aws.count("AssumeRole"), 1);
    assertNoLocks({ home });
  },
);

windows(
  "a program that writes late to a replaced ~/.aws/credentials loses nothing",
  async ({ home, run }) => {
    const keys = home.readHome(".aws/credentials");
    const path = home.writeHome(".aws/credentials", keys);
    const late = home.exec([...deno(fixture("write_late.ts")), path]);
    await eventually(() => home.readHome(".aws/credentials") === "");
    const result = await run(
      ["-f", "-r", "admin", ...ECHO_ROLE],
      { env: keysFrom(keys) },
    );
    assertEquals([result.status, result.stderr], [0, ""]);
    assertEquals((await late).status, 0);
    const after = home.readHome(".aws/credentials");
    assertMatch(after, /^\[late\]\nregion = x$/m);
    assertMatch(after, /^\[111111111111-admin\]$/m);
  },
);

// Wine lets a program replace an open file, so that this test can only fail on Windows.
windows(
  "a program that has ~/.aws/credentials open only delays the saved profile",
  async ({ home, run }) => {
    const path = home.writeHome(
      ".aws/credentials",
      home.readHome(".aws/credentials"),
    );
    const holding = home.exec([...deno(fixture("hold_file.ts")), path]);
    const result = await run(["-r", "admin", ...ECHO_ROLE]);
    assertEquals([result.status, result.stderr], [0, ""]);
    assertMatch(home.readHome(".aws/credentials"), /^\[111111111111-admin\]$/m);
    await holding;
  },
);

/** Returns variables with the keys of the first profile of a credentials file. */
function keysFrom(text: string): Record<string, string> {
  const value = (key: string) =>
    new RegExp(`^${key} = (.*)$`, "m").exec(text)![1]!;
  return {
    AWS_ACCESS_KEY_ID: value("aws_access_key_id"),
    AWS_SECRET_ACCESS_KEY: value("aws_secret_access_key"),
  };
}

function assertNoLocks({ home }: Pick<WindowsTest, "home">): void {
  const names = home.list(".aws/assume-role/cache");
  assertEquals(names.filter((name) => /\.(?:lock|tmp)$/.test(name)), []);
}
