/** `--format github`: masks in the log, and variables for the later steps of a job. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path/join";
import {
  ADMIN_ARN,
  ADMIN_SESSION_ARN,
  argv,
  assertFails,
  e2e,
  program,
  root,
  type TestHome,
  unix,
} from "../mod.ts";
import { parseEnvFile } from "./github_runner.ts";

/** Creates an empty file in the project, and returns its path. */
const emptyFile = (home: TestHome, name: string) => home.write(name, "");

for (const from of ["a new session", "a stored plan"]) {
  e2e(
    `--format github masks the keys on stdout, and appends the session to $GITHUB_ENV; from ${from}`,
    async ({ aws, home, run }) => {
      // The last line of the file has no line end.
      const path = home.write("env", "BEFORE=1");
      const env = {
        GITHUB_ENV: path,
        AWS_ACCOUNT_ID: "999999999999",
        AWS_CREDENTIAL_SCOPE: "",
      };
      const args = "-r admin --region eu-west-3 --format github";
      if (from === "a stored plan") {
        const other = { ...env, GITHUB_ENV: emptyFile(home, "other") };
        assertEquals((await run(args, { env: other })).status, 0);
      }
      const { status, stdout, stderr } = await run(args, { env });
      assertEquals([status, stderr], [0, ""]);
      const text = Deno.readTextFileSync(path);
      const { AWS_CREDENTIAL_EXPIRATION, ASSUME_ROLE_SESSION, ...variables } =
        parseEnvFile(text);
      const keys = [
        variables.AWS_ACCESS_KEY_ID!,
        variables.AWS_SECRET_ACCESS_KEY!,
        variables.AWS_SESSION_TOKEN!,
      ];
      assertEquals(stdout, keys.map((key) => `::add-mask::${key}\n`).join(""));
      assertEquals(aws.sessionOf(keys[0]!)?.arn, ADMIN_SESSION_ARN);
      assertEquals(variables, {
        BEFORE: "1",
        AWS_ACCESS_KEY_ID: keys[0]!,
        AWS_SECRET_ACCESS_KEY: keys[1]!,
        AWS_SESSION_TOKEN: keys[2]!,
        AWS_REGION: "eu-west-3",
        AWS_DEFAULT_REGION: "eu-west-3",
        ASSUME_ROLE_ARN: ADMIN_ARN,
        AWS_ACCOUNT_ID: "", // GitHub Actions cannot remove a variable
      });
      assert(Date.parse(AWS_CREDENTIAL_EXPIRATION!) > Date.now());
      assertMatch(ASSUME_ROLE_SESSION!, /^[0-9a-f]{64}$/);
      const delimiters = text.match(/ghadelimiter_[0-9a-f-]{36}$/gm) ?? [];
      assertEquals(new Set(delimiters).size, 1);
      await run(args, { env });
      const all = Deno.readTextFileSync(path)
        .match(/ghadelimiter_[0-9a-f-]{36}$/gm) ?? [];
      assertEquals(new Set(all).size, 2);
    },
  );
}

e2e(
  "--format github without a usable $GITHUB_ENV fails before a call to AWS",
  async ({ aws, home, run }) => {
    const args = "-r admin --format github";
    for (const env of [{}, { GITHUB_ENV: "" }]) {
      assertFails(await run(args, { env }), {
        error: "Cannot use '--format github': GITHUB_ENV is not set",
        hint:
          "use the format in a step of GitHub Actions, or another format, such as '--format env'",
      });
    }
    for (
      const [path, reason] of [
        [join(home.project, "missing"), "no such file or directory"],
        [home.project, "is a directory"],
      ] as const
    ) {
      assertFails(await run(args, { env: { GITHUB_ENV: path } }), {
        error: `Cannot append to ${path}, the file of GITHUB_ENV: ${reason}`,
      });
    }
    assertEquals(aws.calls.length, 0);
  },
);

e2e(
  "--format github refuses a pipe or a device as $GITHUB_ENV, and does not wait for a reader",
  unix,
  async ({ home, run }) => {
    const pipe = join(home.project, "pipe");
    await home.exec(["mkfifo", pipe]);
    for (const path of [pipe, "/dev/null"]) {
      const env = { GITHUB_ENV: path };
      assertFails(await run("-r admin --format github", { env }), {
        error:
          `Cannot append to ${path}, the file of GITHUB_ENV: the file is not a regular file`,
      });
    }
  },
);

e2e("--format github says that $GITHUB_ENV is read-only", {
  ignore: root.ignore === false || unix.ignore, // root can write to every file
}, async ({ home, run }) => {
  const path = emptyFile(home, "env");
  Deno.chmodSync(path, 0o400);
  assertFails(
    await run("-r admin --format github", { env: { GITHUB_ENV: path } }),
    {
      error:
        `Cannot append to ${path}, the file of GITHUB_ENV: permission denied`,
    },
  );
});

