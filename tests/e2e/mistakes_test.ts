/**
 * End-to-end tests of mistakes: command lines as users of aws-vault, granted, awsume,
 * saml2aws, the AWS CLI, sudo and env type them, and mistakes in files and variables.
 */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path/join";
import { bareExecutable } from "./bare_root.ts";
import {
  ADMIN_ARN,
  ALICE,
  argv,
  assertFails,
  e2e,
  linux,
  OK,
  PREFIX,
  program,
  role,
  root,
  SERIAL,
  type TestHome,
  unix,
  WORLD,
} from "../mod.ts";

const CONFIG = `[profile dev]
role_arn = ${PREFIX}deploy
source_profile = default
[profile ops]
role_arn = ${PREFIX}admin
source_profile = default
[profile keys]
aws_access_key_id = AKIA
aws_secret_access_key = x
`;
const ROLES = `role_prefix: ${PREFIX}\nroles:\n  admin: ${ADMIN_ARN}\n`;

function setUp(home: TestHome): void {
  home.writeHome(".aws/config", CONFIG);
  home.write("assume-role.yaml", ROLES);
}

/** The command lines that name no role, the word that was taken as the command, the hint. */
const WITHOUT_ROLE: readonly (readonly [line: string, hint: string])[] = [
  ["admin -- true", "did you mean 'assume-role -r admin'?"],
  ["admin true", "did you mean 'assume-role -r admin'?"],
  ["admin", "did you mean 'assume-role -r admin'?"],
  ["adimn -- true", "did you mean 'assume-role -r admin'?"],
  ["readonly -- true", "did you mean 'assume-role -r readonly'?"],
  ["ops true", "did you mean 'assume-role --profile ops'?"],
  ["keys true", "did you mean 'assume-role --role ROLE --profile keys'?"],
  [
    `${ADMIN_ARN} true`,
    `did you mean 'assume-role -r ${ADMIN_ARN}'?`,
  ],
  ["exec admin -- true", "did you mean 'assume-role -r admin'?"],
  ["exec", "did you mean 'assume-role -r ROLE'?"],
  ["run admin true", "did you mean 'assume-role -r admin'?"],
  ["use admin", "did you mean 'assume-role -r admin'?"],
  ["assume admin", "did you mean 'assume-role -r admin'?"],
  ["list", "did you mean 'assume-role --list'?"],
  ["help", "did you mean 'assume-role --help'?"],
  ["version", "did you mean 'assume-role --version'?"],
  ["whoami", "did you mean 'assume-role --whoami'?"],
  ["doctor", "did you mean 'assume-role --doctor'?"],
  ["init", "did you mean 'assume-role --init'?"],
  ["configure", "did you mean 'assume-role --init'?"],
  ["console", "did you mean 'assume-role -r ROLE --console'?"],
  [
    "login",
    "use '-r ROLE --console' for the AWS console, or 'aws sso login' for IAM Identity Center",
  ],
  ["sso login", "did you mean 'aws sso login'?"],
  ["completion bash", "did you mean 'assume-role --completions SHELL'?"],
  ["clear", "did you mean 'assume-role --clear-cache'?"],
  ["rotate", "did you mean 'assume-role -r ROLE -f'?"],
  ["server", "did you mean 'assume-role -r ROLE --server COMMAND'?"],
  ["export", "did you mean 'assume-role -r ROLE --format env'?"],
  ["add admin", "use 'aws configure': assume-role stores no long-term keys"],
  ["-E FOO -r x cmd", "to pass the variable to the command, write '-E=FOO'"],
  [
    "-E FOO,BAR_* cmd",
    "to pass the variable to the command, write '-E=FOO,BAR_*'",
  ],
];

e2e(
  "if no role is given, the error names a word that was probably not meant as the command",
  async ({ home, run }) => {
    setUp(home);
    for (const [line, hint] of WITHOUT_ROLE) {
      const word = line.replace(/^-E /, "").split(" ")[0];
      assertFails(await run(line), {
        error: `No role given: '${word}' was taken as the command`,
        hint,
      });
    }
  },
);

