/** `--format`: every format, evaluated by the shells or programs that the format is for. */
import { assertEquals, assertMatch } from "@std/assert";
import type { Credentials } from "../../lib/aws/credentials.ts";
import { formatCredentials } from "../../lib/output/credentials.ts";
import { FORMATS } from "../../lib/settings/options.ts";
import type { Format } from "../../lib/settings/parsers.ts";
import {
  ADMIN_ARN,
  ADMIN_SESSION_ARN,
  ALICE,
  argv,
  e2e,
  program,
  quote,
  terminal,
  warm,
} from "../mod.ts";

/** A shell, and the syntax to evaluate a program's output in the shell. */
interface Shell {
  readonly words: readonly string[];
  readonly format: Format;
  /** Formats a line that evaluates the output of a command. */
  readonly evaluate: (command: string) => string;
  /** Formats a command that prints a variable. */
  readonly show: (name: string) => string;
}

const evalPosix = (command: string) => `eval "$(${command})"`;
const showPosix = (name: string) => `printf '%s\\n' "$${name}"`;
const evalAll = (command: string) => `set -a; ${evalPosix(command)}; set +a`;

const SHELLS: readonly Shell[] = [
  ...["bash", "dash", "zsh"].flatMap((shell): Shell[] => [
    {
      words: [shell],
      format: "env",
      evaluate: evalPosix,
      show: showPosix,
    },
    {
      words: [shell],
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
    `${name}: the command line in the README exports the credentials to programs`,
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
      assertEquals(result.stderr, "");
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
        formatCredentials(credentialsWith(value), format),
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

e2e(
  "every format is printed from the same session",
  { home: warm },
  async ({ aws, run }) => {
    const token = /^AWS_SESSION_TOKEN=(.+)$/m
      .exec((await run("-r admin")).stdout)![1]!;
    for (const format of FORMATS) {
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
    assertMatch(shown.stdout, /MFA code for \S+: \r\n$/);
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
      argv`setsid -w sh -c ${script} sh ${command}`,
      { stdin: `${await aws.code(ALICE)}\n` },
    );
    assertMatch(result.stdout, /^status 125\n\d{6}\n$/);
    assertMatch(
      result.stderr,
      /is needed, and there is no terminal to ask on\n.*'--mfa-command'\n$/,
    );
  },
);
