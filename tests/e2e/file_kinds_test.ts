/**
 * Pipes, devices, sockets, directories and huge files in place of each file that a run reads:
 * each run ends with a clear error, or does what it should without the file.
 */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path/join";
import {
  ADMIN_ARN,
  ALICE,
  argv,
  assertFails,
  e2e,
  eventually,
  type Failure,
  has,
  keysOf,
  OK,
  PREFIX_YAML,
  program,
  terminalOnLinux,
  type TestHome,
  unix,
  withoutKeyWarning,
} from "../mod.ts";
import { exists } from "../../lib/system/files.ts";
import { tokenFileName } from "../../lib/aws/sign_in_token.ts";

const HAS_STRACE = Deno.build.os === "linux" && await has("strace");

/** A file that a run reads, and the error if the file cannot be used. */
interface Row {
  readonly name: string;
  /** Returns the path of the file, and the arguments and variables of a run that reads it. */
  readonly prepare: (home: TestHome) => Promise<Setup> | Setup;
  readonly failure: (path: string, reason: string) => Failure;
  /** Whether the file may be a pipe. */
  readonly acceptsPipe?: true;
}

interface Setup {
  readonly path: string;
  readonly args?: string;
  readonly env?: Record<string, string>;
}

const withoutKeys = (home: TestHome) =>
  Deno.removeSync(join(home.path, ".aws/credentials"));

const cannotRead = (path: string, reason: string): Failure => ({
  error: `Cannot read ${path}: ${reason}`,
});

const ROWS: readonly Row[] = [
  {
    name: "assume-role.yaml in a directory above",
    prepare: (home) => {
      Deno.removeSync(join(home.project, "assume-role.yaml"));
      return { path: join(home.root, "assume-role.yaml") };
    },
    failure: cannotRead,
  },
  {
    name: "--config",
    prepare: (home) => ({
      path: join(home.project, "other.yaml"),
      args: "--config other.yaml",
    }),
    failure: cannotRead,
  },
  {
    name: "~/.aws/assume-role.yaml",
    prepare: (home) => ({ path: join(home.path, ".aws/assume-role.yaml") }),
    failure: cannotRead,
  },
  {
    name: "~/.aws/config",
    prepare: (home) => ({ path: join(home.path, ".aws/config") }),
    failure: cannotRead,
  },
  {
    name: "~/.aws/credentials",
    prepare: (home) => ({ path: join(home.path, ".aws/credentials") }),
    failure: cannotRead,
  },
  {
    name: "AWS_SHARED_CREDENTIALS_FILE",
    prepare: (home) => {
      const path = join(home.project, "credentials");
      return { path, env: { AWS_SHARED_CREDENTIALS_FILE: path } };
    },
    failure: cannotRead,
  },
  {
    name: "policy",
    prepare: (home) => {
      home.write("assume-role.yaml", `${PREFIX_YAML}policy: policy.json\n`);
      return { path: join(home.project, "policy.json") };
    },
    failure: (path, reason) => ({
      error: `Cannot use the policy ${path}: ${reason}`,
      hint: "pass JSON, or the path of a file with JSON",
    }),
    acceptsPipe: true,
  },
  {
    name: "AWS_WEB_IDENTITY_TOKEN_FILE",
    prepare: (home) => {
      const path = join(home.project, "token");
      const env = {
        AWS_WEB_IDENTITY_TOKEN_FILE: path,
        AWS_ROLE_ARN: ADMIN_ARN,
      };
      return { path, env };
    },
    failure: (path, reason) => ({
      error: `Cannot read the web identity token ${path}: ${reason}`,
      hint: "check AWS_WEB_IDENTITY_TOKEN_FILE",
    }),
  },
  {
    name: "AWS_CREDENTIAL_FILE",
    prepare: (home) => {
      withoutKeys(home);
      const path = join(home.project, "ec2");
      return { path, env: { AWS_CREDENTIAL_FILE: path } };
    },
    failure: (path, reason) => ({
      error: `Cannot read ${path}: ${reason}`,
      hint: "check AWS_CREDENTIAL_FILE, which names the file",
    }),
  },
  {
    name: "BOTO_CONFIG, as if there were no such file",
    prepare: (home) => {
      withoutKeys(home);
      const path = join(home.project, "boto");
      return { path, env: { BOTO_CONFIG: path } };
    },
    failure: () => ({ error: "Cannot find base credentials" }),
  },
  {
    name: "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
    prepare: (home) => {
      withoutKeys(home);
      const path = join(home.project, "container-token");
      const env = {
        AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://127.0.0.1:2/",
        AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: path,
      };
      return { path, env };
    },
    failure: (_path, reason) => ({
      error:
        `Cannot find base credentials: cannot read the file with the container's authorization token: ${reason}`,
      hint: "correct AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
    }),
  },
  {
    name: "AWS_CA_BUNDLE",
    prepare: (home) => {
      const path = join(home.project, "ca.pem");
      return { path, env: { AWS_CA_BUNDLE: path } };
    },
    failure: (path, reason) => ({
      error: `Cannot use the CA bundle ${path}: ${reason}`,
      hint: "correct AWS_CA_BUNDLE, or unset AWS_CA_BUNDLE",
    }),
  },
  {
    name: "a token of aws sso login",
    prepare: async (home) => {
      home.writeHome(
        ".aws/config",
        "[default]\nsso_session = corp\nsso_account_id = 111111111111\nsso_role_name = x\n[sso-session corp]\nsso_region = us-east-1\nsso_start_url = https://example.awsapps.com/start\n",
      );
      withoutKeys(home);
      const directory = join(home.path, ".aws/sso/cache");
      Deno.mkdirSync(directory, { recursive: true });
      const name = await tokenFileName({
        kind: "sso",
        session: "corp",
        directory,
      });
      return { path: join(directory, name) };
    },
    failure: (path, reason) => ({
      error:
        `Cannot find base credentials from the profile 'default': cannot read the stored sign-in ${path}: ${reason}`,
      hint: /^make the file readable, or sign in/,
    }),
  },
];