e2e(
  "an ordinary command without a role is no mistake of that kind",
  async ({ home, run }) => {
    setUp(home);
    for (const line of ["aws s3 ls", "ls admin", "env", "./admin"]) {
      assertFails(await run(line), {
        error: "No role given",
        hint: "use '--role NAME' or set ASSUME_ROLE_ROLE; known roles: admin",
      });
    }
    assertFails(await run("true", { env: { AWS_PROFILE: "dev" } }), {
      error: "No role given",
      hint:
        "use '--role NAME'; for the profile of AWS_PROFILE, use '--profile dev'",
    });
  },
);

/** Options that do not exist, and the hint. */
const OPTIONS: readonly (readonly [line: string, hint: string])[] = [
  ["-p dev true", "did you mean '--profile'?"],
  ["-c", "did you mean '--console'?"],
  ["-l", "did you mean '--list'?"],
  ["-d 1h true", "did you mean '--duration'?"],
  ["-u admin true", "did you mean '--role'?"],
  ["-s true", "did you mean '--server'?"],
  ["--role-arn x true", "did you mean '--role'?"],
  ["--mfa 123456 true", "did you mean '--mfa-token'?"],
  ["-t 123456 true", "did you mean '--mfa-token'?"],
  ["--serial-number x true", "did you mean '--mfa-serial'?"],
  ["--output json", "did you mean '--format'?"],
  ["--login", "did you mean '--console'?"],
  ["--rotate", "did you mean '--force-refresh'?"],
  ["--no-cache true", "did you mean '--force-refresh'?"],
  ["--prompt ykman true", "did you mean '--mfa-command'?"],
  ["--session-name x true", "did you mean '--role-session-name'?"],
  ["--policy-arns x true", "did you mean '--policy-arn'?"],
  ["--ecs-server true", "did you mean '--server'?"],
  ["--debug true", "did you mean '--verbose'?"],
  ["--env-keep FOO true", "did you mean '--preserve-env'?"],
  ["-n true", "did you mean '--no-input'?"],
  ["-V", "did you mean '--version'?"],
  [
    "--exec true",
    "leave out '--exec': the command follows the options, without quotes",
  ],
  [
    "--account 111111111111 true",
    "write the full ARN: '--role arn:aws:iam::ACCOUNT:role/NAME'",
  ],
];

e2e(
  "an option of another tool is an error that names our option",
  async ({ run }) => {
    for (const [line, hint] of OPTIONS) {
      for (const words of [line, `-r admin ${line}`]) {
        assertFails(await run(words), {
          error: `Unknown option '${line.split(" ")[0]}'`,
          hint,
        });
      }
    }
  },
);

/** Roles in a form that is not accepted, the error and the hint. */
const ROLE_FORMS: readonly (readonly [
  role: string,
  error: string,
  hint: string,
])[] = [
  [
    "arn:aws:iam::111111111111:user/alice",
    "not the ARN of a role",
    "name a role, because a user cannot be assumed",
  ],
  [
    "arn:aws:sts::111111111111:assumed-role/admin/alice",
    "not the ARN of a role",
    `did you mean '--role ${ADMIN_ARN}'?`,
  ],
  [
    `role_arn=${ADMIN_ARN}`,
    "not a name or an ARN",
    `did you mean '--role ${ADMIN_ARN}'?`,
  ],
  [
    "111111111111:role/admin",
    "not a name or an ARN",
    `did you mean '--role ${ADMIN_ARN}'?`,
  ],
];

e2e(
  "a role in another form is an error that shows the form to write",
  async ({ aws, home, run }) => {
    setUp(home);
    for (const [role, error, hint] of ROLE_FORMS) {
      assertFails(await run(argv`-r ${role} true`), {
        error: `Cannot use the role '${role}': ${error}`,
        hint,
      });
    }
    assertEquals(aws.actions(), []);
  },
);

/** Names that are probably mistyped, and the note. */
const TYPOS: readonly (readonly [name: string, note: string])[] = [
  ["adimn", "'adimn' is not a known role; did you mean 'admin'?"],
  ["ADMIN", "'ADMIN' is not a known role; did you mean 'admin'?"],
  ["role/admin", "'role/admin' is not a known role; did you mean 'admin'?"],
  [
    "admin,dev",
    "'admin,dev' is not a known role; a run assumes one role, and role_prefix makes this text one name",
  ],
  [
    "111111111111",
    "'111111111111' is not a known role; an account ID is not enough to name a role",
  ],
];

