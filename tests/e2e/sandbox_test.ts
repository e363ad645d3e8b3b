/**
 * Malicious code in place of the AWS SDK can only have requests sent to the host that the SDK
 * calls, and cannot use the streams of the command. If ASSUME_ROLE_BIN is set, an executable
 * with the malicious code is also built and tested.
 */
import { assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { join } from "@std/path/join";
import { PERMISSION_FLAGS } from "../../tools/permissions.ts";
import {
  ALICE,
  argv,
  assertFails,
  deno,
  e2e,
  FakeAws,
  fixture,
  ROOT,
  SERIAL,
  type TestHome,
  unix,
  WORLD,
} from "../mod.ts";

/** Copies the project, and changes the module that loads the SDK. */
async function copyProject(
  home: TestHome,
  change: (text: string) => string,
): Promise<string> {
  const copy = join(home.root, "copy");
  Deno.mkdirSync(copy);
  const parts = ["lib", "main.ts", "mod.ts", "tools", "deno.json", "deno.lock"];
  for (const part of parts) {
    await home.exec(argv`cp -r ${join(ROOT, part)} ${join(copy, part)}`);
  }
  // The module is changed, because an import map would not match the lock file, and Deno
  // would use the network.
  const client = join(copy, "lib", "aws", "client.ts");
  const before = Deno.readTextFileSync(client);
  const after = change(before);
  assertNotEquals(after, before);
  Deno.writeTextFileSync(client, after);
  return copy;
}

const IMPORT = 'import("./sts_package.ts")';

/** The code in `hostile_sdk.js` that the worker runs, and its parameters. */
interface Hostile {
  readonly mode:
    | "report"
    | "answer"
    | "busy"
    | "late"
    | "refuse"
    | "forge"
    | "flood"
    | "throw"
    | "uncaught"
    | "print"
    | "send";
  readonly messages?: readonly unknown[];
}

/** Copies the project with `hostile_sdk.js` in place of the SDK. */
async function plantHostileSdk(
  home: TestHome,
  aws: FakeAws,
  hostile: Hostile,
  otherUrl = aws.url,
): Promise<string> {
  // Import `hostile_sdk.js` statically, so that the bundle contains the file.
  const copy = await copyProject(
    home,
    (text) =>
      `import * as hostile from "./hostile_sdk.js";\n${
        text.replace(IMPORT, "Promise.resolve(hostile as any)")
      }`,
  );
  const targets = { home: home.path, otherUrl, stsUrl: aws.url, ...hostile };
  const code = ["hostile_reports.js", "hostile_sdk.js"]
    .map((file) => Deno.readTextFileSync(fixture(file))).join("\n");
  Deno.writeTextFileSync(
    join(copy, "lib", "aws", "hostile_sdk.js"),
    `const TARGETS = ${JSON.stringify(targets)};\n${code}`,
  );
  home.writeHome("secret.json", '{"secret": 1}');
  home.writeHome("secret.js", "export const secret = 1;");
  return copy;
}

/** Builds an executable from a copy of the project. */
async function build(copy: string): Promise<string> {
  // The build gets all variables of this process, because the build may download packages.
  const built = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "-A", join(copy, "tools", "build.ts")],
    cwd: copy,
  }).output();
  assertEquals(built.code, 0, new TextDecoder().decode(built.stderr));
  return join(copy, "dist", "assume-role");
}

/** Returns the argv that runs a copy of the project from source. */
function fromSource(copy: string): string[] {
  const main = join(copy, "main.ts");
  return argv`${Deno.execPath()} run --quiet ${PERMISSION_FLAGS} ${main}`;
}

