/**
 * Runs an earlier version and this version in one home, one after the other and at the
 * same time. The earlier version is a commit in the history of the repository.
 * `ASSUME_ROLE_EARLIER_BIN` names an executable of an earlier version to use instead.
 */
import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path/join";
import { listFiles } from "../../tools/files.ts";
import {
  ADMIN_ARN,
  argv,
  deno,
  type E2e,
  e2e,
  eventually,
  program,
  type Result,
  ROOT,
  type TestHome,
  unix,
} from "../mod.ts";

/** Earlier commits: the oldest that has stored plans, and a later one. */
const EARLIER = [
  "229fc3a7bf122bd03f9f64c66b78bc7c8eab47ef",
  "48dd81f4f02406d84fadc2e2e6cce941384ab959",
];
const EARLIER_BIN = Deno.env.get("ASSUME_ROLE_EARLIER_BIN");

const SHOW = argv`-r admin printenv ASSUME_ROLE_ARN`;
/** A section that no version may change. */
const FOREIGN =
  "\n# by hand\n[other]   # keep\naws_access_key_id=AKIAOTHER\naws_secret_access_key = s3cret\n";
const SAVED = "[111111111111-admin]";

async function git(...args: string[]): Promise<boolean> {
  const command = new Deno.Command("git", { args, cwd: ROOT, stderr: "null" });
  return (await command.output()).success;
}

/** Whether the clone has the earlier commits; a shallow clone lacks them. */
const hasHistory = await git("cat-file", "-e", EARLIER[0]!).catch(() => false);
/** Unpacks a commit and returns the argv that runs it. */
async function programOf(commit: string, home: TestHome): Promise<string[]> {
  if (EARLIER_BIN !== undefined) return [EARLIER_BIN];
  const archive = join(home.root, "earlier.tar");
  assert(await git("archive", `--output=${archive}`, commit));
  const directory = join(home.root, "earlier");
  Deno.mkdirSync(directory);
  await home.exec(["tar", "-xf", archive, "-C", directory]);
  // The build does the same: a version stores no plans for another commit.
  const path = join(directory, "lib", "cli", "version.ts");
  const text = Deno.readTextFileSync(path);
  Deno.writeTextFileSync(path, text.replace("0".repeat(40), commit));
  return deno(join(directory, "main.ts"));
}

function assertRuns(results: readonly Result[]): void {
  for (const { status, stdout, stderr } of results) {
    assertEquals([status, stdout], [0, `${ADMIN_ARN}\n`], stderr);
    // On a busy machine, a process may say that it waits for another process.
    const others = stderr.replaceAll(
      /^assume-role: (?:warning: W|note: w)aiting for .*\n/gm,
      "",
    );
    assertEquals(others.match(/error:|warning:/), null, stderr);
  }
}

/** Asserts that AWS's file has the session once, and every byte of the other section. */
function assertFile(home: TestHome): void {
  const text = home.readHome(".aws/credentials");
  assertEquals(text.split(SAVED).length, 2, text);
  assert(text.includes(FOREIGN), text);
}

const countSessions = ({ aws }: E2e) =>
  aws.actions().filter((action) => action === "AssumeRole").length;

function test(
  name: string,
  use: (earlier: readonly string[], context: E2e) => Promise<void>,
  latency = 0,
): void {
  for (const commit of EARLIER) {
    e2e(`version ${commit.slice(0, 7)} and this version: ${name}`, {
      ignore: unix.ignore || (!hasHistory && EARLIER_BIN === undefined),
      aws: { latency },
    }, async (context) => {
      const { home } = context;
      const path = ".aws/credentials";
      home.writeHome(path, home.readHome(path) + FOREIGN);
      await use(await programOf(commit, home), context);
      assertFile(home);
    });
  }
}

test(
  "runs in turn get the role, and keep the saved profile and each other's files",
  async (earlier, context) => {
    const { home } = context;
    for (const start of [[earlier, program()], [program(), earlier]]) {
      await home.exec(argv`${program()} --clear-cache`);
      const before = countSessions(context);
      for (const words of [...start, ...start, ...start]) {
        assertRuns([await home.exec([...words, ...SHOW])]);
        assertFile(home);
      }
      // A version may not use the other's entry, but then gets one session of its own.
      assert(countSessions(context) - before <= 2);
    }
  },
);

test(
  "16 processes at once on an empty cache get at most one session for each version",
  async (earlier, context) => {
    const runs = Array.from(
      { length: 16 },
      (_, i) => context.home.exec([...(i % 2 ? earlier : program()), ...SHOW]),
    );
    assertRuns(await Promise.all(runs));
    assert(countSessions(context) <= 2, `${countSessions(context)} sessions`);
  },
  300,
);

test(
  "a process takes over from a killed process of the other version",
  async (earlier, context) => {
    const { home, aws } = context;
    for (
      const [killed, other] of [[earlier, program()], [program(), earlier]]
    ) {
      await home.exec(argv`${program()} --clear-cache`);
      const before = aws.calls.length;
      const pidFile = join(home.root, "pid");
      const victim = home.sh(
        'echo $$ >"$1"; shift; exec "$@"',
        argv`${pidFile} ${killed!} ${SHOW}`,
      );
      await eventually(() => aws.calls.length > before);
      const waiting = home.exec([...other!, ...SHOW]);
      Deno.kill(Number(Deno.readTextFileSync(pidFile)), "SIGKILL");
      assertEquals((await victim).signal, "SIGKILL");
      assertRuns([await waiting]);
    }
  },
  500,
);

test("entries of another format are ignored", async (earlier, context) => {
  const { home } = context;
  assertRuns([await home.exec([...earlier, ...SHOW])]);
  const cache = join(home.path, ".aws", "assume-role", "cache");
  for (const path of listFiles(cache)) {
    const text = Deno.readTextFileSync(path);
    Deno.writeTextFileSync(path, text.replace('"version": 1', '"version": 2'));
  }
  const before = countSessions(context);
  assertRuns([await home.exec([...program(), ...SHOW])]);
  assertEquals(countSessions(context), before + 1);
});
