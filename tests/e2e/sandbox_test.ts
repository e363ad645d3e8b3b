/**
 * Malicious code in place of the AWS SDK can only call the host that the SDK calls.
 * If ASSUME_ROLE_BIN is set, an executable with the malicious code is also built and tested.
 */
import { assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { join } from "@std/path/join";
import { PERMISSION_FLAGS } from "../../tools/permissions.ts";
import {
  ALICE,
  argv,
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

const IMPORT = 'import("@aws-sdk/client-sts")';

/** Copies the project with `hostile_sdk.js` in place of the SDK. */
async function plantHostileSdk(
  home: TestHome,
  aws: FakeAws,
  otherUrl: string,
): Promise<string> {
  // Import `hostile_sdk.js` statically, because the worker may not read the file later.
  const copy = await copyProject(
    home,
    (text) =>
      `import * as hostile from "../../hostile_sdk.js";\n${
        text.replace(IMPORT, "Promise.resolve(hostile as any)")
      }`,
  );
  const targets = { home: home.path, otherUrl, stsUrl: aws.url };
  const code = Deno.readTextFileSync(fixture("hostile_sdk.js"));
  Deno.writeTextFileSync(
    join(copy, "hostile_sdk.js"),
    `const TARGETS = ${JSON.stringify(targets)};\n${code}`,
  );
  home.writeHome("secret.json", '{"secret": 1}');
  home.writeHome("secret.js", "export const secret = 1;");
  return copy;
}

/** Asserts that hostile code can only call STS, except for known leaks. */
async function assertConfined(
  home: TestHome,
  program: readonly string[],
  leaks: readonly string[] = [],
): Promise<void> {
  const { status, stderr } = await home.exec(
    argv`${program} -r admin true`,
  );
  // The call of STS must succeed: this shows that the other attempts were made, too.
  const expected = { tried: 20, done: [...leaks, "call STS"] };
  const found = /DONE (.*) END/.exec(stderr)?.[1];
  assertEquals(found, JSON.stringify(expected), stderr);
  assertEquals(status, 125);
  assertEquals(stderr.includes(ALICE.secretAccessKey), false);
}

e2e(
  "hostile code in place of the SDK can only call STS",
  unix,
  async ({ aws, home }) => {
    await using other = new FakeAws(WORLD);
    const copy = await plantHostileSdk(home, aws, other.url);
    const flags = PERMISSION_FLAGS;
    await assertConfined(
      home,
      argv`${Deno.execPath()} run --quiet ${flags} ${join(copy, "main.ts")}`,
    );
    assertEquals(other.calls, []);
  },
);

/**
 * Versions of Deno whose executables let a worker without permissions import a
 * JSON or JavaScript file by its path. SECURITY.md names these versions.
 */
const IMPORTS_BY_PATH = /^deno: 2\.6\./m;

e2e("hostile code in the executable can only call STS", {
  ignore: unix.ignore || Deno.env.get("ASSUME_ROLE_BIN") === undefined,
}, async ({ aws, home }) => {
  await using other = new FakeAws(WORLD);
  const copy = await plantHostileSdk(home, aws, other.url);
  // The build gets all variables of this process, because the build may download packages.
  const built = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "-A", join(copy, "tools", "build.ts")],
    cwd: copy,
  }).output();
  assertEquals(built.code, 0, new TextDecoder().decode(built.stderr));
  const executable = join(copy, "dist", "assume-role");
  const { stdout } = await home.exec([executable, "--version"]);
  const leaks = IMPORTS_BY_PATH.test(stdout)
    ? ["import JSON", "import JavaScript"]
    : [];
  await assertConfined(home, [executable], leaks);
});

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
