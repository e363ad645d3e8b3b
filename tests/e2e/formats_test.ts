/** `--format`: every format, evaluated by the shells or programs that the format is for. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path/join";
import type { Credentials } from "../../lib/aws/credentials.ts";
import { formatCredentials } from "../../lib/output/credentials.ts";
import {
  formatForShell,
  type ShellFormat,
} from "../../lib/output/shell_formats.ts";
import { FORMATS } from "../../lib/settings/options.ts";
import {
  ADMIN_ARN,
  ADMIN_SESSION_ARN,
  ALICE,
  argv,
  assertFails,
  e2e,
  fixture,
  OK,
  PREFIX_YAML,
  program,
  quote,
  terminal,
  type TestHome,
  unix,
  warm,
  WITHOUT_TERMINAL,
} from "../mod.ts";

/** A shell, and the syntax to evaluate a program's output in the shell. */
interface Shell {
  readonly words: readonly string[];
  readonly format: ShellFormat | "env-no-export";
  /** Formats a line that evaluates the output of a command. */
  readonly evaluate: (command: string) => string;
  /** Formats a command that prints a variable. */
  readonly show: (name: string) => string;
}

const evalPosix = (command: string) => `eval "$(${command})"`;
const showPosix = (name: string) => `printf '%s\\n' "$${name}"`;
const evalAll = (command: string) => `set -a; ${evalPosix(command)}; set +a`;

/** The shells of Unix; a shell on Windows has other variables and paths than programs. */
const POSIX_SHELLS: readonly (readonly string[])[] = unix.ignore ? [] : [
  ["sh"],
  ["bash"],
  ["bash", "--posix"],
  ["dash"],
  ["busybox", "sh"],
  ["zsh"],
];

const SHELLS: readonly Shell[] = [
  ...POSIX_SHELLS.flatMap((words): Shell[] => [
    {
      words,
      format: "env",
      evaluate: evalPosix,
      show: showPosix,
    },
    {
      words,
      format: "env-no-export",
      evaluate: evalAll,
      show: showPosix,
    },
  ]),
  {
    // With these options, zsh expands more characters in a word than other shells do.
    words: "zsh -o extendedglob -o magicequalsubst -o rcquotes -o globassign"
      .split(" "),
    format: "env",
    evaluate: evalPosix,
    show: showPosix,
  },
  {
    words: ["fish"],
    format: "fish",
    evaluate: (command) => `${command} | source`,
    show: showPosix,
  },
  {
    words: ["pwsh", "-NoProfile"],
    format: "powershell",
    evaluate: (command) => `& ${command} | Invoke-Expression`,
    show: (name) => `[Console]::Out.Write("$Env:${name}\`n")`,
  },
];

const NUSHELL = ["nu", "--no-config-file"];

/** Values with characters that are special in a shell; code in a value would create `canary`. */
const ODD_VALUES: readonly string[] = [
  Array.from({ length: 94 }, (_, i) => String.fromCharCode(0x21 + i)).join(""),
  "$(touch${IFS}canary)",
  "`touch${IFS}canary`",
  "(touch${IFS}canary)",
  '";touch${IFS}canary;"',
  "';touch${IFS}canary;'",
  "&touch&canary&",
  "|touch|canary|",
  ">canary",
  "$(New-Item('canary'))",
  "\"$(New-Item('canary'))\"",
  "''",
  "'",
  "'''",
  '"',
  '""',
  "\\",
  "a\\\\",
  "\\'",
  '\\"',
  "`",
  "``",
  '`"',
  "$HOME",
  "${HOME}",
  "$env:HOME",
  "$$",
  "$",
  "!!",
  "a!b",
  "%HOME%",
  "50%",
  "^a",
  "=sh",
  "a:=sh",
  "a=sh",
  "a=b=",
  "~",
  "a:~",
  "*",
  "a*",
  "[a-z]*",
  "{a,b}",
  "#a",
  "a#b",
  "-n",
  "--",
  ";",
  "a\\nb",
];

/**
 * Combinations of characters that start or end something in a shell with code that would
 * create a file named `canary`.
 */
