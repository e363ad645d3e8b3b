/** The function `use-role` of `--shell-init`, in the shells that are installed. */
import { assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path/join";
import {
  ALICE,
  argv,
  assertFails,
  e2e,
  type FakeAws,
  has,
  HAS_TERMINAL,
  keysInEnv,
  keysOf,
  PREFIX,
  program,
  quote,
  role,
  SERIAL,
  type TestHome,
  WORLD,
  type World,
} from "../mod.ts";

const ROLES: World = {
  ...WORLD,
  roles: [...WORLD.roles, role("readonly"), role("odd"), role("slow")],
};

/** A shell, and its syntax. */
interface Shell {
  readonly words: readonly string[];
  readonly kind: "bash" | "zsh" | "fish";
  /** The line that defines `use-role`. */
  readonly init: string;
}

const POSIX = {
  bash: 'eval "$(assume-role --shell-init bash)"',
  zsh: 'eval "$(assume-role --shell-init zsh)"',
};

const SHELLS: readonly Shell[] = [
  { words: ["bash"], kind: "bash", init: POSIX.bash },
  { words: ["bash", "--posix"], kind: "bash", init: POSIX.bash },
  { words: ["zsh", "-f"], kind: "zsh", init: POSIX.zsh },
  {
    words: ["zsh", "-f", "-o", "sh_word_split", "-o", "ksh_arrays"],
    kind: "zsh",
    init: POSIX.zsh,
  },
  {
    words: ["fish"],
    kind: "fish",
    init: "assume-role --shell-init fish | source",
  },
];

/** Puts a program `assume-role` on the `PATH`, and returns the variables of the shell. */
function install(home: TestHome): Record<string, string> {
  const path = home.write(
    "bin/assume-role",
    `#!/bin/sh\nexec ${quote(program())} "$@"\n`,
  );
  Deno.chmodSync(path, 0o700);
  return {
    PATH: `${join(home.project, "bin")}:${Deno.env.get("PATH")}`,
    XDG_CONFIG_HOME: home.path,
    XDG_DATA_HOME: home.path,
  };
}

/** Registers a test for each shell that is installed. */
async function inShells(
  kinds: readonly Shell["kind"][],
  name: string,
  test: (context: {
    readonly aws: FakeAws;
    readonly home: TestHome;
    readonly shell: Shell;
    /**
     * Runs a script in the shell; the function `show` prints the variables. `notes` are the
     * lines of stderr about a role that is in use.
     */
    readonly run: (
      script: string,
      env?: Record<string, string>,
    ) => Promise<
      { stdout: string; stderr: string; notes: string[]; status: number }
    >;
  }) => Promise<void>,
): Promise<void> {
  for (const shell of SHELLS.filter(({ kind }) => kinds.includes(kind))) {
    const { words, kind, init } = shell;
    const ignore = Deno.build.os === "windows" || !await has(words[0]!);
    e2e(
      `${words.join(" ")}: ${name}`,
      { ignore, world: ROLES },
      async ({ aws, home }) => {
        const env = install(home);
        const show = kind === "fish" ? SHOW_FISH : SHOW;
        await test({
          aws,
          home,
          shell,
          run: async (script, more) => {
            const result = await home.exec(
              [...words, "-c", `${show}\n${init}\n${script}`],
              { env: { ...env, ...more } },
            );
            const note = /^use-role: (?!error: ).*\n/gm;
            return {
              ...result,
              stderr: result.stderr.replace(note, ""),
              notes: result.stderr.match(note) ?? [],
            };
          },
        });
      },
    );
  }
}

/** Prints the variables of a session and of the user, exported or not. */
const SHOW = `show() {
  env | grep -E '^(AWS_(ACCESS|SECRET|SESSION|PROFILE|.*REGION)|ASSUME|AWSU)' |
    grep -v '^AWS_S' | LC_ALL=C sort
  printf 'own=<%s> <%s>\\n' "\${AWS_REGION-unset}" "\${AWS_DEFAULT_REGION-unset}"
}`;
const SHOW_FISH = `function show
  env | grep -E '^(AWS_(ACCESS|SECRET|SESSION|PROFILE|.*REGION)|ASSUME|AWSU)' |
    grep -v '^AWS_S' | LC_ALL=C sort
  set -l region unset
  set -q AWS_REGION; and set region "$AWS_REGION"
  set -l default unset
  set -q AWS_DEFAULT_REGION; and set default "$AWS_DEFAULT_REGION"
  echo "own=<$region> <$default>"
end`;

/** The roles that were assumed, and the keys that signed the requests. */
const assumed = (aws: FakeAws) =>
  aws.calls.filter(({ action }) => action === "AssumeRole").map((
    { accessKeyId, params },
  ) => `${accessKeyId} ${params.RoleArn!.slice(PREFIX.length)}`);

/** Sets variables of the user, for a shell of the kind. */
const ownVariables = (kind: Shell["kind"]) =>
  kind === "fish"
    ? "set -gx AWSU_PROFILE ''\nset -g AWS_REGION 'eu $x\n'\\''\\\"'\nset -eg AWS_DEFAULT_REGION\n"
    : "export AWSU_PROFILE=\nAWS_REGION='eu $x\n'\\''\\\"'\nunset AWS_DEFAULT_REGION\n";

await inShells(
  ["bash", "zsh", "fish"],
  "use-role switches roles with the user's own base credentials, and --unset restores the user's variables",
  async ({ aws, shell, run }) => {
    const { stdout, stderr, status } = await run(
      `${ownVariables(shell.kind)}show; echo ++
use-role admin; show; echo ++
use-role readonly --duration 30m --region us-west-2; show; echo ++
use-role --unset; show; echo ++
use-role --unset; show`,
      keysInEnv(ALICE),
    );
    assertEquals([status, stderr], [0, ""]);
    const [before, first, second, after, again] = stdout.split("++\n");
    assertMatch(
      before!,
      /^AWSU_PROFILE=\nAWS_ACCESS_KEY_ID=AKIA\w+\nown=<eu \$x\n'\\"> <unset>\n$/,
    );
    assertMatch(
      first!,
      /^ASSUME_ROLE_ARN=.*\/admin\nASSUME_ROLE_SESSION=\w+\nAWS_ACCESS_KEY_ID=ASIA\w+\nown=/,
    );
    assertMatch(
      second!,
      /^ASSUME_ROLE_ARN=.*\/readonly\nASSUME_ROLE_SESSION=\w+\nAWS_ACCESS_KEY_ID=ASIA\w+\nAWS_DEFAULT_REGION=us-west-2\nAWS_REGION=us-west-2\nown=<us-west-2> <us-west-2>\n$/,
    );
    assertEquals([after, again], [before, before]);
    const { accessKeyId } = ALICE;
    assertEquals(assumed(aws), [
      `${accessKeyId} admin`,
      `${accessKeyId} readonly`,
    ]);
    assertEquals(aws.calls.at(-1)?.params.DurationSeconds, "1800");
  },
);

await inShells(
  ["bash", "zsh", "fish"],
  "if assume-role fails, the shell is unchanged and the status is 125",
  async ({ shell, run }) => {
    const code = shell.kind === "fish" ? "$status" : "$?";
    const { stdout, stderr, status } = await run(
      `${ownVariables(shell.kind)}show; echo ++
use-role others; echo ${code}; show; echo ++
use-role admin; show; echo ++
use-role others; echo ${code}; show; echo ++
use-role admin ls; echo ${code}; use-role admin --unset; echo ${code}; use-role --completions bash; echo ${code}; use-role ''; echo ${code}; show; echo ++
use-role --unset; show`,
    );
    assertEquals(status, 0, stderr);
    const [before, failed, admin, failedAgain, wrong, after] = stdout.split(
      "++\n",
    );
    assertEquals(failed, `125\n${before}`);
    assertMatch(admin!, /AWS_ACCESS_KEY_ID=ASIA/);
    assertEquals(failedAgain, `125\n${admin}`);
    assertEquals(wrong, `125\n125\n125\n125\n${admin}`);
    assertEquals(after, before);
    assertMatch(
      stderr,
      /use-role: error: Option '--unset' takes no other argument\nassume-role: error: Options '--completions' and '--format' exclude each other\n/,
    );
  },
);

await inShells(
  ["bash", "zsh", "fish"],
  "use-role says which role is in use, and for how long, unless the user wants no messages",
  async ({ run }) => {
    const { stdout, notes, stderr, status } = await run(
      "use-role admin; use-role team-a/long --duration 12h; use-role admin -q; use-role --unset; use-role others",
    );
    assertEquals([status, stdout], [125, ""]);
    assertEquals(
      notes.map((note) => note.replace(/\d+m left/, "<minutes> left")),
      [
        "use-role: admin in account 111111111111, <minutes> left\n",
        "use-role: team-a/long in account 111111111111, 11h<minutes> left\n",
      ],
    );
    assertMatch(stderr, /^assume-role: error: [^\n]*\n(?:[^\n]*\n)?$/);
  },
);

await inShells(
  ["bash", "zsh", "fish"],
  "use-role passes on the commands of assume-role, such as --list, and changes no variable",
  async ({ shell, run }) => {
    const code = shell.kind === "fish" ? "$status" : "$?";
    const { stdout, stderr, notes, status } = await run(
      `use-role admin -q; use-role --list; echo ${code}; use-role readonly --explain | head -1
use-role --whoami; use-role --whoami --list; echo ${code}; use-role --version; show`,
    );
    assertEquals([status, notes], [0, []], stderr);
    const { 0: list, 1: verdict, 2: whoami, 3: version, 4: shown } =
      /^default\t.*\n(admin\t.*\n0\n)(A run would .*\n)(shell_role: [^]*account: \d+\n)125\n(assume-role [^]*target: .*\n)([^]*)$/
        .exec(stdout)?.slice(1) ?? [];
    assertMatch(list!, /^admin\t\S*:role\/admin\tcache\tfresh\t/, stdout);
    assertMatch(verdict!, /assume \S*:role\/readonly from/);
    assertMatch(whoami!, /base_arn: \S*:user\/alice/);
    assertMatch(version!, /^assume-role \d/);
    assertMatch(shown!, /^ASSUME_ROLE_ARN=.*\/admin\n/);
    assertEquals(
      stderr,
      "assume-role: error: Options '--whoami' and '--list' exclude each other\n",
    );
  },
);

await inShells(
  ["bash", "zsh", "fish"],
  "a credential_process that runs assume-role prints no line for use-role",
  async ({ aws, home, run }) => {
    home.writeHome(".aws/credentials", keysOf(ALICE, "base"));
    home.writeHome(
      ".aws/config",
      "[profile work]\ncredential_process = assume-role -r readonly --profile base --format process\n",
    );
    const { stderr, notes } = await run("use-role --profile work");
    assertEquals([stderr, notes.length], ["", 1]);
    assertEquals(assumed(aws), [`${ALICE.accessKeyId} readonly`]);
  },
);

await inShells(
  ["bash", "zsh", "fish"],
  "use-role explains a command or a format in the words of the user",
  async ({ run }) => {
    const { stdout, stderr } = await run(
      "use-role admin --region us-west-2 aws s3 ls; use-role admin sh -c 'echo $X'; use-role admin --format fish; use-role admin us-east-1; use-role -; use-role -u; use-role admin --mfa-token 123456 ls; use-role admin sh ls --version; use-role admin -- touch --list; use-role -",
    );
    assertEquals(
      [stdout, stderr],
      [
        "",
        `assume-role: error: use-role runs no command, but there is one: 'aws'
assume-role: hint: to run the command only, write 'assume-role -r admin --region us-west-2 aws s3 ls'
assume-role: error: use-role runs no command, but there is one: 'sh'
assume-role: hint: to run the command only, write 'assume-role -r NAME COMMAND'
assume-role: error: use-role takes no option '--format': it sets the variables of this shell
assume-role: hint: to print the variables, run assume-role
assume-role: error: use-role runs no command, but there is one: 'us-east-1'
assume-role: hint: to use a region, write 'use-role NAME --region us-east-1'
assume-role: error: use-role runs no command, but there is one: '-'
assume-role: hint: name the role, or choose one with 'use-role' alone
assume-role: error: Unknown option '-u'
assume-role: hint: did you mean '--unset'?
assume-role: error: use-role runs no command, but there is one: 'ls'
assume-role: hint: to run the command only, write 'assume-role -r NAME COMMAND'
assume-role: error: use-role runs no command, but there is one: 'sh'
assume-role: hint: to run the command only, write 'assume-role -r admin sh ls --version'
assume-role: error: use-role runs no command, but there is one: 'touch'
assume-role: hint: to run the command only, write 'assume-role -r admin -- touch --list'
assume-role: error: use-role runs no command, but there is one: '-'
assume-role: hint: name the role, or choose one with 'use-role' alone
`,
      ],
    );
  },
);

await inShells(
  ["bash", "zsh", "fish"],
  "use-role restores every byte of the user's values",
  async ({ home, shell, run }) => {
    // A byte that is not valid UTF-8 would be refused in AWS_PROFILE.
    const bytes = Array.from({ length: 255 }, (_, i) => i + 1);
    const octal = bytes.map((byte) => `\\${byte.toString(8).padStart(3, "0")}`);
    home.write("make", `printf '${octal.join("")}\\n\\n.'`);
    const set = shell.kind === "fish"
      ? "set -gx AWSU_PROFILE (sh make | string collect -N); "
      : 'export AWSU_PROFILE="$(sh make)"; ';
    const dump = `printenv AWSU_PROFILE | od -An -tx1`;
    const { stdout, stderr, status } = await run(
      `${set}${dump}; echo ++; use-role admin; printenv AWSU_PROFILE; echo ++; use-role --unset; ${dump}`,
    );
    assertEquals([status, stderr], [0, ""]);
    const [before, during, after] = stdout.split("++\n");
    assertMatch(before!.replace(/\s+/g, " "), /^ 01 02 .* fe ff 0a 0a 2e 0a $/);
    assertEquals([during, after], ["", before]);
  },
);

await inShells(
  ["bash", "zsh", "fish"],
  "a variable that the user changes while a role is in use keeps its new value",
  async ({ aws, shell, run }) => {
    const set = shell.kind === "fish" ? "set -gx" : "export";
    const is = shell.kind === "fish" ? " " : "=";
    const { stdout, stderr, status } = await run(
      `use-role admin --region us-west-2; ${set} AWS_REGION${is}eu-west-1
${shell.init}
use-role readonly; show; echo ++; use-role --unset; show`,
      { AWS_REGION: "us-east-2" },
    );
    assertEquals([status, stderr], [0, ""]);
    assertMatch(
      stdout,
      /\/readonly\n[^]*own=<eu-west-1> <eu-west-1>\n\+\+\nAWS_REGION=eu-west-1\nown=<eu-west-1> <unset>\n$/,
    );
    assertEquals(assumed(aws).length, 2);
  },
);

await inShells(
  ["bash", "zsh", "fish"],
  "--unset removes a session that replaced the session of use-role, and keeps keys that the user set",
  async ({ shell, run }) => {
    const isFish = shell.kind === "fish";
    const renew = isFish
      ? "assume-role -f -r admin --duration 2h --format fish | source"
      : 'eval "$(assume-role -f -r admin --duration 2h --format env)"';
    const set = isFish
      ? "set -gx AWS_ACCESS_KEY_ID "
      : "export AWS_ACCESS_KEY_ID=";
    const { stdout, stderr, status } = await run(
      `use-role team-a/long; ${
        renew.replace("admin", "team-a/long")
      }; use-role --unset; show; echo ++
use-role admin; ${set}mine; use-role --unset; show`,
    );
    assertEquals([status, stderr], [0, ""]);
    assertEquals(
      stdout,
      "own=<unset> <unset>\n++\nAWS_ACCESS_KEY_ID=mine\nown=<unset> <unset>\n",
    );
  },
);

await inShells(
  ["bash", "zsh"],
  "use-role works under strict options, with aliases and functions of the names that it uses, and with another IFS",
  async ({ shell, run }) => {
    // POSIX mode does not allow functions with these names.
    const functions = shell.words.includes("--posix")
      ? ""
      : "eval() { false; }; export() { false; }";
    const expand = shell.kind === "bash"
      ? "shopt -s expand_aliases nocasematch; set -E; trap 'echo trap' ERR"
      : "";
    const { stdout, stderr, status } = await run(
      `set -euf; set -o noclobber; set -o allexport; IFS=AWS_
printf() { false; }; ${functions}
${expand}
alias local=false printf=false eval=false unset=false export=false set=false return=false
\\builtin ${shell.init}
use-role admin; env | grep -c '^AWS_.*KEY'
use-role --unset; env | grep '^AWS_.*KEY\\|^__use_role' || echo "$IFS $-"
use-role others || echo failed`,
    );
    assertMatch(stderr, /^assume-role: error: /);
    assertMatch(stdout, /^2\nAWS_ \S*u\S*\nfailed\n$/);
    assertEquals(status, 0);
  },
);

await inShells(
  ["bash", "zsh", "fish"],
  "a role's name may have spaces, quotes and code, and a subshell changes only its own variables",
  async ({ home, shell, run }) => {
    const name = `it's "odd" $(touch planted); *`;
    home.write(
      "assume-role.yaml",
      `roles:\n  ${JSON.stringify(name)}: ${PREFIX}odd\n`,
    );
    const script = shell.kind === "fish"
      ? 'use-role "$NAME"; echo $ASSUME_ROLE_ARN'
      : '(use-role "$NAME"; echo $ASSUME_ROLE_ARN); echo ${ASSUME_ROLE_ARN-unset}';
    const { stdout, stderr } = await run(script, { NAME: name });
    assertEquals(
      [stdout, stderr],
      [`${PREFIX}odd\n${shell.kind === "fish" ? "" : "unset\n"}`, ""],
    );
    assertEquals(
      [...Deno.readDirSync(home.project)].map(({ name }) => name).sort(),
      ["assume-role.yaml", "bin"],
    );
  },
);

await inShells(
  ["bash", "zsh"],
  "tracing prints no key",
  async ({ run }) => {
    const { stderr, stdout } = await run(
      "set -xv; use-role admin; use-role readonly; use-role --unset; use-role admin; echo $-; set +xv; echo $AWS_SECRET_ACCESS_KEY",
      keysInEnv(ALICE),
    );
    assertMatch(stderr, /use-role readonly/);
    const [flags = "", key = ""] = stdout.split("\n");
    assertEquals([flags.includes("v"), flags.includes("x")], [true, true]);
    assertEquals(stderr.includes(key), false);
    assertEquals(stderr.includes(ALICE.secretAccessKey), false);
  },
);

await inShells(
  ["fish"],
  "fish_trace prints no key",
  async ({ run }) => {
    const { stderr, stdout } = await run(
      "set -g fish_trace 1; use-role admin; use-role readonly; use-role --unset; use-role admin; set -g fish_trace; echo $AWS_SECRET_ACCESS_KEY",
      keysInEnv(ALICE),
    );
    assertMatch(stderr, /use-role readonly/);
    assertEquals(stderr.includes(stdout.trim()), false);
    assertEquals(stderr.includes(ALICE.secretAccessKey), false);
  },
);

await inShells(
  ["bash", "zsh"],
  "use-role refuses to change half of the variables: one that is readonly, or local to a function",
  async ({ run }) => {
    const { stdout, stderr } = await run(`
export AWS_PROFILE=default
f() { local -x AWS_PROFILE=other; AWS_PROFILE=default; use-role admin; echo $?; show; }; f; show
unset AWS_PROFILE; use-role admin
readonly AWS_SESSION_TOKEN; echo ++; show; use-role readonly || echo $?; show; use-role --unset || echo $?; show`);
    const [first, second] = stdout.split("++\n");
    assertEquals(
      first,
      `125\n${"AWS_PROFILE=default\nown=<unset> <unset>\n".repeat(2)}`,
    );
    const shown = second!.split("125\n");
    assertEquals(shown, [shown[0]!, shown[0]!, shown[0]!]);
    assertMatch(shown[0]!, /\/admin\n/);
    assertMatch(
      stderr,
      /^use-role: error: Cannot change the variables of this shell: AWS_PROFILE is local to a function.*\n(?:use-role: error: Cannot change the variables of this shell: AWS_SESSION_TOKEN is readonly\n){2}$/,
    );
  },
);

await inShells(
  ["fish"],
  "fish: use-role refuses an exported variable that is local to a function, and restores universal variables, also when fish exits",
  async ({ home, run }) => {
    const { stdout, stderr } = await run(`
set -Ux AWSU_PROFILE 'one $two' "'"
set -U AWS_DEFAULT_PROFILE mine
function f; set -lx AWS_PROFILE default; use-role admin; echo $status; end; f
use-role admin; set -q AWSU_PROFILE; echo $status; use-role --unset; string escape -- $AWSU_PROFILE
use-role admin`);
    assertEquals(stdout, `125\n1\n'one $two'\n\\'\n`);
    assertMatch(stderr, /AWS_PROFILE is local to a function/);
    const after = await home.exec(
      argv`fish -c ${"set -qUx AWSU_PROFILE; and count $AWSU_PROFILE; echo $AWS_DEFAULT_PROFILE; set -n | string match '__use_role*'"}`,
      { env: { XDG_CONFIG_HOME: home.path } },
    );
    assertEquals(after.stdout, "2\nmine\n");
  },
);

await inShells(
  ["bash", "zsh", "fish"],
  "in a shell that inherited a role, --unset removes the role",
  async ({ shell, run }) => {
    const inner = `${
      shell.kind === "fish" ? SHOW_FISH : SHOW
    }\n${shell.init}\nuse-role readonly; use-role --unset; show; use-role --unset; show`;
    const { stdout, stderr, status } = await run(
      `use-role admin\n${quote([...shell.words, "-c"])} "$inner"`,
      { inner },
    );
    assertEquals([status, stderr], [0, ""]);
    assertMatch(stdout, /\/admin\n[^]*own=.*\nown=<unset> <unset>\n$/);
  },
);

e2e(
  "--shell-init needs no configuration, no home and no network, and excludes other commands",
  { offline: true },
  async ({ home, run }) => {
    home.write("assume-role.yaml", "rolls: {}\n");
    for (const shell of ["bash", "zsh", "fish", "powershell"]) {
      const result = await run(`--shell-init ${shell}`, { env: { HOME: "" } });
      assertEquals([result.status, result.stderr], [0, ""]);
      assertMatch(result.stdout, /use-role/);
    }
    assertFails(await run("--shell-init csh"), {
      error:
        "Cannot use --shell-init 'csh': use one of the shells bash, zsh, fish, powershell",
      hint: null,
    });
    assertFails(await run("--shell-init bash --format env"), {
      error: "Options '--shell-init' and '--format' exclude each other",
    });
    assertFails(await run("--shell-init bash --completions bash"), {
      error: "Options '--completions' and '--shell-init' exclude each other",
    });
    assertFails(await run("--shell-init bash true"), {
      error: "Option '--shell-init' runs no command, but there is one: 'true'",
    });
  },
);

for (
  const { words, kind, init } of SHELLS.filter(({ words }) => words.length <= 2)
) {
  e2e(
    `${
      words.join(" ")
    }: at a terminal, use-role asks for an MFA code, Ctrl-C leaves the shell unchanged, and Tab completes`,
    {
      world: ROLES,
      ignore: !HAS_TERMINAL || !await has(words[0]!),
    },
    async ({ aws, home }) => {
      const env = {
        ...install(home),
        TERM: "dumb",
        ZDOTDIR: home.project,
        fish_greeting: "",
      };
      home.write(
        "assume-role.yaml",
        `role_prefix: ${PREFIX}\nmfa_serial: ${SERIAL}\nroles:\n  deploy-prod: ${PREFIX}deploy\n  "odd $(touch planted)": ${PREFIX}odd\n`,
      );
      const start = {
        bash: ["--noprofile", "--norc", "-i"],
        zsh: ["-d", "-i"],
        fish: ["-i"],
      }[kind];
      const prompt = kind === "fish"
        ? "function fish_prompt; echo 'rea''dy> '; end"
        : "PS1='rea''dy> '";
      const compinit = kind === "zsh"
        ? "autoload -U compinit; compinit -D -u; "
        : "";
      const code = kind === "fish" ? "$status" : "$?";
      const { stdout } = await home.play([...words, ...start], [
        ["", `${compinit}${init}; ${prompt}\n`],
        ["ready> ", "use-role deploy\n"],
        ["MFA code", "\x03"],
        ["ready> ", `echo "status=${code} <$AWS_ACCESS_KEY_ID>"\n`],
        ["ready> ", "use-role deplo\t\n"],
        ["MFA code", `${await aws.code(ALICE)}\n`],
        ["ready> ", `echo "status=${code} <$ASSUME_ROLE_ARN>"\n`],
        [
          "ready> ",
          `use-role od\t --dur\t30m --mfa-token ${await aws.code(
            ALICE,
            SERIAL,
            1,
          )}\n`,
        ],
        ["ready> ", "use-role --uns\t\n"],
        ["ready> ", `echo "status=${code} <$ASSUME_ROLE_ARN>"\n`],
        ["ready> ", "exit\n"],
      ], { env });
      const shown = [...stdout.matchAll(/status=(\d+) <([^>]*)>/g)]
        // bash 3.2 has the status 1 after Ctrl-C.
        .map(([, status, value]) => [status !== "0", value]);
      assertEquals(shown, [
        [true, ""],
        [false, `${PREFIX}deploy`],
        [false, ""],
      ], stdout);
      assertEquals(
        [...Deno.readDirSync(home.project)].some(({ name }) =>
          name === "planted"
        ),
        false,
      );
    },
  );
}