e2e(
  "a role that is probably mistyped is a note before AWS is asked, unless with '-q'",
  async ({ home, run }) => {
    setUp(home);
    for (const [name, note] of TYPOS) {
      const result = await run(argv`--no-input -r ${name} true`);
      const [first, ...rest] = result.stderr.split("\n");
      assertEquals(first, `assume-role: note: ${note}`);
      assertFails({ ...result, stderr: rest.join("\n") }, {
        error: /AWS denied .*; the role may require MFA/,
      });
      const quiet = await run(argv`-q --no-input -r ${name} true`);
      assertEquals(quiet.stderr.includes("not a known role"), false);
    }
  },
);

e2e(
  "if AWS denies a role despite an MFA code, the hint gives no advice to use MFA",
  async ({ aws, home, run }) => {
    setUp(home);
    const code = await aws.code(ALICE);
    assertFails(
      await run(
        argv`-r nobody --mfa-serial ${SERIAL} --mfa-token ${code} true`,
      ),
      {
        error: /AWS denies access/,
        hint:
          "check that the role exists, that its trust policy allows you, and that you have sts:AssumeRole",
      },
    );
  },
);

e2e(
  "a role that was assumed before is never called mistyped",
  async ({ home, run }) => {
    home.write(
      "assume-role.yaml",
      `role_prefix: ${PREFIX}\nroles:\n  admim: ${PREFIX}deploy\n`,
    );
    const note =
      "assume-role: note: 'admin' is not a known role; did you mean 'admim'?\n";
    assertEquals(await run("-r admin true"), { ...OK, stderr: note });
    assertEquals(await run("-r admin true"), OK);
    assertEquals(await run("-f -r admin true"), OK);
  },
);

/** Commands that cannot be found, the name in the error, the hint. */
const COMMANDS: readonly (readonly [
  words: readonly string[],
  name: string,
  hint: string,
])[] = [
  [
    ["aws s3 ls"],
    "aws …",
    "leave out the quotes: quoted text counts as the name of one program",
  ],
  [
    ["ll"],
    "ll",
    "aliases and built-in commands need a shell: -- bash -ic 'll'",
  ],
  [
    ["cd", "/tmp"],
    "cd",
    "aliases and built-in commands need a shell: -- bash -ic 'cd'",
  ],
  [
    ["FOO=secret", "cmd"],
    "FOO=…",
    "put 'env' before FOO=…, or pass a variable of your shell with '-E=FOO'",
  ],
  [
    ["FOO", "cmd"],
    "FOO",
    "to pass these variables to the command, use -E='FOO'",
  ],
  [["--", "--", "true"], "--", "leave out one '--'"],
  [
    ["exec", "true"],
    "exec",
    "leave out 'exec': the command follows the options",
  ],
  [["dev", "--", "true"], "dev", "did you mean 'assume-role -r dev'?"],
  [["list"], "list", "did you mean 'assume-role --list'?"],
  [["./nothing"], "./nothing", "check the path: there is no such file"],
  [
    ["nothing"],
    "nothing",
    "check that a directory of PATH contains the command",
  ],
  [
    ["–region", "us-east-1", "true"],
    "–region",
    "type '--region' with hyphens, because a longer dash is not a hyphen",
  ],
  [
    ["‘true’"],
    "‘true’",
    "type straight quotes (' or \"), because a shell does not know curved quotes",
  ],
];

e2e(
  "if a command is not found, the hint says what was probably meant",
  unix,
  async ({ run }) => {
    for (const [words, name, hint] of COMMANDS) {
      const result = await run(["-r", "admin", ...words]);
      assertEquals(
        result,
        {
          ...OK,
          status: 127,
          stderr:
            `assume-role: error: Cannot run '${name}': command not found\nassume-role: hint: ${hint}\n`,
        },
      );
    }
  },
);

const DASH = "with hyphens, because a longer dash is not a hyphen";
const QUOTES =
  "type straight quotes (' or \"), because a shell does not know curved quotes";