e2e(
  "--format github fails if stdout is a file of GitHub Actions, by whatever path",
  unix,
  async ({ aws, home }) => {
    const path = emptyFile(home, "env");
    const link = join(home.project, "link");
    Deno.symlinkSync(path, link);
    const summary = emptyFile(home, "summary");
    for (
      const [name, file, at] of [
        ["GITHUB_ENV", path, path],
        ["GITHUB_ENV", path, link],
        ["GITHUB_STEP_SUMMARY", summary, summary],
      ] as const
    ) {
      const env = { GITHUB_ENV: path, GITHUB_STEP_SUMMARY: summary };
      const script = 'out=$1; shift; "$@" >>"$out"';
      const command = argv`${program()} -r admin --format github`;
      const result = await home.sh(script, [at, ...command], { env });
      assertFails(result, {
        error:
          `Cannot use '--format github': stdout is the file $${name}, and must be the log`,
        hint:
          `leave out '>> "$${name}"': assume-role appends to $GITHUB_ENV itself`,
      });
      assertEquals(Deno.readTextFileSync(file), "");
    }
    assertEquals(aws.calls.length, 0);
  },
);

e2e(
  "--format github fails if stdout is closed or /dev/null, because the log then shows the keys",
  unix,
  async ({ aws, home }) => {
    const path = emptyFile(home, "env");
    const command = argv`${program()} -r admin --format github`;
    for (const redirection of [">/dev/null", ">&-", "1<>/dev/null"]) {
      const result = await home.sh(`"$@" ${redirection}`, command, {
        env: { GITHUB_ENV: path },
      });
      assertFails(result, {
        error:
          "Cannot use '--format github': stdout is closed or /dev/null, and must be the log",
        hint:
          "leave out '>/dev/null': assume-role prints only the commands that hide the keys in the log",
      });
    }
    assertEquals([aws.calls.length, Deno.readTextFileSync(path)], [0, ""]);
  },
);

e2e(
  "--format github refuses AWS_PROFILE, which later steps would keep and which some SDKs prefer to the session",
  async ({ aws, home, run }) => {
    const path = emptyFile(home, "env");
    for (const name of ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"]) {
      const env = { GITHUB_ENV: path, [name]: "default" };
      assertFails(await run("-r admin --format github", { env }), {
        error:
          `Cannot hide ${name} from the later steps: GitHub Actions cannot unset a variable`,
        hint:
          `remove ${name} from the workflow, and name the profile with '--profile'`,
      });
    }
    assertEquals([aws.calls.length, Deno.readTextFileSync(path)], [0, ""]);
    const env = { GITHUB_ENV: path };
    const result = await run("-r admin --profile default --format github", {
      env,
    });
    assertEquals(result.status, 0);
  },
);

e2e(
  "another format whose output goes to $GITHUB_ENV is printed with a warning, because the log does not hide its keys",
  unix,
  async ({ home }) => {
    const path = emptyFile(home, "env");
    const env = { GITHUB_ENV: path };
    const command = argv`${program()} -r admin`;
    const result = await home.sh('"$@" >>"$GITHUB_ENV"', command, { env });
    assertEquals([result.status, result.stderr], [
      0,
      "assume-role: warning: The log of GitHub Actions does not hide the credentials in $GITHUB_ENV; use '--format github' instead, without '>>'\n",
    ]);
    assertMatch(Deno.readTextFileSync(path), /^AWS_ACCESS_KEY_ID=ASIA/);
    const elsewhere = await home.sh('"$@"', command, { env });
    assertEquals(elsewhere.stderr, "");
  },
);

e2e(
  "a later step with the variables of --format github can switch to another role",
  async ({ aws, home, run }) => {
    const path = emptyFile(home, "env");
    const github = { env: { GITHUB_ENV: path } };
    assertEquals((await run("-r admin --format github", github)).status, 0);
    const env = parseEnvFile(Deno.readTextFileSync(path));
    const result = await run("-r team-a/long true", { env });
    assertEquals([result.status, result.stderr], [0, ""]);
    assertEquals(aws.count("AssumeRole"), 2);
  },
);

e2e(
  "--format github prints the commands that hide the keys before all messages, and no message is a workflow command",
  unix,
  async ({ home }) => {
    const env = { GITHUB_ENV: emptyFile(home, "env") };
    const command = argv`${program()} -v -r admin --format github`;
    const { status, stdout } = await home.sh('"$@" 2>&1', command, { env });
    assertEquals(status, 0);
    assertMatch(
      stdout,
      /^(?:::add-mask::\S+\n){3}assume-role: [^]*asking STS for /,
    );
    const unknown = argv`${program()} -r ##[stop-commands]x --format github`;
    const failed = await home.sh('"$@"', unknown, { env });
    assertEquals(failed.status, 125);
    assertMatch(failed.stderr, /# #\[stop-commands\]x/);
    assert(!failed.stderr.includes("##["), failed.stderr);
  },
);