const HOSTILE_VALUES: readonly string[] = [
  ..."' \" ` \\ '' '\" $ $( ${ $(( ( ; & && | || # ! !! % ^ < <( > >( { [ = =( ~ * ? , ] @ << >| $' $\""
    .split(" "),
].flatMap((start) =>
  ["touch${IFS}canary", "touch canary", ">canary", "(touch${IFS}canary)"]
    .flatMap((code) =>
      ["", "'", '"', "`", ")", "}", ";#"].map((end) => start + code + end)
    )
);

async function isInstalled([shell, ...options]: readonly string[]) {
  try {
    const args = [...options, "-c", "exit"];
    const command = new Deno.Command(shell!, { args });
    return (await command.output()).success;
  } catch {
    return false;
  }
}

function credentialsWith(sessionToken: string): Credentials {
  return {
    accessKeyId: "ASIA1",
    secretAccessKey: "a/b+c=",
    sessionToken,
    expiration: Date.UTC(2026, 0, 1),
    roleArn: ADMIN_ARN,
    assumedRoleArn: ADMIN_SESSION_ARN,
    obtainedAt: 0,
    clockOffset: 0,
  };
}

for (const { words, format, evaluate, show } of SHELLS) {
  const name = `${words.join(" ")}, ${format}`;
  const options = { ignore: !await isInstalled(words) };

  e2e(
    `${name}: the command line in docs/formats.md exports the credentials to programs`,
    {
      ...options,
      home: warm,
    },
    async ({ home, run }) => {
      const command = quote(argv`${program()} -r admin --format ${format}`);
      const script = `${evaluate(command)}; env`;
      const result = await home.exec(argv`${words} -c ${script}`);
      const names = /^AWS_(ACCESS|SECRET|SESSION|CREDENTIAL)_.*\n/gm;
      const set = (result.stdout.match(names) ?? []).sort().join("");
      const printed = await run("-r admin");
      assertEquals([result.status, result.stderr], [0, ""]);
      assertEquals(
        set.replace(/^AWS_CREDENTIAL_EXPIRATION=.*\n/m, ""),
        printed.stdout,
      );
      assertEquals(
        /^AWS_CREDENTIAL_EXPIRATION=\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$/m
          .test(set),
        format !== "env-no-export",
      );
    },
  );

  e2e(
    `${name}: values with special characters reach the shell unchanged, and no code in them runs`,
    {
      ...options,
      offline: true,
    },
    async ({ home }) => {
      const script = ODD_VALUES.flatMap((value) => [
        format === "env-no-export"
          ? formatCredentials(credentialsWith(value), format)
          : formatForShell({ credentials: credentialsWith(value) }, format, []),
        `${show("AWS_SESSION_TOKEN")}\n`,
      ]).join("");
      const result = await home.exec([...words, "-c", script]);
      assertEquals(
        [result.stdout.split("\n"), result.stderr],
        [[...ODD_VALUES, ""], ""],
      );
      const files = [...Deno.readDirSync(home.project)].map(({ name }) => name);
      assertEquals(files, ["assume-role.yaml"]);
    },
  );
}

for (const { words, format, show } of SHELLS) {
  if (format === "powershell") continue;
  e2e(
    `${
      words.join(" ")
    }, ${format}: none of ${HOSTILE_VALUES.length} hostile values runs code`,
    { ignore: !await isInstalled(words), offline: true },
    async ({ home }) => {
      assert(HOSTILE_VALUES.length >= 952);
      const lines = HOSTILE_VALUES.flatMap((value) => [
        format === "env-no-export"
          ? formatCredentials(credentialsWith(value), format)
          : formatForShell({ credentials: credentialsWith(value) }, format, []),
        `${show("AWS_SESSION_TOKEN")}\n`,
      ]);
      const script = home.write("script", lines.join(""));
      const result = await home.exec([...words, script]);
      assertEquals(
        [result.stdout, result.stderr],
        [HOSTILE_VALUES.map((value) => `${value}\n`).join(""), ""],
      );
      const files = [...Deno.readDirSync(home.project)].map(({ name }) => name);
      assertEquals(files.sort(), ["assume-role.yaml", "script"]);
    },
  );
}

/** Variables of another identity, which do not change the base credentials of a run. */
const OTHER_IDENTITY = {
  AWS_PROFILE: "default",
  AWS_DEFAULT_PROFILE: "default",
  AWS_ACCOUNT_ID: "999999999999",
  AWS_CREDENTIAL_SCOPE: "scope",
  AWS_BEARER_TOKEN_BEDROCK: "bearer",
  AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://127.0.0.1:2/",
  AWS_DEV_PROFILE: "dev",
  AWS_Token: "token",
  FSSPEC_S3_KEY: "key",
};

