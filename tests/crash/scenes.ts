/** The runs that are killed, and at which system calls fail. */
import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path/join";
import { saveSsoToken, ssoConfig } from "../e2e/sign_ins.ts";
import {
  ADMIN_ARN,
  ALICE,
  FakeAws,
  keysOf,
  portalRoleArn,
  PREFIX,
  program,
  type Result,
  role,
  TestHome,
  WORLD,
  type World,
} from "../mod.ts";
import type { Program } from "./strace.ts";

/** A kind of run. */
export interface Scene {
  readonly name: string;
  /** The arguments of assume-role. */
  readonly args: (aws: FakeAws) => Promise<readonly string[]>;
  /** The arguments of the run that follows; default: the same. */
  readonly next?: (aws: FakeAws) => Promise<readonly string[]>;
  readonly env?: (home: TestHome) => Readonly<Record<string, string>>;
  readonly onTerminal?: boolean;
  /** Makes the home ready for the run; default: the home of a first run. */
  readonly prepare?: (home: TestHome) => Promise<void> | void;
  /** Asserts that a run that ended with status 0 used the right identity. */
  readonly check: (result: Result, aws: FakeAws, home: TestHome) => void;
  /** Whether an error may end the run with status 125; otherwise the command must run. */
  readonly mayFail?: boolean;
  /** Errors with which the next run may end, because AWS has changed its state. */
  readonly nextError?: RegExp;
}

/** Text of the user, in front of the saved profile. */
export const BEFORE = `# years of comments\r\n\n${
  keysOf(ALICE)
}; and more\n[other]\nkey = value`;
/** Text of the user, after the saved profile. */
const AFTER = "\n\n[later]\nregion=eu-west-1\r\n  s3 =\n    x = 1\n; the end";
const ASSIGNMENT = { accountId: "111111111111", roleName: "Reader" };

/** The users and roles of all scenes. */
export const SCENE_WORLD: World = {
  ...WORLD,
  roles: [
    role("admin", {
      trusts: [
        `arn:aws:iam::111111111111:user/alice`,
        portalRoleArn(ASSIGNMENT),
      ],
    }),
    role("deploy", { requiresMfa: true }),
  ],
  portal: {
    userName: "alice@example.com",
    token: "the-portal-token",
    refreshToken: "the-refresh-token",
    assignments: [ASSIGNMENT],
  },
};

const SHOW_KEY = ["printenv", "AWS_ACCESS_KEY_ID"];
/** Shows whether the token file is whole, and whether the copy has other credentials. */
const SHOW_SERVER = `
file=$AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE
[ -z "$file" ] || [ "$(cat "$file")" = "$AWS_CONTAINER_AUTHORIZATION_TOKEN" ] || exit 1
! grep AKIA "$AWS_SHARED_CREDENTIALS_FILE" && printenv ASSUME_ROLE_ARN`;

function words(...args: string[]): () => Promise<readonly string[]> {
  return () => Promise.resolve(args);
}

/** Asserts that the command has shown the access key of a session of a role. */
function showsKeyOf(arn: string): Scene["check"] {
  return ({ stdout }, aws) =>
    assertEquals(aws.sessionOf(stdout.trim())?.roleArn, arn, stdout);
}

/** Asserts that the last line is a sign-in URL of the role. */
const showsUrl: Scene["check"] = ({ stdout }, aws) => {
  const url = new URL(stdout.trimEnd().split(/\r?\n/).at(-1)!);
  const token = url.searchParams.get("SigninToken") ?? "";
  assert(aws.signedIn(token)?.arn.includes(":assumed-role/admin/"), stdout);
};

/** Makes a home with a session, and a credentials file with our profile in its middle. */
async function warmUp(home: TestHome): Promise<void> {
  const { status } = await home.run("-r admin true");
  assertEquals(status, 0);
  const text = home.readHome(".aws/credentials");
  saveCredentials(home, text + AFTER);
  // Store a plan for the file with the new text.
  await home.run("-r admin true");
}

/** Writes the credentials file with rights that must stay. */
function saveCredentials(home: TestHome, text: string): void {
  const path = home.writeHome(".aws/credentials", text);
  Deno.chmodSync(path, 0o640);
  if (Deno.uid() === 0) Deno.chownSync(path, 0, 12345);
}

function withOpener(home: TestHome): Record<string, string> {
  return {
    PATH: `${join(home.root, "bin")}:${Deno.env.get("PATH")}`,
    WAYLAND_DISPLAY: "wayland-0",
    TMPDIR: join(home.root, "tmp"),
  };
}

