/**
 * Runs in a root directory without a shell, `/tmp`, a home and names of users, as in a
 * container `FROM scratch`. `docs/minimal-containers.md` has the user's side.
 */
import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { join } from "@std/path/join";
import {
  bare,
  bareExecutable,
  type BareOptions,
  BareRoot,
  librariesOf,
} from "./bare_root.ts";
import {
  ADMIN_ARN,
  ALICE,
  ALICE_ARN,
  argv,
  assertFails,
  type E2e,
  e2e,
  keysInEnv,
  keysOf,
  OK,
  PREFIX,
  PREFIX_YAML,
  processOutput,
  program,
  type Result,
  ROOT,
  root,
  SERIAL,
  terminal,
} from "../mod.ts";

/** The variables that say everything that a run needs. */
const ENV = { ...keysInEnv(ALICE), AWS_REGION: "eu-west-1" };
const DEPLOY_ARN = `${PREFIX}deploy`;

const warning = (text: string) => `assume-role: warning: ${text}\n`;
const NO_HOME = warning(
  "Cannot cache the credentials: there is no home directory: set HOME or ASSUME_ROLE_CACHE_DIR",
);
const unsaved = (home: string, reason: string) =>
  warning(
    `Cannot cache the credentials in ${home}/.aws/assume-role/cache: ${reason} (set ASSUME_ROLE_CACHE_DIR to use another directory); Cannot save the profile '111111111111-admin' in ${home}/.aws/credentials: ${reason}`,
  );

/** Runs assume-role in a bare root, with the variables `ENV`. */
type Run = (
  args: string | readonly string[],
  options?: BareOptions,
) => Promise<Result>;

/** Registers a test in a bare root. */
function inBareRoot(
  name: string,
  guard: { readonly ignore: boolean },
  test: (run: Run, bareRoot: BareRoot, context: E2e) => Promise<void>,
): void {
  e2e(name, { ignore: bare.ignore || guard.ignore }, async (context) => {
    const bareRoot = await BareRoot.create(context.home);
    const run: Run = (args, options = {}) =>
      bareRoot.run(args, { ...options, env: { ...ENV, ...options.env } });
    await test(run, bareRoot, context);
  });
}

const PRINT_ARN = `-r ${ADMIN_ARN} printenv ASSUME_ROLE_ARN`;
const PRINTED = { ...OK, stdout: `${ADMIN_ARN}\n` };

inBareRoot("without a home, each run has one warning", bare, async (run) => {
  for (const options of [{}, { parts: ["no-dev"] }] as const) {
    assertEquals(await run(PRINT_ARN, options), {
      ...PRINTED,
      stderr: NO_HOME,
    });
  }
  const { status, stdout, stderr } = await run(`-r ${ADMIN_ARN}`);
  assertEquals([status, stderr], [0, NO_HOME]);
  assertMatch(stdout, /^AWS_ACCESS_KEY_ID=\S+\n(AWS_\S+=\S+\n){2}$/);
  const served = await run(
    `-r ${ADMIN_ARN} --server printenv AWS_CONTAINER_CREDENTIALS_FULL_URI`,
  );
  assertEquals([served.status, served.stderr], [0, NO_HOME]);
  assertMatch(served.stdout, /^http:\/\/127\.0\.0\.1:\d+\/\n$/);
  const console = await run(`-r ${ADMIN_ARN} --console`);
  assertEquals([console.status, console.stderr], [0, NO_HOME]);
  assertEquals(
    (await run("sh -c true", { env: { HOME: "/cache" } })).status,
    125,
  );
  const missing = await run(`-q -r ${ADMIN_ARN} sh -c true`);
  assertEquals([missing.status, missing.stdout], [127, ""]);
});

inBareRoot("commands of our own need no home", bare, async (run) => {
  for (const args of ["--explain", `-r ${ADMIN_ARN} --explain`, "--version"]) {
    const { status, stderr } = await run(args);
    assertEquals([status, stderr], [0, ""], args);
  }
  const { status, stdout } = await run("--whoami");
  assertEquals([status, stdout.split("\n")[0]], [0, `base_arn: ${ALICE_ARN}`]);
  const doctor = await run("--doctor");
  assertEquals([doctor.status, doctor.stderr], [0, ""]);
  assertMatch(
    doctor.stdout,
    /^warning {2}shell: cannot find \/bin\/sh; install/m,
  );
  assertMatch(
    doctor.stdout,
    /^warning {2}cache: there is no home directory; set/m,
  );
});

