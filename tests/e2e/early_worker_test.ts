/**
 * The worker of the AWS SDK starts before the plan is made, but only if the run needs the
 * worker. A run that does not need it after all is the same as without it.
 */
import { assertEquals } from "@std/assert";
import { join } from "@std/path/join";
import {
  ADMIN_ARN,
  ALICE,
  argv,
  assertFails,
  e2e,
  type FakeAws,
  linux,
  PREFIX,
  processOutput,
  terminalOnLinux,
  TestHome,
  unix,
} from "../mod.ts";
import { ageSessions } from "./age_sessions.ts";

/**
 * A home whose `credential_process` lists the threads of assume-role. The program runs before
 * the first request to AWS.
 */
function homeWithProgram(aws: FakeAws): TestHome {
  const home = new TestHome(aws);
  home.write("assume-role.yaml", "");
  home.writeHome(".aws/credentials", "");
  home.writeHome("keys.json", processOutput(ALICE));
  const program = home.writeHome(
    "bin/keys",
    `#!/bin/sh
at=$PPID
while [ "$(ls /proc/$at/task | wc -l)" = 1 ]; do # a shell
  at=$(sed 's/.*) . \\([0-9]*\\) .*/\\1/' /proc/$at/stat)
done
cat /proc/$at/task/*/comm >~/threads
cat ~/keys.json
`,
  );
  Deno.chmodSync(program, 0o700);
  home.writeHome(
    ".aws/config",
    `[profile keys]\ncredential_process = ${program}\n` +
      ["admin", "team-a/long"].map((name) =>
        `[profile ${name}]\nrole_arn = ${PREFIX}${name}\nsource_profile = keys\n`
      ).join(""),
  );
  return home;
}

/** The number of workers that the program saw. */
function countWorkers(home: TestHome): number {
  const threads = Deno.readTextFileSync(join(home.path, "threads"));
  Deno.removeSync(join(home.path, "threads"));
  return threads.match(/^worker-\d+$/gm)?.length ?? 0;
}

e2e("the worker starts first if the run needs a session of AWS", {
  ...linux,
  home: homeWithProgram,
}, async ({ home, run }) => {
  const show = "printenv ASSUME_ROLE_ARN";
  const expected = { status: 0, signal: null, stderr: "" };
  const admin = { ...expected, stdout: `${ADMIN_ARN}\n` };
  const seen: Record<string, number> = {};
  assertEquals(await run(`-r admin ${show}`), admin);
  seen["no session is cached"] = countWorkers(home);
  assertEquals((await run("-r team-a/long true")).status, 0);
  seen["a session of another role is cached"] = countWorkers(home);
  ageSessions(home, 3_600_000);
  assertEquals(await run(`-r admin ${show}`), admin);
  seen["the session of the stored plan has expired"] = countWorkers(home);
  assertEquals(await run(`-f -r admin ${show}`), admin);
  seen["-f"] = countWorkers(home);
  home.removeCache();
  assertEquals((await run("-r admin --format process")).status, 0);
  seen["--format process"] = countWorkers(home);
  assertEquals(seen, {
    "no session is cached": 1,
    "a session of another role is cached": 0,
    "the session of the stored plan has expired": 1,
    "-f": 1,
    "--format process": 1,
  });
});

e2e("a run that lets the user choose a role starts one worker", {
  ignore: terminalOnLinux.ignore,
  home: homeWithProgram,
}, async ({ home }) => {
  home.write(
    "assume-role.yaml",
    `roles:\n  chosen: {role_arn: "${ADMIN_ARN}", profile: keys}\n`,
  );
  for (const command of ["true", "--format env"]) {
    home.removeCache();
    const { status } = await home.runOnTerminal(
      command,
      [["Esc to cancel", "chosen\r"]],
      { env: { TERM: "vt100" } },
    );
    assertEquals([status, countWorkers(home)], [0, 1], command);
  }
});

e2e(
  "a run that does not need the early worker ends as it would without the worker",
  unix,
  async ({ run }) => {
    for (const command of ["true", ""]) {
      assertFails(await run(`-r nobody ${command}`), { error: /nobody/ });
      assertFails(await run(`-r admin --duration=no ${command}`), {
        error: /duration/,
      });
    }
    // Keys alone need no session.
    const { status, stdout } = await run(
      argv`--profile default printenv AWS_ACCESS_KEY_ID`,
    );
    assertEquals([status, stdout], [125, ""]);
  },
);
