/** The completions of `--completions`, used in real shells. */
import { assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path/join";
import { SHELLS } from "../../lib/settings/options.ts";
import {
  argv,
  assertFails,
  e2e,
  has,
  HAS_TERMINAL,
  program,
  quote,
  type TestHome,
} from "../mod.ts";

const ARN = "arn:aws:iam::111111111111:role";

const CONFIG = `role_prefix: ${ARN}/
roles:
  deploy-prod:
    role_arn: ${ARN}/ci/deploy
  "odd $(touch planted)":
    role_arn: ${ARN}/odd
  "-x":
    role_arn: ${ARN}/x
`;

const AWS_CONFIG = `[profile base]
region = eu-west-1

[profile reader]
role_arn = ${ARN}/team/reader
source_profile = base

[profile other]
role_arn = arn:aws:iam::222222222222:role/guest
source_profile = base
`;

/**
 * Installs a script `assume-role`. If the shell asks for completions, the script runs
 * assume-role; otherwise, the script prints its arguments.
 *
 * @returns a `PATH` on which shells find the program
 */
function install(home: TestHome): Record<string, string> {
  home.write("assume-role.yaml", CONFIG);
  home.writeHome(".aws/config", AWS_CONFIG);
  const words = quote(program());
  const path = home.write(
    "bin/assume-role",
    `#!/bin/sh
case $2 in
  bash | zsh | fish | roles | profiles) exec ${words} "$@" ;;
  *) printf '<%s>' "$@"; echo ;;
esac
`,
  );
  Deno.chmodSync(path, 0o700);
  return { PATH: `${join(home.project, "bin")}:${Deno.env.get("PATH")}` };
}

/** Each typed text, and the arguments after the Tab key has completed the text. */
const TYPED: readonly (readonly [string, string])[] = [
  ["assume-role --wh", "<--whoami>"],
  ["assume-role -r depl", "<-r><deploy-prod>"],
  ["assume-role -fr depl", "<-fr><deploy-prod>"],
  ["assume-role --role=depl", "<--role=deploy-prod>"],
  ["assume-role -r od", "<-r><odd $(touch planted)>"],
  ["assume-role -r team/r", "<-r><team/reader>"],
  [
    "assume-role -r arn:aws:iam::2222",
    "<-r><arn:aws:iam::222222222222:role/guest>",
  ],
  ["assume-role --profile rea", "<--profile><reader>"],
  ["assume-role --console=lam", "<--console=lambda>"],
  ["assume-role --format win", "<--format><windows-cmd>"],
  ["assume-role --completions pow", "<--completions><powershell>"],
  ["assume-role --config assume-role.y", "<--config><assume-role.yaml>"],
  ["assume-role -r x -- assume-ro", "<-r><x><--><assume-role>"],
  ["assume-role -r x cat assume-role.y", "<-r><x><cat><assume-role.yaml>"],
];

for (
  const [shell, file, args, start] of [
    [
      "bash",
      ".bashrc",
      ["--rcfile", ".bashrc", "-i"],
      'eval "$(assume-role --completions bash)"',
    ],
    [
      "zsh",
      ".zshrc",
      ["-d", "-i"],
      "autoload -U compinit; compinit -D -u; source <(assume-role --completions zsh)",
    ],
  ] as const
) {
  e2e(
    `${shell} completes options, values, the names of roles and profiles, files and the command`,
    {
      ignore: !HAS_TERMINAL || !await has(shell),
      offline: true,
    },
    async ({ home }) => {
      const env = { ...install(home), TERM: "dumb", ZDOTDIR: home.project };
      home.write(file, `${start}\nPS1='ready> '\n`);
      const steps = [...TYPED.map(([typed]) => `${typed}\t\n`), "exit\n"]
        .map((typed) => ["ready> ", typed] as const);
      const { stdout } = await home.play([shell, ...args], steps, { env });
      const printed = [...stdout.matchAll(/^<.*>(?=\r)/gm)].map(([line]) =>
        line
      );
      assertEquals(printed, TYPED.map(([, words]) => words), stdout);
      assertEquals(
        [...Deno.readDirSync(home.project)].map(({ name }) => name).sort(),
        [file, "assume-role.yaml", "bin"],
      );
    },
  );
}

e2e(
  "fish completes options, values, the names of roles and profiles, files and the command",
  {
    ignore: !await has("fish"),
    offline: true,
  },
  async ({ home }) => {
    const env = install(home);
    const script = [
      "assume-role --completions fish | source",
      ...TYPED.map(([typed]) => `echo ">>"; complete -C '${typed}'`),
    ].join("\n");
    const { stdout, stderr } = await home.exec(["fish", "-c", script], { env });
    assertEquals(stderr, "");
    const offers = stdout.split(">>\n").slice(1)
      .map((lines) => lines.split("\n")[0]!.split("\t")[0]!);
    const expected = TYPED.map(([, words]) => /<([^<]*)>$/.exec(words)![1]!);
    assertEquals(offers, expected);
    const described = await home.exec(
      argv`fish -c ${"assume-role --completions fish | source; complete -C 'assume-role --ro'"}`,
      { env },
    );
    assertMatch(described.stdout, /^--role\tentry of 'roles'/);
  },
);

e2e(
  "--completions prints the script of each shell, even if assume-role.yaml is invalid",
  { offline: true },
  async ({ home, run }) => {
    home.write("assume-role.yaml", "rolls: {}\n");
    for (const shell of SHELLS) {
      const result = await run(`--completions ${shell}`);
      assertEquals([result.status, result.stderr], [0, ""]);
      assertMatch(result.stdout, /--role/);
    }
    assertFails(await run("--completions csh"), {
      error:
        "Cannot use --completions 'csh': use one of the shells bash, zsh, fish, powershell",
      hint: null,
    });
  },
);

e2e(
  "--completions prints the names of roles and profiles without a network, and never prints an error",
  {
    offline: true,
  },
  async ({ home, run }) => {
    install(home);
    const names = async (kind: string) => {
      const { status, stdout, stderr } = await run(`--completions ${kind}`);
      return [status, stdout.split("\n"), stderr];
    };
    assertEquals(await names("roles"), [
      0,
      [
        "deploy-prod",
        "odd $(touch planted)",
        "team/reader",
        "arn:aws:iam::222222222222:role/guest",
        "",
      ],
      "",
    ]);
    assertEquals(await names("profiles"), [
      0,
      ["default", "base", "reader", "other", ""],
      "",
    ]);
    home.write("assume-role.yaml", "rolls: {}\n");
    assertEquals(await names("roles"), [0, [""], ""]);
  },
);