inBareRoot(
  "a cache directory is all that a bare root needs for a cached session",
  bare,
  async (run, _, { aws }) => {
    const env = { ASSUME_ROLE_CACHE_DIR: "/cache/own" };
    assertEquals(await run(PRINT_ARN, { env }), PRINTED);
    const before = aws.calls.length;
    for (const TMPDIR of ["", "/missing"]) {
      assertEquals(await run(PRINT_ARN, { env: { ...env, TMPDIR } }), PRINTED);
    }
    assertEquals(aws.calls.length, before);
  },
);

inBareRoot(
  "a user without a name and with a home that is missing has one warning",
  root,
  async (run) => {
    const user = 1234;
    assertEquals(await run(PRINT_ARN, { user }), {
      ...PRINTED,
      stderr: NO_HOME,
    });
    for (const [HOME, home] of [["/nonexistent", "/nonexistent"], ["/", ""]]) {
      assertEquals(await run(PRINT_ARN, { user, env: { HOME: HOME! } }), {
        ...PRINTED,
        stderr: unsaved(home!, "permission denied"),
      });
    }
  },
);

inBareRoot(
  "a read-only root causes one warning",
  bare,
  async (run, bareRoot) => {
    bareRoot.write("home/.aws/credentials", keysOf(ALICE));
    const options = { parts: ["read-only"] } as const;
    assertEquals(await run(PRINT_ARN, options), {
      ...PRINTED,
      stderr: NO_HOME,
    });
    const reason = "read-only file system";
    for (const HOME of ["/nonexistent", "/home"]) {
      assertEquals(await run(PRINT_ARN, { ...options, env: { HOME } }), {
        ...PRINTED,
        stderr: unsaved(HOME, reason),
      });
    }
    const env = { HOME: "/home", ASSUME_ROLE_CACHE_DIR: "/cache/own" };
    assertEquals(await run(`-q ${PRINT_ARN}`, { ...options, env }), PRINTED);
    const doctor = async (env: Record<string, string>, args = "--doctor") =>
      (await run(args, { ...options, env })).stdout;
    const cannot = (path: string) =>
      `cache: cannot write to ${path}: ${reason}; set ASSUME_ROLE_CACHE_DIR to a directory that you can write to: `;
    assertStringIncludes(
      await doctor({ HOME: "/home" }),
      `\nwarning  ${cannot("/home/.aws/assume-role/cache")}`,
    );
    assertStringIncludes(
      await doctor({ ASSUME_ROLE_CACHE_DIR: "/work/cache" }),
      `problem  ${cannot("/work/cache")}`,
    );
    assertStringIncludes(
      await doctor(env, "--doctor -v"),
      "\nok       cache: /cache/own is safe",
    );
  },
);

inBareRoot(
  "--server with a read-only ~/.aws names the directory that helps",
  bare,
  async (run, bareRoot) => {
    bareRoot.write("home/.aws/credentials", keysOf(ALICE));
    const args =
      `-q -r ${ADMIN_ARN} --server printenv AWS_SHARED_CREDENTIALS_FILE`;
    const parts = ["read-only"] as const;
    assertFails(await run(args, { parts, env: { HOME: "/home" } }), {
      error:
        "Cannot serve credentials: cannot copy AWS's files to /home/.aws/assume-role/cache: read-only file system",
      hint:
        "set ASSUME_ROLE_CACHE_DIR to a directory that you can write to, or remove the credentials of the profile 'default', which would take precedence over the served credentials",
    });
    const env = { HOME: "/home", ASSUME_ROLE_CACHE_DIR: "/cache/own" };
    const { status, stdout, stderr } = await run(args, { parts, env });
    assertEquals([status, stderr], [0, ""]);
    assertMatch(stdout, /^\/cache\/own\/copy-[0-9a-f]+\.credentials\n$/);
  },
);