/** Creates a file of a kind; returns the reason why such a file cannot be used. */
const KINDS: Readonly<
  Record<string, (path: string, home: TestHome) => Promise<string>>
> = {
  pipe: async (path, home) => {
    await home.exec(argv`mkfifo ${path}`);
    return "not a regular file, but a pipe";
  },
  "link to a pipe": async (path, home) => {
    const pipe = join(home.root, "pipe");
    await home.exec(argv`mkfifo ${pipe}`);
    Deno.symlinkSync(pipe, path);
    return "not a regular file, but a pipe";
  },
  "link to /dev/zero": (path) => {
    Deno.symlinkSync("/dev/zero", path);
    return Promise.resolve("not a regular file, but a device");
  },
  "link to /dev/full": (path) => {
    Deno.symlinkSync("/dev/full", path);
    return Promise.resolve("not a regular file, but a device");
  },
  socket: async (path, home) => {
    const script =
      "import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])";
    await home.exec(argv`python3 -c ${script} ${path}`);
    return "not a regular file, but a socket";
  },
  "huge file": (path) => {
    Deno.writeTextFileSync(path, "", { mode: 0o600 });
    Deno.truncateSync(path, 2 ** 40);
    return Promise.resolve("");
  },
};

for (const { name, prepare, failure, acceptsPipe } of ROWS) {
  e2e(`a pipe, a device, a socket or a huge file as ${name} is an error`, {
    ...terminalOnLinux,
  }, async ({ aws, home, run }) => {
    const { path, args = "", env = {} } = await prepare(home);
    for (const [kind, make] of Object.entries(KINDS)) {
      if (acceptsPipe && kind.endsWith("pipe")) continue;
      try {
        Deno.removeSync(path);
      } catch (error) {
        if (!(error instanceof Deno.errors.NotFound)) throw error;
      }
      const reason = await make(path, home);
      const result = await run(
        argv`${args.split(" ").filter(Boolean)} -r admin true`,
        { env },
      );
      const { error, hint } = failure(path, reason);
      assertFails(result, {
        error: kind === "huge file" && typeof error === "string"
          ? new RegExp(`^${error.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")}`)
          : error,
        ...(hint !== undefined && { hint }),
      });
      assertEquals(aws.count("AssumeRole"), 0);
      if (kind === "link to a pipe") Deno.removeSync(join(home.root, "pipe"));
    }
  });
}

e2e(
  "a run does not wait for a pipe that replaces assume-role.yaml between the check and the opening",
  { ignore: !HAS_STRACE },
  async ({ home }) => {
    // Other users could do this, because the directory is like /tmp.
    Deno.chmodSync(home.root, 0o1777);
    Deno.removeSync(join(home.project, "assume-role.yaml"));
    const path = join(home.root, "assume-role.yaml");
    Deno.writeTextFileSync(path, PREFIX_YAML);
    const log = join(home.root, "strace.log");
    const slow = "inject=openat:delay_enter=2000000";
    const run = home.exec(
      argv`strace -f -qq -o ${log} -P ${path} -e ${slow} ${program()} -r admin true`,
    );
    await eventually(() =>
      exists(log) && Deno.readTextFileSync(log).includes("S_IFREG")
    );
    const pipe = join(home.root, "pipe");
    await home.exec(argv`mkfifo ${pipe}`);
    Deno.renameSync(pipe, path);
    const reason = "not a regular file, but a pipe";
    assertFails(await run, cannotRead(path, reason));
  },
);

