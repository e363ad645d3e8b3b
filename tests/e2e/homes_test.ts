import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path/join";
import { AS_USER, close, closed, succeeds } from "./closed.ts";
import {
  ADMIN_ARN,
  ALICE,
  argv,
  assertFails,
  e2e,
  keysInEnv,
  keysOf,
  linux,
  OK,
  PREFIX,
  program,
  type Result,
  role,
  root,
  type RunOptions,
  type TestHome,
  unix,
  WORLD,
} from "../mod.ts";

/** ID of another user; this machine has no account with this ID. */
const AS_STRANGER = argv`setpriv --reuid 12345 --regid 12345 --clear-groups`;
const stranger = {
  ignore: root.ignore || linux.ignore ||
    !await succeeds([...AS_STRANGER, ...program(), "--version"]),
};

/** The variables that say everything that a run needs. */
const ENV = { ...keysInEnv(ALICE), AWS_REGION: "eu-west-1" };
const RUN = ["-r", ADMIN_ARN];

/** Runs assume-role as a user whom file modes restrict. */
async function runClosed(
  home: TestHome,
  args: readonly string[],
  options: RunOptions = { env: ENV },
): Promise<Result> {
  return await home.exec([...AS_USER, ...program(), ...args], options);
}

const warning = (text: string) => `assume-role: warning: ${text}\n`;
const unread = (home: TestHome, reason: string) => {
  const [own, config, credentials] = ["assume-role.yaml", "config"]
    .concat("credentials").map((name) => join(home.path, ".aws", name));
  return warning(
    `Cannot read ${own}, ${config} and ${credentials}: ${reason}; going on without these files`,
  );
};

e2e("if ~/.aws is closed, every command goes on with one warning", {
  ...closed,
}, async ({ aws, home }) => {
  using _ = close(join(home.path, ".aws"));
  const stderr = unread(home, "permission denied");
  for (
    const [args, status] of [
      [["sh", "-c", "exit 7"], 7],
      [["--server", "sh", "-c", "exit 7"], 7],
      [[], 0],
      [["--format", "process"], 0],
      [["--whoami"], 0],
      [["--list"], 0],
      [["--explain"], 0],
      [["--console"], 0],
      [["--clear-cache"], 0],
    ] as const
  ) {
    const isList = args[0] === "--list";
    const result = await runClosed(home, [...RUN, ...args]);
    const message = `${args}`;
    assertEquals(result.status, status, message);
    if (isList) assertStringIncludes(result.stderr, stderr);
    else assertEquals(result.stderr, stderr, message);
  }
  const quiet = await runClosed(home, ["-q", ...RUN, "true"]);
  assertEquals(quiet, OK);
  const before = aws.count("AssumeRole");
  const env = { ...ENV, ASSUME_ROLE_CACHE_DIR: join(home.root, "cache") };
  for (const _ of [1, 2]) {
    const result = await runClosed(home, [...RUN, "true"], { env });
    assertEquals(result, { ...OK, stderr });
  }
  assertEquals(aws.count("AssumeRole"), before + 1);
});

e2e("a closed home, a file in its place and a loop of links count as missing", {
  ...closed,
}, async ({ home }) => {
  const aws = join(home.path, ".aws");
  const run = () => runClosed(home, [...RUN, "sh", "-c", "exit 7"]);
  {
    using _ = close(home.path);
    const stderr = unread(home, "permission denied");
    assertEquals(await run(), { ...OK, status: 7, stderr });
  }
  Deno.removeSync(aws, { recursive: true });
  Deno.writeTextFileSync(aws, "");
  const noDirectory = unread(home, "a part of the path is not a directory");
  assertEquals(await run(), { ...OK, status: 7, stderr: noDirectory });
  Deno.removeSync(aws);
  Deno.symlinkSync(".aws", aws);
  const loop = unread(home, "too many levels of symbolic links");
  assertEquals(await run(), { ...OK, status: 7, stderr: loop });
});