inBareRoot(
  "if only the working directory is mounted, its assume-role.yaml counts",
  root,
  async (run, bareRoot) => {
    const path = bareRoot.write("work/assume-role.yaml", PREFIX_YAML, 0o644);
    const args = "-r admin printenv ASSUME_ROLE_ARN";
    assertEquals(await run(args), { ...PRINTED, stderr: NO_HOME });
    Deno.chownSync(path, 1000, 1000);
    assertEquals(await run(args, { user: 1000 }), {
      ...PRINTED,
      stderr: NO_HOME,
    });
    assertFails(await run(args), {
      error: "Cannot use /work/assume-role.yaml: the file belongs to user 1000",
      hint:
        `check the contents of the file, then run assume-role as user 1000, for example with 'sudo -u "#1000"' or 'docker run --user 1000'`,
    });
  },
);

const NEEDED =
  `AWS denied ${DEPLOY_ARN}; the role may require MFA. An MFA code for ${SERIAL} is needed, and this system has no `;
const REMEDY =
  "give a code with '--mfa-token', or set '--mfa-command' to a program that prints codes, or install ";

inBareRoot(
  "without a shell, a code can be given in every way but the prompt",
  bare,
  async (run, bareRoot, { aws }) => {
    const deploy = `-q -r ${DEPLOY_ARN}`;
    for (const args of [`${deploy} true`, deploy, `${deploy} --server true`]) {
      assertFails(await run(args), {
        error: `${NEEDED}/bin/sh, which assume-role needs to prompt`,
        hint: `${REMEDY}/bin/sh`,
      });
    }
    const code = (steps: number) => aws.code(ALICE, SERIAL, steps);
    const echo = [...argv`${deploy.split(" ")} --mfa-token`, await code(0)];
    // The command gets the whole of stdin.
    assertEquals(await run([...echo, "cat"], { stdin: "1\n2\n" }), {
      ...OK,
      stdout: "1\n2\n",
    });
    const env = { CODE: await code(1) };
    const command = ["--mfa-command", "/bin/printenv CODE", "true"];
    assertEquals(await run([...deploy.split(" "), ...command], { env }), OK);
    const printed = await run(deploy, { stdin: `${await code(-1)}\n` });
    assertEquals([printed.status, printed.stderr], [0, ""]);
    bareRoot.write("cfg/.aws/assume-role.yaml", "mfa_command: echo $CODE\n");
    assertFails(await run(`${deploy} true`, { env: { HOME: "/cfg" } }), {
      error:
        "Cannot get an MFA code: the MFA command needs a shell, and this system has no /bin/sh",
      hint:
        "install a shell as /bin/sh, or use a command line that is only a program and its arguments, without quotes and variables",
    });
  },
);

inBareRoot(
  "on a terminal without a shell or stty, the error says what to install",
  { ignore: terminal.ignore || root.ignore },
  async (_, bareRoot, { aws, home }) => {
    const play = async (args: string) => {
      const words = bareRoot.argv(args, { parts: ["tty"] });
      const env = {
        ...ENV,
        HOME: "",
        NO_COLOR: "1",
        AWS_ENDPOINT_URL: aws.url,
      };
      const { status, stdout } = await home.play(words, [], { env });
      assertEquals(status, 125);
      return stdout.replaceAll("\r\n", "\n");
    };
    const failed = (missing: string) =>
      `assume-role: error: ${NEEDED}${missing}, which assume-role needs to prompt\n` +
      `assume-role: hint: ${REMEDY}${missing}\n`;
    for (const args of [`-q -r ${DEPLOY_ARN} true`, `-q -r ${DEPLOY_ARN}`]) {
      assertEquals(await play(args), failed("/bin/sh"));
    }
    bareRoot.install("sh");
    assertEquals(await play(`-q -r ${DEPLOY_ARN} true`), failed("stty"));
  },
);

inBareRoot(
  "without /tmp, --console prints the URL instead of opening a browser",
  { ignore: terminal.ignore || root.ignore },
  async (_, bareRoot, { aws, home }) => {
    const options = { parts: ["tty"] } as const;
    const words = bareRoot.argv(`-r ${ADMIN_ARN} --console`, options);
    const { status, stdout } = await home.play(words, [], {
      env: { ...ENV, HOME: "", DISPLAY: ":0", AWS_ENDPOINT_URL: aws.url },
    });
    assertEquals(status, 0);
    assertMatch(
      stdout,
      /\r\nassume-role: warning: Cannot open the browser: cannot create a temporary directory: no such file or directory \(set TMPDIR to use another directory\)\r\nhttp:\S+\r\n$/,
    );
  },
);