/** Words with characters that word processors insert, the error and the hint. */
const CHARACTERS: readonly (readonly [
  words: readonly string[],
  error: string | RegExp,
  hint: string,
])[] = [
  [["–role", "admin", "true"], "No role given", `type '--role' ${DASH}`],
  [["—role=admin", "true"], "No role given", `type '--role=…' ${DASH}`],
  [["−r", "admin", "true"], "No role given", `type '-r' ${DASH}`],
  [["-r", "“admin”", "true"], /^Cannot use the role '“admin”'/, QUOTES],
  [
    ["-r", "admin", "--region", "“us-east-1”", "true"],
    "Cannot use --region '“us-east-1”': write a region like eu-west-1",
    QUOTES,
  ],
];

e2e("dashes and quotes of word processors are named", async ({ run }) => {
  for (const [words, error, hint] of CHARACTERS) {
    assertFails(await run(words), { error, hint });
  }
});

e2e(
  "values of the AWS CLI's form are accepted or explained",
  async ({ run }) => {
    assertFails(await run("-r admin --tag Key=team,Value=ops true"), {
      error:
        "Cannot use --tag 'Key=team,Value=ops': write 'team=ops', not as in the AWS CLI",
      hint: null,
    });
    assertEquals(await run("-radmin true"), OK);
    assertEquals(await run("-r admin --duration 3600 true"), OK);
    assertFails(await run("-r admin --duration 1hour true"), {
      error:
        "Cannot use --duration '1hour': write a duration like 15m, 1h30m, 90s or 3600",
    });
    assertFails(await run("-r admin --region= true"), {
      error: "Cannot use --region '': write a region like eu-west-1",
    });
  },
);

/** Mistakes in `assume-role.yaml`: the text, the place and the reason, the hint. */
const FILES: readonly (readonly [
  text: string,
  error: string,
  hint: string | null,
])[] = [
  [
    `roles:\n\tadmin: ${ADMIN_ARN}\n`,
    "Cannot read PATH:2:1: line 2 is indented with a tab",
    "indent with spaces, because YAML needs spaces",
  ],
  [
    `roles:\n  admin:\n\trole_arn: ${ADMIN_ARN}\n`,
    "Cannot read PATH:3:1: line 3 is indented with a tab",
    "indent with spaces, because YAML needs spaces",
  ],
  [
    `roles:\n  admin:\n    arn: ${ADMIN_ARN}\n`,
    "Cannot use PATH:3:5: unknown key 'arn'",
    "did you mean 'role_arn'?",
  ],
  [
    "roles:\n  - admin\n",
    "Cannot use PATH:1:1: 'roles' must be a mapping of 'key: value' lines",
    "write 'NAME: ARN' lines below 'roles:', without '-'",
  ],
  [
    "role_prefix: a\nrole_prefix: b\n",
    "Cannot read PATH:2:1: a key occurs twice before this place",
    "remove one of the two lines",
  ],
];

e2e(
  "mistakes in assume-role.yaml are named with their place",
  async ({ home, run }) => {
    const path = join(home.project, "assume-role.yaml");
    for (const [text, error, hint] of FILES) {
      home.write("assume-role.yaml", text);
      assertFails(await run("-r admin true"), {
        error: error.replace("PATH", path),
        hint,
      });
    }
    for (
      const text of [
        `roles:\n  admin: ${ADMIN_ARN}\n`,
        `roles:\n  admin:\n    role_arn: ${ADMIN_ARN}\n    duration: 3600\n`,
        `# \ta tab in a comment\nroles: {admin: {\n\trole_arn: ${ADMIN_ARN}}}\n`,
      ]
    ) {
      home.write("assume-role.yaml", text);
      assertEquals(await run("-r admin true"), OK);
    }
  },
);

e2e(
  "a file assume-role.yml is a warning in every run",
  async ({ home, run }) => {
    const path = home.write("assume-role.yml", "role: deploy\n");
    // A file further up is not found, because the test's project is in no other project.
    const warning =
      `assume-role: warning: Ignoring ${path}: the name must end in '.yaml'\n`;
    Deno.removeSync(join(home.project, "assume-role.yaml"));
    for (const _ of ["first", "cached", "cached"]) {
      assertEquals(await run(argv`-r ${ADMIN_ARN} true`), {
        ...OK,
        stderr: warning,
      });
    }
    home.write("assume-role.yaml", ROLES);
    assertEquals(await run("-r admin true"), OK);
  },
);