e2e("one unreadable file of ~/.aws counts as missing, with one warning", {
  ...closed,
}, async ({ home }) => {
  const aws = join(home.path, ".aws");
  for (const name of ["assume-role.yaml", "config", "credentials"]) {
    const path = home.writeHome(join(".aws", name), "");
    using _ = close(path);
    assertEquals(await runClosed(home, [...RUN, "sh", "-c", "exit 7"]), {
      ...OK,
      status: 7,
      stderr: warning(
        `Cannot read ${path}: permission denied; going on without this file`,
      ),
    });
  }
  Deno.removeSync(join(aws, "config"));
  Deno.mkdirSync(join(aws, "config"));
  const { stderr } = await runClosed(home, [...RUN, "true"]);
  assertMatch(stderr, /^[^\n]+config: is a directory; [^\n]+\n$/);
});

e2e("if HOME leads nowhere, a run has at most one warning", {
  ...closed,
}, async ({ home }) => {
  Deno.mkdirSync(join(home.root, "closed"), { mode: 0o500 });
  for (const HOME of [join(home.root, "closed/home"), "relative"]) {
    const { status, stderr } = await runClosed(
      home,
      [...RUN, "sh", "-c", "exit 7"],
      { env: { ...ENV, HOME } },
    );
    assertEquals(status, 7, HOME);
    assertMatch(stderr, /^(assume-role: warning: [^\n]+\n)?$/, HOME);
  }
});

e2e("a file that cannot be read is named if the credentials cannot be found", {
  ...closed,
}, async ({ home }) => {
  const hint = (path: string) =>
    `make ${path} readable if the credentials are there, or set HOME to your home directory`;
  const run = (env: Record<string, string> = {}) =>
    runClosed(home, [...RUN, "-q", "true"], { env });
  const config = home.writeHome(".aws/config", "[profile p]\n");
  const credentials = join(home.path, ".aws/credentials");
  {
    using _ = close(credentials);
    assertFails(await run(), {
      error: "Cannot find base credentials",
      hint: hint(credentials),
    });
  }
  using _ = close(config);
  // As with the AWS CLI: a named profile must be found, even if keys are set.
  assertFails(await run({ ...ENV, AWS_PROFILE: "p" }), {
    error: "Cannot find the AWS profile 'p'",
    hint: hint(config),
  });
  assertFails(await runClosed(home, ["--whoami", "-q", "--profile", "p"]), {
    error: "Cannot find the AWS profile 'p'",
    hint: hint(config),
  });
  // As with the AWS CLI: keys in the other file are found.
  assertEquals(await run(), OK);
});

e2e("an unreadable file of the user never decides the role or the profile", {
  ...closed,
}, async ({ aws, home }) => {
  const path = home.writeHome(".aws/assume-role.yaml", "profile: other\n");
  using _ = close(path);
  const error = `Cannot read ${path}: permission denied`;
  const run = (args: readonly string[], env = {}) =>
    runClosed(home, ["-q", ...args, "true"], { env });
  assertFails(await run(RUN), {
    error,
    hint:
      "make the file readable, because the file can name the AWS profile, or name the profile with '--profile'",
  });
  assertFails(await run(["-r", "admin"], ENV), {
    error,
    hint:
      "make the file readable, because the file can decide which role 'admin' is, or use the full ARN of the role",
  });
  assertEquals(aws.calls, []);
  assertEquals(await run(RUN, ENV), OK);
  assertEquals(await run([...RUN, "--profile", "default"]), OK);
});