inBareRoot(
  "without a shell, a credential_process runs, also without /dev/null",
  bare,
  async (_, bareRoot) => {
    const config = (line: string) =>
      bareRoot.write("home/.aws/config", `[default]\n${line}\n`);
    bareRoot.write("home/keys", processOutput(ALICE));
    const env = { HOME: "/home", AWS_REGION: "eu-west-1" };
    config("credential_process = /bin/cat /home/keys");
    for (const options of [{}, { parts: ["no-dev"] }] as const) {
      const result = await bareRoot.run(`-f ${PRINT_ARN}`, { ...options, env });
      assertEquals(result, PRINTED);
    }
    config("credential_process = missing --option");
    assertFails(await bareRoot.run(`-f ${PRINT_ARN}`, { env }), {
      error:
        "Cannot find base credentials from the profile 'default': the program 'missing' of credential_process was not found",
      hint: "install the program, or correct credential_process in the profile",
    });
  },
);

inBareRoot("scripts need their interpreter", bare, async (run, bareRoot) => {
  bareRoot.write("work/plain", "true\n", 0o755);
  bareRoot.write("work/shebang", "#!/bin/sh\ntrue\n", 0o755);
  const args = `-q -r ${ADMIN_ARN}`;
  const fail = async (script: string) => {
    const { status, stderr } = await run(`${args} ${script}`);
    assertEquals(status, 126);
    return stderr;
  };
  const missing = (script: string) =>
    `assume-role: error: Cannot run '${script}': interpreter not found\n` +
    "assume-role: hint: check the first line of the script; for a program, check the output of 'file'\n";
  assertEquals(await fail("./shebang"), missing("./shebang"));
  const plain = await fail("./plain");
  // Deno 2.9 looks for /bin/sh itself, and reports that /bin/sh is missing.
  if (plain === missing("./plain")) return;
  assertEquals(
    plain,
    "assume-role: error: Cannot run './plain': the file is no program of this system, and there is no /bin/sh that could run the file as a script\n" +
      "assume-role: hint: start a script with '#!' and the path of its interpreter\n",
  );
});

inBareRoot(
  "without a shell, signals to assume-role alone reach the command",
  bare,
  async (_, bareRoot, { home }) => {
    const script = `rm -f in out; mkfifo in
"$@" <in >out & pid=$!
exec 3>in; echo ready >&3
until grep -q ready out; do sleep 0.1; done
kill -$SIGNAL $pid; wait $pid; echo $?`;
    for (
      const [SIGNAL, status] of [["TERM", 143], ["HUP", 129], ["USR1", 138]]
    ) {
      const args = bareRoot.argv(`-q -r ${ADMIN_ARN} cat`);
      const env = { ...ENV, HOME: "", SIGNAL: `${SIGNAL}` };
      // The shell's message about the signal is on stderr.
      const { stdout } = await home.sh(script, args, { env });
      assertEquals(stdout, `${status}\n`);
    }
  },
);

inBareRoot(
  "without /proc, the executable does not start",
  bareExecutable,
  async (run, _, { aws }) => {
    const { status, stdout, stderr } = await run(PRINT_ARN, {
      parts: ["no-proc"],
    });
    assertEquals([status, stdout, aws.calls.length], [1, "", 0]);
    assertMatch(stderr, /Is \/proc mounted\?/);
  },
);

e2e(
  "in a deleted working directory, the executable does not start",
  bareExecutable,
  async ({ aws, home }) => {
    const script = 'mkdir gone; cd gone; rmdir ../gone; exec "$@"';
    const path = Deno.realPathSync(program()[0]!);
    const args = [path, ...PRINT_ARN.split(" ")];
    const { status, stdout } = await home.sh(script, args, { env: ENV });
    assertEquals([status, stdout, aws.calls.length], [101, "", 0]);
  },
);

Deno.test(
  "the files that the documents copy are those that the executable needs",
  { ignore: bareExecutable.ignore || Deno.build.arch !== "x86_64" },
  async () => {
    const path = join(ROOT, "docs", "minimal-containers.md");
    const text = await Deno.readTextFile(path);
    const documented = [...text.matchAll(/\S*\/(ld-linux|lib\w+\.so)\S*/g)]
      .map(([path]) => path.split("/").at(-1)!);
    const needed = librariesOf(Deno.env.get("ASSUME_ROLE_BIN")!)
      .map((path) => path.split("/").at(-1)!);
    assertEquals([...new Set(documented)].sort(), needed.sort());
    assert(needed.length > 0);
  },
);
