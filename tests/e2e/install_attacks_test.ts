/**
 * Attacks on `install.sh`: damaged or hostile releases, arguments and directories. No attack
 * may install another program than the released one, or change an installed one.
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path/join";
import { ROOT, TestHome, unix } from "../mod.ts";

const SCRIPT = join(ROOT, "install.sh");
const TARGET = `${Deno.build.arch}-${
  Deno.build.os === "darwin" ? "apple-darwin" : "unknown-linux-gnu"
}`;
const NAME = `assume-role-1.2.3-${TARGET}`;
const PROGRAM = '#!/bin/sh\necho "it runs: $*"\n';
const OLDER = "an older version";
const HASH = await hash(PROGRAM);
const SUMS = `${HASH}  ${NAME}\n`;

/** What a server answers: a text, or a response. */
type Answer = string | (() => Response);

/** An attack. */
interface Attack {
  readonly name: string;
  readonly sums?: Answer;
  readonly program?: Answer;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** The error of install.sh; default: any failure. */
  readonly error?: RegExp;
}

const CHECKSUM = /does not match the release: its SHA-256 is /;
const NO_EXECUTABLE = /the release has no executable for /;
const NO_CHECKSUM = /the release has no SHA-256 of /;
const VERSION = /a version is written like 0\.1\.0/;
const notFound = () => new Response("not found", { status: 404 });

/** Breaks off an answer in its middle. */
function cutAnswer(text: string): Response {
  const start = new TextEncoder().encode(text.slice(0, text.length / 2));
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(start);
      setTimeout(() => controller.error(new Error("cut")), 50);
    },
  });
  return new Response(stream, {
    headers: { "content-length": String(text.length) },
  });
}

const ATTACKS: readonly Attack[] = [
  { name: "another program", program: "#!/bin/sh\nid\n", error: CHECKSUM },
  {
    name: "a program with one byte more",
    program: PROGRAM + "\n",
    error: CHECKSUM,
  },
  {
    name: "half of the program",
    program: PROGRAM.slice(0, 12),
    error: CHECKSUM,
  },
  { name: "an empty program", program: "", error: CHECKSUM },
  {
    name: "a sign-in page in place of the program",
    program: "<html>Sign in</html>\n",
    error: CHECKSUM,
  },
  {
    name: "no program",
    program: notFound,
    error: /cannot download \S+\/assume-role-1\.2\.3-/,
  },
  {
    name: "a download of the program that breaks off",
    program: () => cutAnswer(PROGRAM),
  },
  {
    name: "a sign-in page as SHA256SUMS",
    sums: "<html>Sign in</html>\n",
    error: NO_EXECUTABLE,
  },
  { name: "an empty SHA256SUMS", sums: "", error: NO_EXECUTABLE },
  {
    name: "no SHA256SUMS",
    sums: notFound,
    error: /cannot download \S+SHA256SUMS/,
  },
  {
    name: "a download of SHA256SUMS that breaks off",
    sums: () => cutAnswer(SUMS.repeat(2)),
  },
  {
    name: "the executable of another system only",
    sums: `${HASH}  assume-role-1.2.3-riscv64-unknown-linux-gnu\n`,
    error: NO_EXECUTABLE,
  },
  {
    name: "a checksum that is too short",
    sums: `${HASH.slice(1)}  ${NAME}\n`,
    error: NO_CHECKSUM,
  },
  { name: "a checksum that is too long", sums: `0${SUMS}`, error: NO_CHECKSUM },
  {
    name: "no checksum before the name",
    sums: `  ${NAME}\n`,
    error: NO_CHECKSUM,
  },
  {
    name: "the checksum of another program",
    sums: `${"0".repeat(64)}  ${NAME}\n`,
    error: CHECKSUM,
  },
  {
    name: "two versions of the executable",
    sums: `${SUMS}${HASH}  assume-role-1.2.4-${TARGET}\n`,
    error: NO_EXECUTABLE,
  },
  {
    name: "two checksums of the executable",
    sums: `${SUMS}${"0".repeat(64)}  ${NAME}\n`,
    args: ["1.2.3"],
    error: NO_CHECKSUM,
  },
  {
    name: "a version that leads to another directory",
    sums: `${HASH}  assume-role-../../x-${TARGET}\n`,
    error: NO_EXECUTABLE,
  },
  {
    name: "a version with code for the shell",
    sums: `${HASH}  assume-role-$(touch canary)-${TARGET}\n`,
    error: NO_EXECUTABLE,
  },
  {
    name: "a version with code for sed",
    sums: `${HASH}  assume-role-1/e;w canary;s/2-${TARGET}\n`,
    error: NO_EXECUTABLE,
  },
  {
    name: "lines that end with CR LF",
    sums: `${HASH}  ${NAME}\r\n`,
    error: NO_EXECUTABLE,
  },
  { name: "the argument 1.2.3/../..", args: ["1.2.3/../.."], error: VERSION },
  { name: "an argument with code", args: ["$(touch canary)"], error: VERSION },
  { name: "an argument with a line end", args: ["1.2.3\nx"], error: VERSION },
  {
    name: "the argument of another version",
    args: ["1.2.2"],
    error: NO_CHECKSUM,
  },
  { name: "a PREFIX that is an option", env: { PREFIX: "-p" } },
];