/** Asserts that hostile code can only call STS, except for known leaks. */
async function assertConfined(
  home: TestHome,
  program: readonly string[],
  leaks: readonly string[] = [],
): Promise<void> {
  const { status, stdout, stderr } = await home.exec(
    argv`${program} -r admin true`,
    { stdin: "input of the command" },
  );
  const found = /DONE (.*) END/.exec(stderr)?.[1];
  assertNotEquals(found, undefined, stderr);
  const { tried, done } = JSON.parse(found!);
  // The call of STS must succeed: this shows that the other attempts were made, too.
  assertEquals(done, [...leaks, "call STS"]);
  assertEquals(tried, 126);
  assertEquals([status, stdout], [125, ""]);
  assertMatch(
    stderr,
    /^assume-role: error: [^\n]*\n(?:assume-role: hint: [^\n]*\n)?$/,
  );
  assertEquals(stderr.includes("LEAK"), false);
  assertEquals(stderr.includes(ALICE.secretAccessKey), false);
}

e2e(
  "hostile code in place of the SDK can only call STS",
  unix,
  async ({ aws, home }) => {
    await using other = new FakeAws(WORLD);
    const hostile = { mode: "report" } as const;
    const copy = await plantHostileSdk(home, aws, hostile, other.url);
    await assertConfined(home, fromSource(copy));
    assertEquals(other.calls, []);
  },
);

/**
 * What still succeeds in executables of a version of Deno. SECURITY.md names these
 * attempts.
 */
const LEAKS: readonly (readonly [version: RegExp, leaks: readonly string[]])[] =
  [
    [/^deno: 2\.6\./m, [
      "import JSON",
      "import JavaScript",
      "import code of a data URL",
      "abort the process",
    ]],
  ];

const executable = {
  ignore: unix.ignore || Deno.env.get("ASSUME_ROLE_BIN") === undefined,
};

e2e(
  "hostile code in the executable can only call STS",
  executable,
  async ({ aws, home }) => {
    await using other = new FakeAws(WORLD);
    const hostile = { mode: "report" } as const;
    const copy = await plantHostileSdk(home, aws, hostile, other.url);
    const program = await build(copy);
    const { stdout } = await home.exec([program, "--version"]);
    const [, leaks] = LEAKS.find(([version]) => version.test(stdout)) ?? [];
    await assertConfined(home, [program], leaks);
  },
);

/** Registers a test with hostile code, from source and in the executable. */
function hostile(
  name: string,
  options: Hostile,
  test: (home: TestHome, program: readonly string[]) => Promise<void>,
): void {
  e2e(name, unix, async ({ aws, home }) => {
    await test(home, fromSource(await plantHostileSdk(home, aws, options)));
  });
  e2e(`in the executable, ${name}`, executable, async ({ aws, home }) => {
    const copy = await plantHostileSdk(home, aws, options);
    await test(home, [await build(copy)]);
  });
}

hostile(
  "hostile code takes no byte of the command's input, and adds none to its output",
  { mode: "answer" },
  async (home, program) => {
    const result = await home.exec(argv`${program} -r admin cat`, {
      stdin: "input of the command\n",
    });
    assertEquals(result, {
      status: 0,
      signal: null,
      stdout: "input of the command\n",
      stderr: "",
    });
  },
);