export const SCENES: readonly Scene[] = [
  {
    name: "first run",
    args: words("-r", "admin", ...SHOW_KEY),
    check: showsKeyOf(ADMIN_ARN),
  },
  {
    name: "first run with MFA",
    args: async (aws) => [
      ...["--mfa-token", await aws.code(ALICE), "-r", "deploy"],
      ...SHOW_KEY,
    ],
    next: async (aws) => [
      ...["--mfa-token", await aws.code(ALICE, undefined, 1), "-r", "deploy"],
      ...SHOW_KEY,
    ],
    check: showsKeyOf(`${PREFIX}deploy`),
  },
  {
    name: "refresh",
    args: words("-f", "-r", "admin", ...SHOW_KEY),
    prepare: warmUp,
    check: showsKeyOf(ADMIN_ARN),
  },
  {
    name: "cached run",
    args: words("-r", "admin", ...SHOW_KEY),
    prepare: async (home) => {
      await warmUp(home);
      // Another program has removed our profile, so that a run saves it again.
      saveCredentials(home, BEFORE + AFTER);
    },
    check: showsKeyOf(ADMIN_ARN),
  },
  {
    name: "--server",
    args: words("--server", "-r", "admin", "sh", "-c", SHOW_SERVER),
    prepare: warmUp,
    mayFail: true,
    check: ({ stdout }) => assertEquals(stdout, `${ADMIN_ARN}\n`),
  },
  {
    name: "--clear-cache",
    args: words("--clear-cache"),
    prepare: warmUp,
    mayFail: true,
    check: ({ stdout }) => assert(stdout.startsWith("Sessions removed: ")),
  },
  {
    name: "refresh of a sign-in",
    args: words("--profile", "reader", "-r", "admin", ...SHOW_KEY),
    prepare: async (home) => {
      home.writeHome(".aws/config", ssoConfig("corp", "sso-session corp"));
      await saveSsoToken(home, "corp", Date.now() - 60_000);
    },
    check: showsKeyOf(ADMIN_ARN),
    nextError: /error: .*sign-in|aws sso login/s,
  },
  {
    name: "--console",
    args: words("--console", "-r", "admin"),
    mayFail: true,
    check: showsUrl,
  },
  {
    name: "--console with a browser",
    args: words("-q", "--console", "-r", "admin"),
    onTerminal: true,
    env: withOpener,
    prepare: async (home) => {
      await warmUp(home);
      Deno.mkdirSync(join(home.root, "bin"));
      Deno.mkdirSync(join(home.root, "tmp"));
      const path = join(home.root, "bin/xdg-open");
      // The opener fails, so that assume-role does not wait for a browser.
      Deno.writeTextFileSync(path, "#!/bin/sh\nexit 3\n", { mode: 0o700 });
    },
    mayFail: true,
    check: showsUrl,
  },
  {
    name: "--init",
    args: words("--init"),
    prepare: (home) => Deno.removeSync(join(home.project, "assume-role.yaml")),
    mayFail: true,
    check: ({ stdout }) => assert(stdout.startsWith('{\n  "Version"'), stdout),
    nextError: /error: Cannot write \S+: the file already exists/,
  },
];

/** A home in which a scene is run again and again, from the same state. */
export class Stage implements AsyncDisposable {
  readonly aws: FakeAws;
  readonly home: TestHome;
  readonly #scene: Scene;

  private constructor(scene: Scene) {
    this.#scene = scene;
    this.aws = new FakeAws(SCENE_WORLD);
    this.home = new TestHome(this.aws);
  }

  /** Creates a home that is ready for the scene. */
  static async create(scene: Scene): Promise<Stage> {
    const stage = new Stage(scene);
    saveCredentials(stage.home, BEFORE);
    await scene.prepare?.(stage.home);
    await stage.#copy("home project tmp", "saved");
    return stage;
  }

  /** Brings the files and AWS back to the state before the scene. */
  async reset(): Promise<void> {
    this.aws.forgetUses();
    await this.#sh("rm -rf home project tmp; cp -a saved/. .");
  }

  /** Returns the program that the scene runs. */
  async program(which: "args" | "next"): Promise<Program> {
    const { args, next = args, env, onTerminal = false } = this.#scene;
    const given = await (which === "args" ? args : next)(this.aws);
    return {
      home: this.home,
      words: [...program(), ...given],
      options: env === undefined ? {} : { env: env(this.home) },
      onTerminal,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.home[Symbol.asyncDispose]();
    await this.aws[Symbol.asyncDispose]();
  }

  async #copy(names: string, directory: string): Promise<void> {
    await this.#sh(
      `mkdir ${directory}; for name in ${names}; do
        if [ -e $name ]; then cp -a $name ${directory}; fi; done`,
    );
  }

  async #sh(script: string): Promise<void> {
    const { status, stderr } = await this.home.sh(script, [], {
      cwd: this.home.root,
    });
    assertEquals([status, stderr], [0, ""]);
  }
}
