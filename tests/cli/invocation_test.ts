import { parseArgv } from "../../lib/cli/argv.ts";
import { assertEquals, assertThrows } from "@std/assert";
import {
  type Invocation,
  type Options,
  OWN_COMMANDS,
  type OwnCommand,
} from "../../lib/cli/invocation.ts";
import { parseInvocation, parseVariables } from "../../lib/cli/invocation.ts";

const parse = (argv: readonly string[]): Invocation =>
  parseInvocation(parseArgv(argv));

function failure(work: () => unknown): unknown {
  const { name, message, hint } = assertThrows(work);
  return { name, message, hint };
}

const usage = (message: string, hint?: string) => ({
  name: "UsageError",
  message,
  hint,
});

Deno.test("parseInvocation() accepts a command to run, or no command to print credentials", () => {
  const cases: readonly (readonly [string[], Invocation])[] = [
    [[], { options: {} }],
    [["-r", "admin"], { options: { role: "admin" } }],
    [["-r", "admin", "ls", "-l"], { options: { role: "admin" } }],
    [["--", "-r"], { options: {} }],
    [["--format", "env-no-export"], { options: { format: "env-no-export" } }],
  ];
  for (const [argv, expected] of cases) assertEquals(parse(argv), expected);
});

Deno.test("parseInvocation() recognizes subcommands such as --list, and refuses a command together with a subcommand", () => {
  for (const ownCommand of Object.keys(OWN_COMMANDS) as OwnCommand[]) {
    const takesValue = ["completions", "shell-init"].includes(ownCommand);
    const word = takesValue ? `--${ownCommand}=zsh` : `--${ownCommand}`;
    const options = {
      role: "admin",
      [OWN_COMMANDS[ownCommand]]: takesValue
        ? "zsh"
        : ownCommand === "console"
        ? ""
        : true,
    };
    assertEquals(parse(["-r", "admin", word]), { ownCommand, options });
    assertEquals(
      failure(() => parse([word, "ls", "-l"])),
      usage(`Option '--${ownCommand}' runs no command, but there is one: 'ls'`),
    );
  }
});

Deno.test("parseInvocation() parses every option by the type of its setting", () => {
  const argv = [
    "--role=team/007",
    "--role-session-name=007",
    "--duration=1h30m",
    "--force-refresh",
    "--profile=true",
    "--region=eu-west-1",
    "--mfa-serial=arn:aws:iam::111111111111:mfa/alice",
    "--mfa-token=000007",
    "--mfa-command=oathtool --totp=x | head -1",
    "--no-input",
    "--preserve-env=FOO,BAR_*",
    "-E=BAZ",
    "--config=a.b/c=d.yaml",
    "--verbose",
    "--",
    "007",
  ];
  assertEquals(parse(argv), {
    options: {
      role: "team/007",
      roleSessionName: "007",
      duration: 5400,
      forceRefresh: true,
      profile: "true",
      region: "eu-west-1",
      mfaSerial: "arn:aws:iam::111111111111:mfa/alice",
      mfaToken: "000007",
      mfaCommand: "oathtool --totp=x | head -1",
      noInput: true,
      preserveEnv: ["FOO", "BAR_*", "BAZ"],
      config: "a.b/c=d.yaml",
      verbose: true,
    },
  });
});

Deno.test("if an option is given several times, parseInvocation() uses the last value", () => {
  assertEquals(
    parse(["-r", "a", "--duration=1h", "--role=b", "-ff"]),
    { options: { role: "b", duration: 3600, forceRefresh: true } },
  );
});

Deno.test("parseInvocation() prefers --help to all other options, then --version", () => {
  const cases: readonly (readonly [string[], Invocation["ownCommand"]])[] = [
    [["--help"], "help"],
    [["-h", "ls"], "help"],
    [["-r", "x", "-h"], "help"],
    [["--version", "--help"], "help"],
    [["-q", "-v", "--help"], "help"],
    [["--version"], "version"],
    [["-q", "-v", "--version", "ls"], "version"],
  ];
  for (const [argv, ownCommand] of cases) {
    assertEquals(parse(argv).ownCommand, ownCommand);
  }
});

Deno.test("parseInvocation() leaves --help after the command to the command", () => {
  assertEquals(parse(["aws", "--help", "--version"]), { options: {} });
});