e2e("a path that the user named must be readable", {
  ...closed,
}, async ({ home }) => {
  const path = home.write("named", "");
  const directory = join(home.root, "named");
  Deno.mkdirSync(directory);
  using _file = close(path);
  using _directory = close(directory);
  const inside = join(directory, "x");
  const cases: readonly (readonly [Record<string, string>, string])[] = [
    [{ AWS_CONFIG_FILE: path }, `Cannot read ${path}: permission denied`],
    [
      { AWS_SHARED_CREDENTIALS_FILE: inside },
      `Cannot read ${inside}: permission denied`,
    ],
    [{ ASSUME_ROLE_CONFIG: path }, `Cannot read ${path}: permission denied`],
    [
      { ASSUME_ROLE_CACHE_DIR: inside },
      `Cannot use the cache directory ${inside}: permission denied`,
    ],
    [
      { ASSUME_ROLE_CACHE_DIR: join(path, "x") },
      `Cannot use the cache directory ${
        join(path, "x")
      }: a part of the path is not a directory`,
    ],
  ];
  for (const [env, error] of cases) {
    const options = { env: { ...ENV, ...env } };
    assertFails(await runClosed(home, [...RUN, "true"], options), { error });
  }
  for (const option of ["--config", "--policy"]) {
    const result = await runClosed(home, [...RUN, option, path, "true"]);
    assertFails(result, { error: /named: permission denied$/ });
  }
  const options = { env: { ...ENV, ASSUME_ROLE_CACHE_DIR: inside } };
  for (const command of ["--list", "--explain", "--whoami", "--console"]) {
    assertFails(await runClosed(home, [...RUN, command], options), {
      error: `Cannot use the cache directory ${inside}: permission denied`,
      hint:
        "set ASSUME_ROLE_CACHE_DIR to a directory that only you can write to, or unset this variable",
    });
  }
  const { stdout } = await runClosed(home, ["--doctor"], options);
  assertMatch(stdout, /^problem {2}cache: .* permission denied/m);
});

e2e(
  "a named cache directory that cannot be created is an error before a call",
  {
    ...closed,
  },
  async ({ aws, home }) => {
    const parent = join(home.root, "parent");
    Deno.mkdirSync(parent, { mode: 0o500 });
    const ASSUME_ROLE_CACHE_DIR = join(parent, "cache");
    const env = { ...ENV, ASSUME_ROLE_CACHE_DIR };
    assertFails(await runClosed(home, [...RUN, "true"], { env }), {
      error:
        `Cannot use the cache directory ${ASSUME_ROLE_CACHE_DIR}: permission denied`,
    });
    assertEquals(aws.calls, []);
  },
);

e2e(
  "the search for assume-role.yaml passes directories that cannot be searched",
  // Only on Linux does a command start in such a directory.
  { ignore: closed.ignore || linux.ignore },
  async ({ home }) => {
    const outer = join(home.project, "closed");
    const cwd = join(outer, "inner");
    Deno.mkdirSync(cwd, { recursive: true });
    // The working directory can be entered before the directory above is closed.
    const script = 'cd "$1" && chmod 000 "$2" && shift 2 && exec "$@"';
    const run = async (command: string) => {
      const words = argv`${AS_USER} ${program()} -r admin ${command}`;
      const result = await home.exec(
        argv`sh -c ${script} sh ${cwd} ${outer} ${words}`,
      );
      Deno.chmodSync(outer, 0o700);
      return result;
    };
    const result = await run("pwd");
    assertEquals([result.status, result.stdout], [0, `${cwd}\n`]);
    assertEquals((await run("./missing")).status, 127);
    Deno.writeTextFileSync(join(cwd, "script"), "exit 7\n", { mode: 0o700 });
    assertEquals((await run("./script")).status, 7);
    assertMatch(
      result.stderr,
      /^[^\n]+inner\/assume-role\.yaml and [^\n]+: permission denied; [^\n]+\n$/,
    );
  },
);

e2e("a project's assume-role.yaml that exists must be readable", {
  ...closed,
}, async ({ home }) => {
  const path = join(home.project, "assume-role.yaml");
  using _ = close(path);
  assertFails(await runClosed(home, [...RUN, "true"]), {
    error: `Cannot read ${path}: permission denied`,
  });
});

e2e("--doctor reports a closed home and goes on", {
  ...closed,
}, async ({ home }) => {
  using _ = close(join(home.path, ".aws"));
  const { status, stdout, stderr } = await runClosed(home, [
    "--doctor",
    "-v",
  ]);
  assertEquals([status, stderr], [0, ""]);
  assertStringIncludes(
    stdout,
    `warning  home: ${home.path}/.aws cannot be searched, so nothing is saved there; `,
  );
  assertStringIncludes(stdout, "ok       base identity: ");
});

