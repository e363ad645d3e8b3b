/** Variables that are not UTF-8: none that decides an identity or a file is ignored. */
import { e2e } from "../mod.ts";
import { assertEquals } from "@std/assert";
import {
  program,
  type Result,
  type RunOptions,
  type TestHome,
  warm,
} from "./test_home.ts";

const unix = { ignore: Deno.build.os === "windows" };
const TRUE = ["-r", "admin", "true"];

/** Runs assume-role with variables whose value ends in a byte that is no UTF-8. */
async function runWithBytes(
  home: TestHome,
  names: readonly string[],
  args: string | readonly string[],
  options: RunOptions = {},
): Promise<Result> {
  const script =
    'for name in $0; do export "$name=$(printf "/default\\377")"; done; exec "$@"';
  const words = ["/bin/sh", "-c", script, names.join(" "), ...program()];
  return await home.exec([...words, ...args], options);
}

function refusal(name: string): Result {
  return {
    status: 125,
    signal: null,
    stdout: "",
    stderr:
      `assume-role: error: Cannot use ${name}: the value is not valid UTF-8\n` +
      `assume-role: hint: unset ${name}, or set it to valid UTF-8\n`,
  };
}

e2e(
  "a variable that decides an identity or a file is refused if it is not UTF-8",
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
      assertEquals(await runWithBytes(home, [name], TRUE), refusal(name));
    }
    const two = await runWithBytes(home, ["PATH", "AWS_PROFILE"], TRUE);
    assertEquals(
      two.stderr.split("\n")[0],
      [
        "assume-role: error: Cannot use AWS_PROFILE, PATH: the values are not valid UTF-8",
      ].join(),
    );
    assertEquals(aws.calls, []);
  },
);

e2e("every kind of run refuses such a variable, cached credentials or not", {
  ...unix,
  home: warm,
}, async ({ aws, home, run }) => {
  assertEquals((await run(TRUE)).status, 0);
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
      await runWithBytes(home, ["AWS_PROFILE"], args),
      refusal("AWS_PROFILE"),
      args.join(" "),
    );
  }
  assertEquals(aws.calls.length, before);
});

e2e("--help, --version and completions need no such variable", {
  ...unix,
  offline: true,
}, async ({ home }) => {
  for (const args of [["--help"], ["--version"], ["--completions", "bash"]]) {
    const { status, stderr } = await runWithBytes(home, ["AWS_PROFILE"], args);
    assertEquals([status, stderr], [0, ""]);
  }
  // Names from other files than the user's own would be wrong ones.
  home.writeHome(".aws/config", "[profile dev]\nregion = eu-west-1\n");
  const names = ["--completions", "profiles"];
  assertEquals(
    await runWithBytes(home, ["AWS_CONFIG_FILE"], names),
    { status: 0, signal: null, stdout: "", stderr: "" },
  );
});

e2e(
  "--doctor names such a variable and looks no further",
  unix,
  async ({ aws, home }) => {
    const { status, stdout } = await runWithBytes(home, ["AWS_PROFILE"], [
      "--doctor",
    ]);
    const lines = stdout.split("\n").filter((line) => !line.startsWith("ok"));
    assertEquals([status, lines.at(-2)], [
      125,
      "problem  variables: Cannot use AWS_PROFILE: the value is not valid UTF-8; unset AWS_PROFILE, or set it to valid UTF-8",
    ]);
    assertEquals(aws.calls, []);
  },
);

e2e(
  "-v and --doctor name the variables that cannot be passed on",
  unix,
  async ({ home }) => {
    const names = ["MANPATH", "XDG_CACHE_HOME", "MY_OWN", "OTHER"];
    const told = (text: string) =>
      `cannot pass on variables that are not valid UTF-8: ${text}`;
    const notes = async (args: readonly string[]) =>
      (await runWithBytes(home, names, args)).stderr.split("\n")
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
    assertEquals((await runWithBytes(home, names, TRUE)).status, 0);

    const { stdout } = await runWithBytes(home, names, ["--doctor"]);
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

e2e(
  "the library refuses such a variable of the process",
  unix,
  async ({ aws, home }) => {
    const path = home.write(
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
    const { stdout } = await home.exec([
      "/bin/sh",
      "-c",
      script,
      "sh",
      ...words,
    ]);
    assertEquals(
      stdout,
      "UsageError Cannot use AWS_PROFILE: the value is not valid UTF-8\n",
    );
    assertEquals(aws.calls, []);
  },
);