Deno.test("parseInvocation() refuses options that contradict each other", () => {
  const cases: readonly (readonly [string[], string, string?])[] = [
    [
      ["--quiet", "-v", "ls"],
      "Options '--quiet' and '--verbose' exclude each other",
    ],
    [
      ["--format=env-no-export", "ls"],
      "Option '--format' is for printing credentials, but there is a command to run",
      "leave out either '--format' or the command",
    ],
    [
      ["--whoami", "--console"],
      "Options '--console' and '--whoami' exclude each other",
    ],
    [
      ["--clear-cache", "--whoami", "ls"],
      "Options '--whoami' and '--clear-cache' exclude each other",
    ],
    [
      ["--format=env", "--console"],
      "Options '--console' and '--format' exclude each other",
    ],
    [
      ["--server", "--whoami"],
      "Options '--whoami' and '--server' exclude each other",
    ],
  ];
  for (const [argv, message, hint] of cases) {
    assertEquals(failure(() => parse(argv)), usage(message, hint));
  }
});

Deno.test("parseInvocation() names the option and the invalid value in the error", () => {
  const cases: readonly (readonly [string[], string])[] = [
    [["--role="], "Cannot use --role '': the value is empty"],
    [["--role", ""], "Cannot use --role '': the value is empty"],
    [["-r="], "Cannot use --role '': the value is empty"],
    [
      ["--preserve-env="],
      "Cannot use --preserve-env '': write names of variables like FOO,BAR_*",
    ],
    [
      ["--duration", "13h"],
      "Cannot use --duration '13h': a session can last from 15m to 12h",
    ],
    [
      ["--duration=1h", "--duration=1x"],
      "Cannot use --duration '1x': write a duration like 15m, 1h30m, 90s or 3600",
    ],
    [
      ["--mfa-token=geheim"],
      "Cannot use --mfa-token: an MFA code must have six digits",
    ],
  ];
  for (const [argv, message] of cases) {
    assertEquals(failure(() => parse(argv)), usage(message));
  }
});

Deno.test("parseVariables() reads the variable of every option that takes a value", () => {
  const cases: readonly (readonly [Record<string, string>, Options])[] = [
    [{}, {}],
    [{ ASSUME_ROLE_ROLE: "admin" }, { role: "admin" }],
    [{ ASSUME_ROLE_ROLE_SESSION_NAME: "007" }, { roleSessionName: "007" }],
    [{ ASSUME_ROLE_DURATION: "900" }, { duration: 900 }],
    [{ ASSUME_ROLE_PROFILE: "p" }, { profile: "p" }],
    [{ ASSUME_ROLE_REGION: "eu-west-1" }, { region: "eu-west-1" }],
    [{ ASSUME_ROLE_MFA_SERIAL: "GAHT12345678" }, { mfaSerial: "GAHT12345678" }],
    [{ ASSUME_ROLE_MFA_TOKEN: "000007" }, { mfaToken: "000007" }],
    [{ ASSUME_ROLE_MFA_COMMAND: "a b" }, { mfaCommand: "a b" }],
    [{ ASSUME_ROLE_PRESERVE_ENV: "A,B*" }, { preserveEnv: ["A", "B*"] }],
    [{ ASSUME_ROLE_FORMAT: "env-no-export" }, { format: "env-no-export" }],
    [{ ASSUME_ROLE_CONFIG: "f.yaml" }, { config: "f.yaml" }],
  ];
  for (const [env, expected] of cases) {
    assertEquals(parseVariables(env), expected);
  }
});

Deno.test("parseVariables() ignores empty variables, names of commands of our own and unknown variables", () => {
  assertEquals(
    parseVariables({
      ASSUME_ROLE_ROLE: "",
      ASSUME_ROLE_DURATION: "",
      ASSUME_ROLE_LIST: "true",
      ASSUME_ROLE_COMPLETIONS: "x",
      ASSUME_ROLE_DOCTOR: "true",
      ASSUME_ROLE_ROLE_PREFIX: "x",
      ASSUME_ROLE_CACHE_DIR: "x",
      AWS_PROFILE: "x",
      assume_role_role: "x",
    }),
    {},
  );
});

Deno.test("parseVariables() parses the variables of switches", () => {
  assertEquals(
    parseVariables({
      ASSUME_ROLE_VERBOSE: "true",
      ASSUME_ROLE_SERVER: "0",
      ASSUME_ROLE_NO_INPUT: "1",
      ASSUME_ROLE_FORCE_REFRESH: "false",
      ASSUME_ROLE_QUIET: "",
    }),
    { verbose: true, server: false, noInput: true, forceRefresh: false },
  );
});

Deno.test("parseVariables() names the invalid variable in the error, but shows no secret", () => {
  assertEquals(
    failure(() => parseVariables({ ASSUME_ROLE_DURATION: "1 hour" })),
    usage(
      "Cannot use ASSUME_ROLE_DURATION '1 hour': write a duration like 15m, 1h30m, 90s or 3600",
    ),
  );
  assertEquals(
    failure(() => parseVariables({ ASSUME_ROLE_MFA_TOKEN: "12345" })),
    usage("Cannot use ASSUME_ROLE_MFA_TOKEN: an MFA code must have six digits"),
  );
});