e2e("a user without an account and without a home can run a command", {
  ...stranger,
}, async ({ home }) => {
  const run = async (env: Record<string, string>) =>
    await home.exec(
      [...AS_STRANGER, ...program(), ...RUN, "sh", "-c", "exit 7"],
      { env: { ...ENV, ...env }, cwd: "/" },
    );
  assertEquals(await run({ HOME: home.path }), {
    ...OK,
    status: 7,
    stderr: unread(home, "permission denied"),
  });
  assertEquals(await run({ HOME: "" }), {
    ...OK,
    status: 7,
    stderr: warning(
      "Cannot cache the credentials: there is no home directory: set HOME or ASSUME_ROLE_CACHE_DIR",
    ),
  });
  const env = {
    ...ENV,
    HOME: "",
    AWS_ACCESS_KEY_ID: "",
    AWS_SECRET_ACCESS_KEY: "",
  };
  assertFails(await run(env), { error: "Cannot find base credentials" });
});

/** Lists all files below a directory, with the owner and the time of the last change of each. */
function listFiles(directory: string): readonly string[] {
  return [...Deno.readDirSync(directory)].flatMap(({ name, isDirectory }) => {
    const path = join(directory, name);
    const { uid, mtime } = Deno.lstatSync(path);
    const more = isDirectory ? listFiles(path) : [];
    return [`${path} ${uid} ${mtime?.getTime()}`, ...more];
  }).sort();
}

e2e("root saves nothing in the home of another user", {
  ...root,
}, async ({ home, run }) => {
  await home.exec(argv`chown -R 12345 ${home.path}`);
  const before = listFiles(home.path);
  const stderr = warning(
    `Cannot cache the credentials: nothing is saved in ${home.path}, because the home belongs to user 12345 and assume-role runs as root; use 'sudo -H', run assume-role as user 12345, or set ASSUME_ROLE_CACHE_DIR`,
  );
  for (const args of ["sh", "--format process", "--whoami"]) {
    const result = await run(`-r admin ${args}`, { stdin: "" });
    assertEquals([result.status, result.stderr], [0, stderr], args);
  }
  for (const args of ["-q --list", "--explain -r admin", "--whoami"]) {
    const result = await run(args);
    assertEquals([result.status, result.stderr], [0, ""], args);
  }
  assertFails(await run("--clear-cache"), {
    error:
      `Cannot clear the cache: ${home.path} belongs to user 12345, and assume-role runs as root`,
    hint: `run assume-role as that user, for example with 'sudo -u "#12345"'`,
  });
  assertFails(await run("-q -r admin --server true"), {
    error:
      "Cannot serve credentials: cannot copy AWS's files: there is no cache directory",
    hint: /^set ASSUME_ROLE_CACHE_DIR to a directory that you can write to, /,
  });
  // A relative HOME leads to the same directory.
  const relative = await home.exec(
    argv`${program()} -r admin --config ${home.project}/assume-role.yaml true`,
    { cwd: home.root, env: { HOME: home.path.slice(home.root.length + 1) } },
  );
  assertEquals([relative.status, relative.stderr], [0, stderr]);
  const initial = await home.exec(argv`${program()} --init`, {
    cwd: home.path,
  });
  assertFails(initial, {
    error:
      `Cannot write ${home.path}/assume-role.yaml: ${home.path} belongs to user 12345, and assume-role runs as root`,
    hint: `run assume-role as that user, for example with 'sudo -u "#12345"'`,
  });
  const { stdout } = await run("--doctor");
  assertStringIncludes(
    stdout,
    `warning  home: ${home.path} belongs to user 12345 and assume-role runs as root, so nothing is saved there; `,
  );
  assertEquals(listFiles(home.path), before);
});

e2e(
  "root caches sessions in ASSUME_ROLE_CACHE_DIR beside another user's home",
  {
    ...root,
  },
  async ({ aws, home, run }) => {
    await home.exec(argv`chown -R 12345 ${home.path}`);
    const before = listFiles(home.path);
    const env = { ASSUME_ROLE_CACHE_DIR: join(home.root, "cache") };
    const first = await run("-r admin true", { env });
    assertEquals(
      first.stderr,
      warning(
        `Cannot save the profile '111111111111-admin' in ${home.path}/.aws/credentials: nothing is saved in ${home.path}, because the home belongs to user 12345 and assume-role runs as root; use 'sudo -H', run assume-role as user 12345, or set ASSUME_ROLE_CACHE_DIR`,
      ),
    );
    assertEquals(await run("-r admin true", { env }), OK);
    assertEquals(aws.count("AssumeRole"), 1);
    const { stdout } = await run("--clear-cache", { env });
    assertEquals(stdout, "Sessions removed: 1\nProfiles removed: none\n");
    assertEquals(listFiles(home.path), before);
  },
);

