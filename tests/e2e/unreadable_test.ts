/** A variable that is not UTF-8 is refused if its value selects an identity or a file. */
import { assertEquals } from "@std/assert";
import {
  argv,
  assertFails,
  deno,
  e2e,
  fixture,
  OK,
  program,
  type Result,
  type TestHome,
  unix,
  warm,
} from "../mod.ts";

/** Runs assume-role with variables whose values end in an invalid byte. */
async function runWithBytes(
  home: TestHome,
  names: string,
  args: string,
): Promise<Result> {
  const script =
    'for name in $0; do export "$name=$(printf "/default\\377")"; done; exec "$@"';
  return await home.exec(
    argv`/bin/sh -c ${script} ${names} ${program()} ${args.split(" ")}`,
  );
}

const failure = (name: string) => ({
  error: `Cannot use ${name}: the value is not valid UTF-8`,
  hint: `unset ${name}, or set it to valid UTF-8`,
});

e2e(
  "a variable that sets an identity or a file is refused if the value is not UTF-8",
  unix,
  async ({ aws, home }) => {
    for (
      const name of [
        "AWS_PROFILE",
        "AWS_DEFAULT_PROFILE",
        "AWS_SHARED_CREDENTIALS_FILE",
        "AWS_SESSION_TOKEN",
        "AWS_WEB_IDENTITY_TOKEN_FILE",
        "ASSUME_ROLE_PROFILE",
        "ASSUME_ROLE_CACHE_DIR",
        "HOME",
        "PATH",
      ]
    ) {
      assertFails(
        await runWithBytes(home, name, "-r admin true"),
        failure(name),
      );
    }
    assertFails(await runWithBytes(home, "PATH AWS_PROFILE", "-r admin true"), {
      error: "Cannot use AWS_PROFILE, PATH: the values are not valid UTF-8",
    });
    assertEquals(aws.calls, []);
  },
);

e2e("a variable that is not UTF-8 is refused by every subcommand", {
  ...unix,
  home: warm,
}, async ({ aws, home, run }) => {
  assertEquals(await run("-r admin true"), OK);
  const before = aws.calls.length;
  for (
    const args of [
      "-r admin true",
      "-r admin",
      "-r admin --format process",
      "--whoami",
      "--list",
      "--explain -r admin",
      "--console -r admin",
      "--init",
      "--clear-cache",
    ]
  ) {
    const result = await runWithBytes(home, "AWS_PROFILE", args);
    assertFails(result, failure("AWS_PROFILE"));
  }
  assertEquals(aws.calls.length, before);
});

e2e(
  "--help, --version, --completions and --shell-init accept non-UTF-8 variables",
  {
    ...unix,
    offline: true,
  },
  async ({ home }) => {
    for (
      const args of [
        "--help",
        "--version",
        "--completions bash",
        "--shell-init bash",
      ]
    ) {
      const { status, stderr } = await runWithBytes(home, "AWS_PROFILE", args);
      assertEquals([status, stderr], [0, ""]);
    }
    // ~/.aws/config must not be read, because AWS_CONFIG_FILE names another file.
    home.writeHome(".aws/config", "[profile dev]\nregion = eu-west-1\n");
    assertEquals(
      await runWithBytes(home, "AWS_CONFIG_FILE", "--completions profiles"),
      OK,
    );
  },
);

e2e(
  "--doctor names a variable that is not UTF-8, and makes no request",
  unix,
  async ({ aws, home }) => {
    const { status, stdout } = await runWithBytes(
      home,
      "AWS_PROFILE",
      "--doctor",
    );
    assertEquals([status, stdout.split("\n")[0]], [
      125,
      "problem  variables: Cannot use AWS_PROFILE: the value is not valid UTF-8; unset AWS_PROFILE, or set it to valid UTF-8",
    ]);
    assertEquals(aws.calls, []);
  },
);

e2e(
  "-v and --doctor name the variables that cannot be passed to the command",
  unix,
  async ({ home }) => {
    const names = "MANPATH XDG_CACHE_HOME MY_OWN OTHER";
    const notice = (names: string) =>
      `cannot pass on variables that are not valid UTF-8: ${names}`;
    const notices = async (args: string) =>
      (await runWithBytes(home, names, args)).stderr.split("\n")
        .filter((line) => line.includes("UTF-8"));
    assertEquals(await notices("-v -r admin true"), [
      `assume-role: ${notice("MANPATH XDG_CACHE_HOME")}`,
    ]);
    assertEquals(await notices("-v -E=MY_OWN -r admin true"), [
      `assume-role: ${notice("MANPATH MY_OWN XDG_CACHE_HOME")}`,
    ]);
    assertEquals(await notices("-v -E -r admin true"), [
      `assume-role: ${notice("MANPATH MY_OWN OTHER XDG_CACHE_HOME")}`,
    ]);
    assertEquals(await notices("-r admin true"), []);
    assertEquals(
      (await runWithBytes(home, names, "-r admin true")).status,
      0,
    );

    const { stdout } = await runWithBytes(home, names, "--doctor");
    assertEquals(
      stdout.split("\n").filter((line) => line.includes("UTF-8")),
      [
        `warning  ${
          notice("MANPATH XDG_CACHE_HOME")
        }; set these variables to values in UTF-8`,
      ],
    );
  },
);

e2e(
  "the library refuses a variable of its process that is not UTF-8",
  unix,
  async ({ aws, home }) => {
    const script = 'export "AWS_PROFILE=$(printf "a\\377")"; exec "$@"';
    const client = deno(fixture("library_client.ts"));
    const { stdout } = await home.exec(argv`/bin/sh -c ${script} sh ${client}`);
    assertEquals(
      stdout,
      "UsageError Cannot use AWS_PROFILE: the value is not valid UTF-8\n",
    );
    assertEquals(aws.calls, []);
  },
);