hostile(
  "hostile code adds nothing to printed credentials",
  { mode: "answer" },
  async (home, program) => {
    for (const format of ["env", "process", "windows-cmd"]) {
      home.removeCache();
      const { status, stdout, stderr } = await home.exec(
        argv`${program} -r admin --format ${format}`,
      );
      assertEquals([status, stderr], [0, ""]);
      assertEquals(stdout.includes("LEAK"), false);
      assertMatch(stdout, /^(?:unset |export |set |\{\n)/);
    }
  },
);

hostile(
  "uncaught errors of hostile code are printed as one clean line",
  { mode: "throw" },
  async (home, program) => {
    assertFails(await home.exec(argv`${program} -r admin true`), {
      error: /^the AWS SDK cannot run: Error: UNCAUGHT [ -~]*$/,
    });
  },
);

/** The attempts in `hostile_reports.js`. */
const REPORTS = Array.from(
  Deno.readTextFileSync(fixture("hostile_reports.js"))
    .matchAll(/^ {2}"([-a-zA-Z]+)":/gm),
  ([, name]) => name!,
);

/** Lists the attempts with which hostile code prints a line on stdout or stderr. */
async function findPrinted(
  home: TestHome,
  program: readonly string[],
): Promise<readonly string[]> {
  const printed = [];
  for (const name of REPORTS) {
    const { stdout, stderr } = await home.exec(
      argv`${program} -r ${name} --format env`,
    );
    const isClean = /^(?:(?:export|unset) [^\n]*\n)*$/.test(stdout) &&
      /^(?:assume-role: (?:error|hint): [^\n]*\n)*$/.test(stderr);
    if (!isClean) printed.push(name);
  }
  return printed;
}

e2e(
  "neither Deno nor V8 prints an error of hostile code",
  unix,
  async ({ aws, home }) => {
    assertEquals(REPORTS.length, 23);
    const copy = await plantHostileSdk(home, aws, { mode: "print" });
    assertEquals(await findPrinted(home, fromSource(copy)), []);
  },
);

e2e(
  "in the executable, neither Deno nor V8 prints an error of hostile code",
  executable,
  async ({ aws, home }) => {
    const copy = await plantHostileSdk(home, aws, { mode: "print" });
    const program = await build(copy);
    const { stdout } = await home.exec([program, "--version"]);
    const isOld = /^deno: 2\.6\./m.test(stdout);
    const printed = await findPrinted(home, [program]);
    assertEquals(printed, isOld ? ["another-realm"] : []);
  },
);

for (
  const way of [
    "a proxy",
    "another dispatchEvent",
    "another dispatchEvent of the class",
    "an error that looks unhandled",
    "a rejection that looks unhandled",
    "another String",
    "an error while an error is read",
    "an error while a text is made of an error",
  ]
) {
  e2e(`Deno itself does not print ${way}`, unix, async ({ aws, home }) => {
    const options = { mode: "uncaught", messages: [way] } as const;
    const copy = await plantHostileSdk(home, aws, options);
    assertFails(await home.exec(argv`${fromSource(copy)} -r admin true`), {
      error: /^the AWS SDK cannot run: [ -~]*$/,
    });
  });
}

e2e(
  "no command starts while hostile code runs on",
  unix,
  async ({ aws, home }) => {
    const copy = await plantHostileSdk(home, aws, { mode: "busy" });
    const run = argv`${fromSource(copy)} -r admin echo started`;
    assertFails(await home.exec(run), {
      error: "Cannot stop the AWS SDK: it is busy",
    });
  },
);

e2e(
  "an error is shown although hostile code runs on",
  unix,
  async ({ aws, home }) => {
    const copy = await plantHostileSdk(home, aws, { mode: "refuse" });
    assertFails(await home.exec(argv`${fromSource(copy)} -r admin true`), {
      error: /^Cannot identify the base credentials: refused/,
    });
  },
);

const HINT =
  "check this installation, for example with 'gh attestation verify': its AWS SDK may be damaged";
const UNEXPECTED =
  "Cannot trust the AWS SDK: the AWS SDK sent an unexpected message";
const REQUEST = {
  request: 1,
  method: "POST",
  url: "https://example.com/",
  headers: [],
  body: "",
};
const SESSION = {
  accessKeyId: "ASIAIOSFODNN7EXAMPLE",
  secretAccessKey: "secret",
  sessionToken: "token",
  expiration: 4_000_000_000_000,
  clockOffset: 0,
  assumedRoleArn: "arn:aws:sts::111111111111:assumed-role/admin/alice",
};

for (
  const [name, message, error] of [
    ["a text", "x", UNEXPECTED],
    ["null", null, UNEXPECTED],
    ["an answer without a call", { id: 7, output: SESSION }, UNEXPECTED],
    ["a token that was not asked for", { refreshedToken: "{}" }, "token"],
    ["an unknown kind", { kind: "client" }, UNEXPECTED],
    ["a request to another host", REQUEST, UNEXPECTED],
    ["a request of another kind", { ...REQUEST, method: "GET" }, UNEXPECTED],
    ["a request without values", { request: 1 }, UNEXPECTED],
    ["an answer without output", { id: 1 }, "arn"],
    ["an error of a wrong type", { id: 1, failure: 7 }, undefined],
  ] as const
) {
  e2e(`a message that is ${name} ends the run`, unix, async ({ aws, home }) => {
    const options = { mode: "forge", messages: [message] } as const;
    const copy = await plantHostileSdk(home, aws, options);
    const result = await home.exec(argv`${fromSource(copy)} -r admin true`);
    assertFails(result, { error: new RegExp(error ?? "^Error$") });
  });
}

for (
  const value of [
    "a reason without text",
    "a long list as reason",
    "a null reason",
    "a pretended object",
    "a copy of a pretended object",
  ]
) {
  e2e(`${value} ends the run with an error`, unix, async ({ aws, home }) => {
    const options = { mode: "send", messages: [value] } as const;
    const copy = await plantHostileSdk(home, aws, options);
    const result = await home.exec(argv`${fromSource(copy)} -r admin true`);
    assertFails(result, { error: /AWS SDK/ });
  });
}

e2e(
  "no command starts while code runs on that sends a message after the last answer",
  unix,
  async ({ aws, home }) => {
    const copy = await plantHostileSdk(home, aws, {
      mode: "late",
      messages: [{ id: 7, output: SESSION }],
    });
    const run = argv`${fromSource(copy)} -r admin echo started`;
    // The message can arrive after assume-role has stopped listening.
    assertFails(await home.exec(run), {
      error: /an unexpected message$|it is busy$/,
    });
  },
);

e2e("a flood of messages ends the run", unix, async ({ aws, home }) => {
  const copy = await plantHostileSdk(home, aws, { mode: "flood" });
  const result = await home.exec(argv`${fromSource(copy)} -r admin true`);
  assertFails(result, { error: UNEXPECTED, hint: HINT });
});

for (
  const [name, change, wrong] of [
    [
      "a line break in the token",
      { sessionToken: "a\r\nset X=1" },
      "sessionToken",
    ],
    [
      "a curly quote in the token",
      { sessionToken: "a\u201d;b" },
      "sessionToken",
    ],
    ["a number as token", { sessionToken: 7 }, "sessionToken"],
    ["no time of expiry", { expiration: undefined }, "expiration"],
    ["a time of expiry that is no number", { expiration: null }, "expiration"],
    ["an endless session", { expiration: 8.64e15 }, "expiration"],
    [
      "a line break in the ARN",
      { assumedRoleArn: "arn:aws:\n" },
      "assumedRoleArn",
    ],
  ] as const
) {
  e2e(`an answer with ${name} is refused`, unix, async ({ aws, home }) => {
    const identity = {
      arn: "arn:aws:iam::111111111111:user/a",
      accountId: "1",
    };
    const options = {
      mode: "forge",
      messages: [
        { id: 1, output: identity },
        { id: 2, output: { ...SESSION, ...change } },
      ],
    } as const;
    const copy = await plantHostileSdk(home, aws, options);
    const run = argv`${fromSource(copy)} -r admin --format windows-cmd`;
    assertFails(await home.exec(run), {
      error:
        `Cannot trust the AWS SDK: the answer of the AWS SDK has no valid ${wrong}`,
      hint: HINT,
    });
  });
}

for (
  const [kind, change] of [
    [
      "fails to load",
      (text: string) =>
        text.replace(IMPORT, 'Promise.reject(new Error("damaged")) as any'),
    ],
    [
      "throws in the worker",
      (text: string) => `${text}\nthrow new Error("damaged");\n`,
    ],
  ] as const
) {
  e2e(
    `an SDK that ${kind} is an error, whether the first call is made at once or later`,
    unix,
    async ({ home }) => {
      const main = deno(join(await copyProject(home, change), "main.ts"));
      const now = await home.exec(argv`${main} -r admin true`);
      assertEquals(now.status, 125);
      assertMatch(now.stderr, /assume-role: error: .*damaged/);
      // The first call comes long after the worker has failed.
      const command = "sleep 1; echo 123456";
      const later = await home.exec(
        argv`${main} -r admin --role-session-name=me --mfa-command=${command} --mfa-serial=${SERIAL} true`,
      );
      assertEquals(later.status, 125);
      assertMatch(later.stderr, /assume-role: error: .*damaged/);
    },
  );
}