async function hash(text: string): Promise<string> {
  const bytes = new TextEncoder().encode(text);
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}

/** Runs install.sh with a server of releases; returns the error. */
async function install(
  home: TestHome,
  { sums = SUMS, program = PROGRAM, args = [], env = {} }: Omit<Attack, "name">,
): Promise<{ status: number; stderr: string }> {
  const answers = new Map<string, Answer>([["SHA256SUMS", sums], [
    NAME,
    program,
  ]]);
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {}, onError: notFound },
    ({ url }) => {
      const answer = answers.get(url.split("/").at(-1)!) ?? notFound;
      return typeof answer === "string" ? new Response(answer) : answer();
    },
  );
  try {
    const url = `http://127.0.0.1:${server.addr.port}`;
    return await home.exec(["sh", SCRIPT, ...args], {
      env: { ASSUME_ROLE_INSTALL_URL: url, ...env },
    });
  } finally {
    await server.shutdown();
  }
}

/** Lists all files of a home, with their contents. */
function contents(home: TestHome): Record<string, string> {
  const files: Record<string, string> = {};
  const add = (directory: string) => {
    for (const { name, isDirectory } of Deno.readDirSync(directory)) {
      const path = join(directory, name);
      if (isDirectory) add(path);
      else files[path] = Deno.readTextFileSync(path);
    }
  };
  add(home.root);
  return files;
}

for (const { name, error, ...attack } of ATTACKS) {
  Deno.test({
    name: `install.sh keeps the installed program: ${name}`,
    ignore: unix.ignore,
    fn: async () => {
      await using home = new TestHome();
      home.writeHome(".local/bin/assume-role", OLDER);
      const before = contents(home);
      const { status, stderr } = await install(home, attack);
      assert(status !== 0, "the installation succeeded");
      if (error !== undefined) {
        assertMatch(stderr, /^install\.sh: error: /m);
        assertMatch(stderr, error);
      }
      assertEquals(contents(home), before);
    },
  });
}

Deno.test({
  name:
    "install.sh replaces a symbolic link and keeps the file behind the link",
  ignore: unix.ignore,
  fn: async () => {
    await using home = new TestHome();
    const victim = home.writeHome("victim", OLDER);
    const path = join(home.path, ".local/bin/assume-role");
    Deno.mkdirSync(join(home.path, ".local/bin"), { recursive: true });
    Deno.symlinkSync(victim, path);
    const { status, stderr } = await install(home, {});
    assertEquals([status, stderr], [0, ""]);
    assertEquals(Deno.lstatSync(path).isFile, true);
    assertEquals(Deno.readTextFileSync(path), PROGRAM);
    assertEquals(Deno.readTextFileSync(victim), OLDER);
  },
});

for (const kind of ["a directory", "a link to a directory"]) {
  Deno.test({
    name: `install.sh installs nothing into ${kind} at the program's path`,
    ignore: unix.ignore,
    fn: async () => {
      await using home = new TestHome();
      const path = join(home.path, ".local/bin/assume-role");
      const directory = kind === "a directory"
        ? path
        : join(home.path, "other");
      Deno.mkdirSync(join(home.path, ".local/bin"), { recursive: true });
      Deno.mkdirSync(directory);
      if (directory !== path) Deno.symlinkSync(directory, path);
      const { status, stderr } = await install(home, {});
      assertEquals(
        [status, stderr],
        [1, `install.sh: error: ${path} is a directory\n`],
      );
      assertEquals([...Deno.readDirSync(directory)], []);
      assertEquals([...Deno.readDirSync(join(path, ".."))].length, 1);
    },
  });
}
