/**
 * What the AWS SDK could do if somebody put bad code in its place: nothing but
 * call the host that it is to call. The executable is built with such code and
 * tried as well, where one can be built here.
 */
import { assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { join } from "@std/path/join";
import { PERMISSION_FLAGS } from "../../tools/permissions.ts";
import { FakeAws } from "../fake_aws/server.ts";
import { ALICE } from "../fake_aws/world.ts";
import { TestHome } from "./test_home.ts";
import { WORLD } from "./worlds.ts";

const ROOT = join(import.meta.dirname!, "..", "..");
const unix = { ignore: Deno.build.os === "windows" };

/** In the SDK's place: it tries what it can, and tells what came of it. */
const HOSTILE = `
import fs from "node:fs";
import childProcess from "node:child_process";

async function attempt(name, work) {
  try {
    await work();
    return [name];
  } catch {
    return [];
  }
}

async function report() {
  const results = await Promise.all([
    attempt("read by Deno", () => Deno.readTextFile("HOME/.aws/credentials")),
    attempt("read by Node", () => fs.readFileSync("HOME/.aws/credentials", "utf8")),
    attempt("import of JSON", () => import(["HOME", "secret.json"].join("/"), { with: { type: "json" } })),
    attempt("import of JavaScript", () => import(["HOME", "secret.js"].join("/"))),
    attempt("list", () => Array.from(Deno.readDirSync("HOME"))),
    attempt("write by Deno", () => Deno.writeTextFile("HOME/planted", "x")),
    attempt("write by Node", () => fs.writeFileSync("HOME/planted", "x")),
    attempt("run by Deno", async () => (await new Deno.Command("true").output()).code),
    attempt("run by Node", () => String(childProcess.execSync("id"))),
    attempt("environment of Deno", () => Deno.env.toObject()),
    attempt("a variable", () => Deno.env.get("HOME")),
    attempt("another host", async () => (await fetch("ELSEWHERE")).status),
    attempt("a connection", () => Deno.connect({ hostname: "127.0.0.1", port: PORT }).then(() => "open")),
    attempt("a listener", () => Deno.listen({ port: 0 }).addr),
    attempt("a name", () => Deno.resolveDns("example.com", "A")),
    attempt("a library", () => Deno.dlopen("libc.so.6", {})),
    attempt("a free worker", () => new Promise((resolve, reject) => {
      const code = "try { postMessage(Deno.readTextFileSync('HOME/.aws/credentials')); } catch (e) { postMessage('refused ' + e.name); }";
      const worker = new Worker("data:text/javascript," + encodeURIComponent(code), { type: "module", deno: { permissions: "inherit" } });
      worker.onmessage = (event) => String(event.data).startsWith("refused") ? reject(new Error(event.data)) : resolve(event.data);
      worker.onerror = (event) => { event.preventDefault(); reject(new Error(event.message)); };
    })),
    attempt("more permissions", async () => {
      const { state } = await Deno.permissions.request({ name: "read" });
      if (state !== "granted") throw new Error(state);
    }),
    attempt("variables of Node", () => {
      const found = Object.keys(globalThis.process?.env ?? {});
      if (found.length === 0) throw new Error("none");
      return found;
    }),
    attempt("the host that it is to call", async () => (await fetch("STS")).status),
  ]);
  throw new Error("DONE " + JSON.stringify({ tried: results.length, done: results.flat() }) + " END");
}

export class STSClient { send() { return report(); } }
export class AssumeRoleCommand {}
export class AssumeRoleWithWebIdentityCommand {}
export class GetCallerIdentityCommand {}
export class GetSessionTokenCommand {}
`;

/** A copy of the project, with another start of the module that loads the SDK. */
async function copyProject(
  home: TestHome,
  change: (text: string) => string,
): Promise<string> {
  const copy = join(home.root, "planted");
  await home.exec(["cp", "-r", join(ROOT, "lib"), `${copy}-lib`]);
  Deno.mkdirSync(copy);
  Deno.renameSync(`${copy}-lib`, join(copy, "lib"));
  for (
    const path of ["main.ts", "mod.ts", "tools", "deno.json", "deno.lock"]
  ) {
    await home.exec(["cp", "-r", join(ROOT, path), join(copy, path)]);
  }
  // Not by the import map: another one than that of the lock takes the network.
  const client = join(copy, "lib", "aws", "client.ts");
  const before = Deno.readTextFileSync(client);
  const after = change(before);
  assertNotEquals(after, before);
  Deno.writeTextFileSync(client, after);
  return copy;
}

const LOADED = 'import("@aws-sdk/client-sts")';

/** A copy of the project with that in the SDK's place. */
async function plant(home: TestHome, aws: FakeAws, elsewhere: string) {
  // The worker cannot import a file later, without permission to read.
  const copy = await copyProject(
    home,
    (text) =>
      `import * as hostile from "../../hostile.js";\n${
        text.replace(LOADED, "Promise.resolve(hostile as any)")
      }`,
  );
  const text = HOSTILE.replaceAll("HOME", home.path)
    .replaceAll(`Deno.env.get("${home.path}")`, 'Deno.env.get("HOME")')
    .replaceAll("ELSEWHERE", elsewhere)
    .replaceAll("PORT", new URL(elsewhere).port)
    .replaceAll('STS"', `${aws.url}"`);
  Deno.writeTextFileSync(
    join(copy, "hostile.js"),
    text,
  );
  home.writeHome("secret.json", '{"secret": 1}');
  home.writeHome("secret.js", "export const secret = 1;");
  return copy;
}

async function check(
  home: TestHome,
  words: readonly string[],
  leaks: readonly string[] = [],
): Promise<void> {
  const { status, stderr } = await home.exec([...words, "-r", "admin", "true"]);
  // The SDK needs this attempt; its success shows that the other attempts did run.
  assertEquals(
    /DONE (.*) END/.exec(stderr)?.[1],
    JSON.stringify({
      tried: 20,
      done: [...leaks, "the host that it is to call"],
    }),
    stderr,
  );
  assertEquals(status, 125);
  assertEquals(stderr.includes(ALICE.secretAccessKey), false);
}

Deno.test(
  "bad code in the SDK's place can only call its host",
  unix,
  async () => {
    await using aws = new FakeAws(WORLD);
    await using elsewhere = new FakeAws(WORLD);
    await using home = new TestHome(aws);
    const copy = await plant(home, aws, elsewhere.url);
    await check(home, [
      Deno.execPath(),
      "run",
      "--quiet",
      ...PERMISSION_FLAGS,
      join(copy, "main.ts"),
    ]);
    assertEquals(elsewhere.calls, []);
  },
);

/**
 * The version of Deno whose executables let a worker without permissions import
 * a JSON or JavaScript file by its path. SECURITY.md names it.
 */
const IMPORTS_BY_PATH = /^deno: 2\.6\./m;

Deno.test("nor in the executable", {
  ignore: Deno.env.get("ASSUME_ROLE_BIN") === undefined ||
    Deno.build.os === "windows",
}, async () => {
  await using aws = new FakeAws(WORLD);
  await using elsewhere = new FakeAws(WORLD);
  await using home = new TestHome(aws);
  const copy = await plant(home, aws, elsewhere.url);
  // With all variables of this process: the build may have something to fetch.
  const built = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "-A", join(copy, "tools", "build.ts")],
    cwd: copy,
  }).output();
  assertEquals(built.code, 0, new TextDecoder().decode(built.stderr));
  const executable = join(copy, "dist", "assume-role");
  const { stdout } = await home.exec([executable, "--version"]);
  const leaks = IMPORTS_BY_PATH.test(stdout)
    ? ["import of JSON", "import of JavaScript"]
    : [];
  await check(home, [executable], leaks);
});

Deno.test(
  "an SDK that cannot be loaded is an error, at once and later",
  unix,
  async () => {
    const broken: readonly ((text: string) => string)[] = [
      (text) =>
        text.replace(LOADED, 'Promise.reject(new Error("damaged")) as any'),
      (text) => `${text}\nthrow new Error("damaged");\n`,
    ];
    for (const change of broken) {
      await using aws = new FakeAws(WORLD);
      await using home = new TestHome(aws);
      const copy = await copyProject(home, change);
      const main = [
        Deno.execPath(),
        "run",
        "--quiet",
        "-A",
        join(copy, "main.ts"),
      ];
      // The second has its first call to make when the worker has long gone.
      const late =
        "--role-session-name=me --mfa-command='sleep 1; echo 123456'";
      for (
        const more of ["", `${late} --mfa-serial=${ALICE.devices![0]!.serial}`]
      ) {
        const run = `"$@" -r admin ${more} true`;
        const { status, stderr } = await home.exec([
          "sh",
          "-c",
          run,
          "sh",
          ...main,
        ]);
        assertEquals(status, 125);
        assertMatch(stderr, /assume-role: error: .*damaged/);
      }
    }
  },
);
