/** Variables that are not UTF-8: none that decides an identity or a file is ignored. */
import { assertEquals } from "@std/assert";
import { FakeAws } from "../fake_aws/server.ts";
import {
  program,
  type Result,
  type RunOptions,
  TestHome,
  warm,
} from "./test_home.ts";
import { WORLD } from "./worlds.ts";

const unix = { ignore: Deno.build.os === "windows" };
const TRUE = ["-r", "admin", "true"];

/** Runs assume-role with variables whose value ends in a byte that is no UTF-8. */
async function runWithBytes(
  box: TestHome,
  names: readonly string[],
  args: readonly string[],
  options: RunOptions = {},
): Promise<Result> {
  const script =
    'for name in $0; do export "$name=$(printf "/default\\377")"; done; exec "$@"';
  const words = ["/bin/sh", "-c", script, names.join(" "), ...program()];
  return await box.exec([...words, ...args], options);
}

function refusal(name: string): Result {
  return {
    status: 125,
    signal: null,
    stdout: "",
    stderr:
      `assume-role: error: Cannot use ${name}: its value is not valid UTF-8\n` +
      `assume-role: hint: unset ${name}, or set it to a value in UTF-8\n`,
  };
}

Deno.test(
  "a variable that decides an identity or a file is refused if it is not UTF-8",
  unix,
  async () => {
    await using aws = new FakeAws(WORLD);
    await using box = new TestHome(aws);
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
      assertEquals(await runWithBytes(box, [name], TRUE), refusal(name));
    }
    const two = await runWithBytes(box, ["PATH", "AWS_PROFILE"], TRUE);
    assertEquals(
      two.stderr.split("\n")[0],
      [
        "assume-role: error: Cannot use AWS_PROFILE, PATH: their values are not valid UTF-8",
      ].join(),
    );
    assertEquals(aws.calls, []);
  },
);

Deno.test(
  "every kind of run refuses such a variable, cached credentials or not",
  unix,
  async () => {
    await using aws = new FakeAws(WORLD);
    await using box = await warm(aws);
    assertEquals((await box.run(TRUE)).status, 0);
    const before = aws.calls.length;
    for (
      const args of [
        TRUE,
        ["-r", "admin"],
        ["-r", "admin", "--format", "process"],
        ["--whoami"],
        ["--list"],
        ["--explain", "-r", "admin"],
        ["--console", "-r", "admin"],
        ["--init"],
        ["--clear-cache"],
      ]
    ) {
      assertEquals(
        await runWithBytes(box, ["AWS_PROFILE"], args),
        refusal("AWS_PROFILE"),
        args.join(" "),
      );
    }
    assertEquals(aws.calls.length, before);
  },
);

Deno.test(
  "--help, --version and completions need no such variable",
  unix,
  async () => {
    await using box = new TestHome();
    for (const args of [["--help"], ["--version"], ["--completions", "bash"]]) {
      const { status, stderr } = await runWithBytes(box, ["AWS_PROFILE"], args);
      assertEquals([status, stderr], [0, ""]);
    }
    // Names from other files than the user's own would be wrong ones.
    box.writeHome(".aws/config", "[profile dev]\nregion = eu-west-1\n");
    const names = ["--completions", "profiles"];
    assertEquals(
      await runWithBytes(box, ["AWS_CONFIG_FILE"], names),
      { status: 0, signal: null, stdout: "", stderr: "" },
    );
  },
);

Deno.test(
  "--doctor names such a variable and looks no further",
  unix,
  async () => {
    await using aws = new FakeAws(WORLD);
    await using box = new TestHome(aws);
    const { status, stdout } = await runWithBytes(box, ["AWS_PROFILE"], [
      "--doctor",
    ]);
    const lines = stdout.split("\n").filter((line) => !line.startsWith("ok"));
    assertEquals([status, lines.at(-2)], [
      125,
      "problem  variables: Cannot use AWS_PROFILE: its value is not valid UTF-8; unset AWS_PROFILE, or set it to a value in UTF-8",
    ]);
    assertEquals(aws.calls, []);
  },
);

Deno.test(
  "-v and --doctor name the variables that cannot be passed on",
  unix,
  async () => {
    await using aws = new FakeAws(WORLD);
    await using box = new TestHome(aws);
    const names = ["MANPATH", "XDG_CACHE_HOME", "MY_OWN", "OTHER"];
    const told = (text: string) =>
      `variables that are not valid UTF-8 and cannot be passed on: ${text}`;
    const notes = async (args: readonly string[]) =>
      (await runWithBytes(box, names, args)).stderr.split("\n")
        .filter((line) => line.includes("UTF-8"));
    assertEquals(await notes(["-v", ...TRUE]), [
      `assume-role: ${told("MANPATH XDG_CACHE_HOME")}`,
    ]);
    assertEquals(await notes(["-v", "-E=MY_OWN", ...TRUE]), [
      `assume-role: ${told("MANPATH MY_OWN XDG_CACHE_HOME")}`,
    ]);
    assertEquals(await notes(["-v", "-E", ...TRUE]), [
      `assume-role: ${told("MANPATH MY_OWN OTHER XDG_CACHE_HOME")}`,
    ]);
    assertEquals(await notes(TRUE), []);
    assertEquals((await runWithBytes(box, names, TRUE)).status, 0);

    const { stdout } = await runWithBytes(box, names, ["--doctor"]);
    assertEquals(
      stdout.split("\n").filter((line) => line.includes("UTF-8")),
      [
        `warning  ${
          told("MANPATH XDG_CACHE_HOME")
        }; set them to values in UTF-8`,
      ],
    );
  },
);

Deno.test(
  "the library refuses such a variable of the process",
  unix,
  async () => {
    await using aws = new FakeAws(WORLD);
    await using box = new TestHome(aws);
    const path = box.write(
      "program.ts",
      `import { assumeRole } from ${
        JSON.stringify(new URL("../../mod.ts", import.meta.url).href)
      };
try {
  await assumeRole({ role: "admin" });
} catch (error) {
  console.log(error.name, error.message);
}
`,
    );
    const script = 'export "AWS_PROFILE=$(printf "a\\377")"; exec "$@"';
    const config = new URL("../../deno.json", import.meta.url).pathname;
    const words = [
      Deno.execPath(),
      "run",
      "--quiet",
      "-A",
      "--config",
      config,
      path,
    ];
    const { stdout } = await box.exec([
      "/bin/sh",
      "-c",
      script,
      "sh",
      ...words,
    ]);
    assertEquals(
      stdout,
      "UsageError Cannot use AWS_PROFILE: its value is not valid UTF-8\n",
    );
    assertEquals(aws.calls, []);
  },
);