/** Lists the variables in the output of `env` whose names begin with AWS_, ASSUME_ or FSSPEC_. */
function variables(home: TestHome, file: string): Record<string, string> {
  const text = Deno.readTextFileSync(join(home.project, file));
  const lines = text.matchAll(/^((?:AWS|ASSUME|FSSPEC)_\w+)=(.*)$/gm);
  return Object.fromEntries(
    Array.from(lines, ([, name, value]) => [name!, value!]),
  );
}

for (
  const { words, format, evaluate } of SHELLS.filter(({ format }) =>
    format !== "env-no-export"
  )
) {
  for (const from of ["a new session", "a stored plan"]) {
    e2e(
      `${
        words.join(" ")
      }, ${format}: programs see the role, the region and no other identity, and --unset removes what was set; from ${from}`,
      {
        ignore: !await isInstalled(words),
      },
      async ({ aws, home, run }) => {
        home.write(
          "assume-role.yaml",
          `${PREFIX_YAML}roles:\n  admin:\n    role_arn: ${ADMIN_ARN}\n    region: eu-west-3\n`,
        );
        const options = { env: OTHER_IDENTITY };
        const args = `-r admin --format ${format}`;
        if (from === "a stored plan") {
          assertEquals((await run(args, options)).status, 0);
        }
        const line = (args: string) =>
          evaluate(quote([...program(), ...args.split(" ")]));
        const script = [
          "env >before",
          line(args),
          "env >during",
          line(`--unset --format ${format}`),
          "env >after",
        ].join("\n");
        const result = await home.exec([...words, "-c", script], options);
        assertEquals(result, OK);
        const before = variables(home, "before");
        for (const name of Object.keys(OTHER_IDENTITY)) {
          assert(before[name] !== undefined);
          delete before[name];
        }
        const {
          AWS_ACCESS_KEY_ID = "",
          AWS_SECRET_ACCESS_KEY,
          AWS_SESSION_TOKEN,
          AWS_CREDENTIAL_EXPIRATION,
          ASSUME_ROLE_SESSION = "",
          ...during
        } = variables(home, "during");
        assertEquals(aws.sessionOf(AWS_ACCESS_KEY_ID)?.arn, ADMIN_SESSION_ARN);
        assert(AWS_SECRET_ACCESS_KEY && AWS_SESSION_TOKEN);
        assert(Date.parse(AWS_CREDENTIAL_EXPIRATION ?? "") > Date.now());
        assertMatch(ASSUME_ROLE_SESSION, /^[0-9a-f]{64}$/);
        assertEquals(during, {
          ...before,
          AWS_REGION: "eu-west-3",
          AWS_DEFAULT_REGION: "eu-west-3",
          ASSUME_ROLE_ARN: ADMIN_ARN,
        });
        assertEquals(variables(home, "after"), before);
      },
    );
  }
}

e2e(
  "nushell: values with special characters reach the shell unchanged, and no code in them runs",
  { ignore: !await isInstalled(NUSHELL), offline: true },
  async ({ home }) => {
    const script = ODD_VALUES.flatMap((value) => [
      formatForShell({ credentials: credentialsWith(value) }, "nushell", []),
      "print $env.AWS_SESSION_TOKEN\n",
    ]).join("");
    const result = await home.exec([...NUSHELL, "-c", script]);
    assertEquals(
      [result.stdout.split("\n"), result.stderr],
      [[...ODD_VALUES, ""], ""],
    );
    const files = [...Deno.readDirSync(home.project)].map(({ name }) => name);
    assertEquals(files, ["assume-role.yaml"]);
  },
);