e2e(
  "a mistyped region is named if its endpoint cannot be reached",
  { offline: true },
  async ({ run }) => {
    const env = { AWS_ENDPOINT_URL: "", HTTPS_PROXY: "http://127.0.0.1:2" };
    for (
      const [region, near] of [
        ["us-esat-1", "us-east-1"],
        ["eu-wset-1", "eu-west-1"],
        ["ap-northeast1-1", "ap-northeast-1"],
      ] as const
    ) {
      assertFails(await run(argv`-r admin --region ${region} true`, { env }), {
        error:
          `Cannot identify the base credentials: cannot reach AWS STS at sts.${region}.amazonaws.com`,
        hint: `the region '${region}' is not known; did you mean '${near}'?`,
      });
    }
    assertFails(await run("-r admin --region eu-west-1 true", { env }), {
      error: /cannot reach AWS STS at sts\.eu-west-1\.amazonaws\.com$/,
      hint: /^check the network/,
    });
  },
);

e2e(
  "without HOME and without an account entry, the hint says why ~/.aws cannot be found",
  { ignore: bareExecutable.ignore || root.ignore || linux.ignore },
  async ({ home }) => {
    const script =
      'unset HOME; chmod -R a+rX "$0"; exec setpriv --reuid 54321 --clear-groups "$@"';
    const result = await home.exec(
      argv`sh -c ${script} ${home.root} ${program()} -r ${ADMIN_ARN} true`,
    );
    assertFails(result, {
      error: "Cannot find base credentials",
      hint:
        "set HOME to your home directory, because ~/.aws cannot be found without it",
    });
  },
);

e2e(
  "completions of --profile leave out the profiles that assume-role saved",
  async ({ home, run }) => {
    setUp(home);
    assertEquals(await run("-r admin true"), OK);
    assertStringIncludes(
      home.readHome(".aws/credentials"),
      "[111111111111-admin]",
    );
    const { stdout } = await run("--completions profiles");
    assertEquals(stdout.trim().split("\n").sort(), [
      "default",
      "dev",
      "keys",
      "ops",
    ]);
    assertMatch(stdout, /^dev$/m);
  },
);

e2e(
  "a role that role_prefix makes is compared with the roles of the cache",
  { world: { ...WORLD, roles: [role("admin"), role("admin-1")] } },
  async ({ home, run }) => {
    assertEquals(await run("-r admin true"), OK);
    const note =
      "assume-role: note: 'adimn' is not a known role; did you mean 'admin'?\n";
    const mistyped = await run("-r adimn true");
    assertStringIncludes(mistyped.stderr, note);
    // A name that only resembles the cached role gets no note.
    assertEquals(
      (await run("-r dev-admin true")).stderr.includes("not a known role"),
      false,
    );
    // Names with other digits are names of different roles.
    assertEquals(await run("-r admin-1 true"), OK);
    assertEquals(
      (await run("-r admin-2 true")).stderr.includes("not a known role"),
      false,
    );
    home.removeCache();
    assertEquals((await run("-r adimn true")).stderr.includes(note), false);
  },
);

e2e(
  "a role of the cache is known: as the first word, in the hint, and beside verbs of other tools",
  async ({ run }) => {
    const none = "use '--role NAME' or set ASSUME_ROLE_ROLE";
    assertFails(await run("admin ls"), {
      error: "No role given",
      hint: `${none}; see 'assume-role --help'`,
    });
    assertEquals(await run("-r admin true"), OK);
    assertFails(await run("admin ls"), {
      error: "No role given: 'admin' was taken as the command",
      hint: "did you mean 'assume-role -r admin'?",
    });
    assertFails(await run("ls"), {
      error: "No role given",
      hint: `${none}; known roles: admin`,
    });
    const verb = await run("--no-input -r unset true");
    assertStringIncludes(
      verb.stderr,
      "assume-role: note: 'unset' is not a known role; did you mean '--unset'?\n",
    );
  },
);