const POLICY = '{"Version":"2012-10-17","Statement":[]}';

e2e("--policy may be a pipe of the shell, and the command gets all of stdin", {
  ignore: !await has("bash"),
}, async ({ aws, home }) => {
  const script =
    'policy=$1; shift; "$@" --policy <(printf %s "$policy") -r admin cat';
  const result = await home.exec(
    argv`bash -c ${script} bash ${POLICY} ${program()}`,
    { stdin: "input\n" },
  );
  assertEquals(result, { ...OK, stdout: "input\n" });
  assertEquals(aws.calls.at(-1)?.params.Policy, POLICY);
});

e2e(
  "--policy may be a named pipe, also with --server",
  unix,
  async ({ aws, home }) => {
    const script = 'mkfifo pipe; printf "%s\\n" "$1" >pipe & shift; exec "$@"';
    const args = argv`--policy pipe --server -r admin true`;
    const result = await home.sh(script, [POLICY, ...program(), ...args]);
    assertEquals(withoutKeyWarning(result), OK);
    assertEquals(aws.calls.at(-1)?.params.Policy, POLICY);
  },
);

e2e(
  "--policy does not read the stdin of the command",
  unix,
  async ({ home, run }) => {
    for (const path of ["/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"]) {
      assertFails(
        await run(`--policy ${path} -r admin cat`, { stdin: POLICY }),
        {
          error: `Cannot use the policy ${path}: stdin belongs to the command`,
          hint: "pass JSON, or the path of a file with JSON",
        },
      );
    }
    // The pipe is stdin under another name.
    const script = 'mkfifo pipe; echo input >pipe & "$@" <pipe';
    const args = argv`--policy pipe -r admin cat`;
    assertFails(await home.sh(script, [...program(), ...args]), {
      error: `Cannot use the policy pipe: stdin belongs to the command`,
    });
  },
);

e2e("AWS_CONFIG_FILE may be /dev/null", unix, async ({ run }) => {
  const env = { AWS_CONFIG_FILE: "/dev/null" };
  for (const _ of [1, 2]) {
    assertEquals((await run("-r admin true", { env })).stderr, "");
  }
});

e2e(
  "commands of our own do not wait for a pipe",
  unix,
  async ({ home, run }) => {
    const path = join(home.path, ".aws/credentials");
    const reason = "not a regular file, but a pipe";
    Deno.removeSync(path);
    await home.exec(argv`mkfifo ${path}`);
    for (
      const args of ["--list", "--explain -r admin", "--whoami", "--console"]
    ) {
      assertFails(await run(args), cannotRead(path, reason));
    }
    const doctor = await run("--doctor");
    assertEquals(doctor.status, 125);
    assertStringIncludes(doctor.stdout, `${path}: ${reason}\n`);
    assertEquals((await run("--clear-cache")).status, 0);
  },
);

e2e("--server does not wait for pipes that other programs read", {
  ...unix,
}, async ({ home, run }) => {
  const named = home.write("credentials", keysOf(ALICE));
  const path = join(home.path, ".aws/credentials");
  Deno.removeSync(path);
  await home.exec(argv`mkfifo ${path} ${join(home.path, ".boto")}`);
  const env = { AWS_SHARED_CREDENTIALS_FILE: named };
  assertEquals(
    withoutKeyWarning(await run("--server -r admin echo ran", { env })),
    { ...OK, stdout: "ran\n" },
  );
});

e2e("a file with 10,000 sessions can be used", async ({ home, run }) => {
  const section = (n: number) =>
    `[p${n}]\naws_access_key_id = ASIA${n}\naws_secret_access_key = x\naws_session_token = ${
      "t".repeat(1300)
    }\n`;
  const others = Array.from({ length: 10_000 }, (_, n) => section(n));
  home.writeHome(".aws/credentials", keysOf(ALICE) + others.join(""));
  home.write("assume-role.yaml", `${PREFIX_YAML}write_profile: false\n`);
  assertEquals(await run("-r admin true"), OK);
});