e2e(
  "nushell: the commands of docs/formats.md give programs the session and no other identity, and --unset removes the session",
  { ignore: !await isInstalled(NUSHELL) },
  async ({ aws, home, run }) => {
    const env = OTHER_IDENTITY;
    for (const args of ["-r admin", "--unset"]) {
      const { status, stdout } = await run(`${args} --format nushell`, { env });
      assertEquals(status, 0);
      home.write(`${args.slice(-5)}.nu`, stdout);
    }
    const script =
      "source admin.nu; ^env | save during; source unset.nu; ^env | save after";
    const result = await home.exec([...NUSHELL, "-c", script], { env });
    assertEquals(result, OK);
    const during = variables(home, "during");
    const session = aws.sessionOf(during.AWS_ACCESS_KEY_ID ?? "");
    assertEquals(session?.arn, ADMIN_SESSION_ARN);
    assertEquals(during.ASSUME_ROLE_ARN, ADMIN_ARN);
    const names = [
      ...Object.keys(variables(home, "after")),
      ...Object.keys(during),
    ];
    assertEquals(names.filter((name) => name in OTHER_IDENTITY), []);
    assertEquals(variables(home, "after").AWS_ACCESS_KEY_ID, undefined);
  },
);

e2e(
  "fish: an exported universal variable of another identity does not reach programs, and a universal variable of the user's keys stays",
  { ignore: !await isInstalled(["fish"]) },
  async ({ home }) => {
    const line = (args: string) =>
      `${quote([...program(), ...args.split(" ")])} | source`;
    const script = `set -Ux AWS_PROFILE default
set -Ux AWS_REGION eu-west-2
${line("-r admin --region eu-west-3 --format fish")}
env | grep -c '^AWS_PROFILE='; printenv AWS_REGION
${line("--unset --format fish")}
printenv AWS_REGION AWS_ACCESS_KEY_ID`;
    const { stdout, stderr } = await home.exec(argv`fish -c ${script}`);
    assertEquals([stdout, stderr], ["0\neu-west-3\neu-west-2\n", ""]);
  },
);

e2e(
  "if no region is known, the formats for shells leave AWS_REGION as it is",
  async ({ run }) => {
    const { stdout } = await run("-r admin --format env");
    assertEquals(/REGION/.test(stdout), false);
  },
);

e2e(
  "--unset needs no role, no configuration and no network, and takes its format from --format or ASSUME_ROLE_FORMAT",
  { offline: true },
  async ({ home, run }) => {
    home.write("assume-role.yaml", "bogus: 1\n");
    home.writeHome(".aws/config", "[broken\n");
    const env = { ASSUME_ROLE_DURATION: "1s" };
    const { stdout, ...rest } = await run("--unset", { env });
    assertEquals([rest.status, rest.stderr], [0, ""]);
    assertMatch(stdout, /^unset AWS_ACCESS_KEY_ID .*ASSUME_ROLE_SESSION\n$/);
    const fish = await run("--unset --format fish");
    assertMatch(fish.stdout, /^set -eg AWS_ACCESS_KEY_ID /);
    const byVariable = { env: { ASSUME_ROLE_FORMAT: "fish" } };
    assertEquals(await run("--unset", byVariable), fish);
    assertEquals(
      (await run("--unset --format env", byVariable)).stdout,
      stdout,
    );
  },
);

e2e(
  "--unset with a command, another command of our own or a format that no shell evaluates is a usage error",
  { offline: true },
  async ({ run }) => {
    assertFails(await run("--unset true"), {
      error: "Option '--unset' runs no command, but there is one: 'true'",
    });
    for (const other of ["--whoami", "--list", "--server"]) {
      const result = await run(`--unset ${other}`);
      assertFails(result, { error: /^Options .* exclude each other$/ });
    }
    const hint =
      "use one of the formats env, fish, powershell, windows-cmd, nushell";
    for (const format of ["process", "github", "env-no-export"]) {
      assertFails(await run(`--unset --format ${format}`), {
        error:
          `Cannot use the format '${format}' with '--unset': no shell evaluates this format`,
        hint,
      });
      const env = { ASSUME_ROLE_FORMAT: format };
      assertFails(await run("--unset", { env }), {
        error:
          `Cannot use ASSUME_ROLE_FORMAT '${format}' with '--unset': no shell evaluates this format`,
        hint,
      });
    }
  },
);