e2e("a home of root with another user's ~/.aws is left unchanged", {
  ...root,
}, async ({ home, run }) => {
  await home.exec(argv`chown -R 12345 ${join(home.path, ".aws")}`);
  const before = listFiles(home.path);
  const { status, stderr } = await run("-r admin true");
  assertEquals(status, 0);
  assertMatch(stderr, /^[^\n]+ nothing is saved in [^\n]+\n$/);
  assertEquals(listFiles(home.path), before);
});

e2e(
  "root saves no profile in another user's ~/.aws/credentials, also if a link leads to the file",
  root,
  async ({ home, run }) => {
    const file = join(home.path, ".aws/credentials");
    const target = join(home.root, "theirs");
    const refusal = warning(
      `Cannot save the profile '111111111111-admin' in ${file}: the file belongs to user 12345 and assume-role runs as root; run assume-role as user 12345, or set AWS_SHARED_CREDENTIALS_FILE`,
    );
    Deno.chownSync(file, 12345, 12345);
    const before = Deno.readTextFileSync(file);
    assertEquals((await run("-r admin true")).stderr, refusal);
    Deno.renameSync(file, target);
    Deno.symlinkSync(target, file);
    assertEquals((await run("-f -r admin true")).stderr, refusal);
    assertEquals(Deno.readTextFileSync(file), before);
    assertEquals(await run("-r admin true"), OK);
  },
);

e2e(
  "a umask that takes the user's own permissions away does not close new directories",
  unix,
  async ({ home }) => {
    const script = 'umask 0777; exec "$@"';
    const result = await home.exec(
      argv`sh -c ${script} sh ${AS_USER} ${program()} -q -r ${ADMIN_ARN} echo ran`,
    );
    assertEquals([result.status, result.stdout], [0, "ran\n"]);
    for (const name of ["", "/cache"]) {
      const path = join(home.path, `.aws/assume-role${name}`);
      assertEquals(Deno.statSync(path).mode! & 0o777, 0o700, path);
    }
  },
);

e2e(
  "the user's assume-role.yaml is refused for root, with the user to run as",
  {
    ...root,
  },
  async ({ home, run }) => {
    const path = home.writeHome(".aws/assume-role.yaml", "region: eu-west-1\n");
    await home.exec(argv`chown -R 12345 ${home.path}`);
    assertFails(await run("-r admin true"), {
      error: `Cannot use ${path}: the file belongs to user 12345`,
      hint:
        /^check the contents of the file, then run assume-role as user 12345/,
    });
  },
);

e2e("a role chain has one warning if nothing can be saved", {
  ...closed,
  world: {
    ...WORLD,
    roles: [role("jump"), role("end", { trusts: [`${PREFIX}jump`] })],
  },
}, async ({ aws, home }) => {
  home.write(
    "assume-role.yaml",
    `role_prefix: ${PREFIX}\nroles:\n  end: { via: jump }\n`,
  );
  const directory = join(home.path, ".aws");
  Deno.chmodSync(directory, 0o500);
  const result = await runClosed(home, argv`-r end sh -c ${"exit 7"}`);
  Deno.chmodSync(directory, 0o700);
  assertEquals([result.status, aws.count("AssumeRole")], [7, 2]);
  assertMatch(result.stderr, /^assume-role: warning: [^\n]+\n$/);
});

e2e("--server names ASSUME_ROLE_CACHE_DIR if the copies cannot be written", {
  ...closed,
}, async ({ home }) => {
  home.writeHome(".aws/credentials", keysOf(ALICE));
  const aws = join(home.path, ".aws");
  Deno.chmodSync(aws, 0o500);
  const result = await runClosed(home, [...RUN, "--server", "true"]);
  Deno.chmodSync(aws, 0o700);
  assertEquals(result.status, 125);
  assertMatch(result.stderr, /hint: set ASSUME_ROLE_CACHE_DIR to a directory/);
});