e2e(
  "every format is printed from the same session",
  { home: warm },
  async ({ aws, run }) => {
    const token = /^AWS_SESSION_TOKEN=(.+)$/m
      .exec((await run("-r admin")).stdout)![1]!;
    for (const format of FORMATS.filter((name) => name !== "github")) {
      const byOption = await run(`-r admin --format ${format}`);
      const byVariable = await run("-r admin", {
        env: { ASSUME_ROLE_FORMAT: format },
      });
      assertEquals(byVariable, byOption);
      assertEquals(
        [byOption.status, byOption.stderr, byOption.stdout.includes(token)],
        [0, "", true],
      );
    }
    assertEquals(aws.count("AssumeRole"), 1);
  },
);

e2e(
  "--format process: stdout has only the JSON, even if there is a warning or an error",
  async ({ home, run }) => {
    home.writeHome(".aws/assume-role/cache", "no directory"); // causes a warning
    const result = await run("-v -r admin --format process");
    assertEquals(result.status, 0);
    assertMatch(result.stderr, /: warning: Cannot cache.*/);
    assertEquals(Object.keys(JSON.parse(result.stdout)), [
      "Version",
      "AccessKeyId",
      "SecretAccessKey",
      "SessionToken",
      "Expiration",
    ]);
    const failed = await run("-r others --format process");
    assertEquals([failed.status, failed.stdout], [125, ""]);
  },
);

e2e(
  "--format process: the MFA prompt uses the terminal, and does not read stdin",
  terminal,
  async ({ aws, home }) => {
    const command = argv`${program()} -r deploy --format process`;
    const script = "printf 'data\\n' | { \"$@\" >out 2>err; cat >rest; }";
    const shown = await home.play(
      argv`sh -c ${script} sh ${command}`,
      [["MFA code", `${await aws.code(ALICE)}\n`]],
    );
    assertMatch(shown.stdout, /MFA code for alice \(role deploy\): \r\n$/);
    const read = (name: string) =>
      Deno.readTextFileSync(`${home.project}/${name}`);
    assertEquals(JSON.parse(read("out")).Version, 1);
    assertEquals([read("err"), read("rest")], ["", "data\n"]);
  },
);

e2e(
  "--format process: without a terminal, no MFA code is read from stdin",
  async ({ aws, home }) => {
    const command = argv`${program()} -r deploy --format process`;
    const script = '"$@"; echo "status $?"; cat';
    const result = await home.exec(
      argv`${WITHOUT_TERMINAL} sh -c ${script} sh ${command}`,
      { stdin: `${await aws.code(ALICE)}\n` },
    );
    assertMatch(result.stdout, /^status 125\n\d{6}\n$/);
    assertMatch(
      result.stderr,
      /is needed, and (?:there is no terminal|stdin is not the console).*\n.*'--mfa-command' to a program that prints codes\n$/,
    );
  },
);

e2e(
  "on a terminal, a note says how to use the role in a shell, unless --quiet or --format is given",
  terminal,
  async ({ home }) => {
    const noteOf = async (args: string, script = '"$@"') => {
      const { stdout } = await home.play(
        argv`sh -c ${script} sh ${program()} ${args.split(" ")}`,
        [],
      );
      return stdout.split("\r\n").filter((line) => line.includes("note:"));
    };
    assertEquals(await noteOf("-r admin"), [
      "assume-role: note: to use the role in this shell, type 'use-role admin' (see --shell-init); in a subshell, 'assume-role -r admin -- $SHELL'",
    ]);
    assertEquals(await noteOf(`--role=${ADMIN_ARN}`), [
      `assume-role: note: to use the role in this shell, type 'use-role ${ADMIN_ARN}' (see --shell-init); in a subshell, 'assume-role -r ${ADMIN_ARN} -- $SHELL'`,
    ]);
    assertEquals(await noteOf("-q -r admin"), []);
    assertEquals(await noteOf("-r admin --format env"), []);
    assertEquals(await noteOf("-r admin --format env-no-export"), []);
    assertEquals(await noteOf("-r admin", '"$@" | cat'), []);
    const { stdout } = await home.sh(
      'exec "$@" 2>&1',
      argv`python3 ${
        fixture("terminal.py")
      } sh -c ${'"$@" 2>/dev/null'} sh ${program()} -r admin`,
      { stdin: "[]" },
    );
    assertMatch(
      stdout,
      /^AWS_ACCESS_KEY_ID=\S+\r\nAWS_SECRET_ACCESS_KEY=\S+\r\nAWS_SESSION_TOKEN=\S+\r\n$/,
    );
  },
);
