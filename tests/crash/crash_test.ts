/**
 * Kills assume-role while it writes files, at random moments and at every system
 * call that writes, while other processes read the files.
 *
 * `CRASH_KILLS` sets the number of kills at random moments.
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path/join";
import {
  ALICE,
  argv,
  e2e,
  FakeAws,
  keysOf,
  program,
  TestHome,
  WORLD,
} from "../mod.ts";

const KILLS = Number(Deno.env.get("CRASH_KILLS") ?? 300);
const HAS_STRACE = Deno.build.os === "linux" && await runs("strace", "-V");
/** System calls that create, write, lock, replace and remove files. */
const CALLS = [
  "mkdir",
  "flock",
  "ftruncate",
  "fsync",
  "rename",
  "unlink",
  "chmod",
];

const BEFORE = `# years of comments\n\n${
  keysOf(ALICE)
}; and more\n[other]\nkey = value`;
/** The saved profile. */
const PROFILE =
  /^\n\n\[111111111111-admin\]\naws_access_key_id = (\S+)\naws_secret_access_key = (\S+)\naws_session_token = (\S+)\nx_security_token_expires = \S+Z\nx_assume_role_arn = arn:aws:iam::111111111111:role\/admin\n$/;

/** Asserts that no old text is lost, and that the profile and cache entries are complete. */
function verify(aws: FakeAws, home: TestHome): void {
  const text = home.readHome(".aws/credentials");
  assert(text.startsWith(BEFORE), `lost: ${JSON.stringify(text)}`);
  const profile = text.slice(BEFORE.length);
  if (profile !== "") {
    const [, id = "", secret, token] = PROFILE.exec(profile) ?? [];
    const session = aws.sessionOf(id);
    assertEquals([secret, token], [
      session?.secretAccessKey,
      session?.sessionToken,
    ], profile);
  }
  for (const entry of entriesOf(home)) {
    const { version, value } = JSON.parse(entry);
    assertEquals(version, 1);
    if (value.accessKeyId === undefined) continue;
    const session = aws.sessionOf(value.accessKeyId);
    assertEquals(
      [value.secretAccessKey, value.sessionToken, value.expiration],
      [session?.secretAccessKey, session?.sessionToken, session?.expiration],
    );
  }
}

function entriesOf(home: TestHome): string[] {
  const directory = join(home.path, ".aws/assume-role/cache");
  try {
    return [...Deno.readDirSync(directory)]
      .filter(({ name }) => name.endsWith(".json"))
      .map(({ name }) => Deno.readTextFileSync(join(directory, name)));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

/** Asserts that the next run works at once, because no lock remains. */
async function verifyNext(aws: FakeAws, home: TestHome): Promise<void> {
  const result = await home.run("-f -r admin printenv AWS_ACCESS_KEY_ID");
  assertEquals([result.status, result.stderr], [0, ""]);
  assertMatch(result.stdout, /^ASIA/);
  verify(aws, home);
}

/**
 * Kills runs of assume-role at random moments, while another process reads and checks
 * the files.
 */
async function killOften(
  kills: number,
  wrapper: (home: TestHome) => readonly string[],
): Promise<string> {
  await using aws = new FakeAws(WORLD);
  await using home = new TestHome(aws);
  home.writeHome(".aws/credentials", BEFORE);
  await verifyNext(aws, home);
  const run = (...timeout: string[]) =>
    home.exec(argv`${wrapper(home)} ${timeout} ${program()} -f -r admin true`);
  const started = performance.now();
  await run();
  const life = performance.now() - started;

  let reads = 0;
  let done = false;
  const reader = (async () => {
    for (; !done; reads++) {
      verify(aws, home);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  })();
  let killed = 0;
  for (let i = 0; killed < kills; i++) {
    assert(i < kills * 20, "the runs end before they can be killed");
    const seconds = String(life * Math.random() / 1000);
    const { status } = await run(
      "timeout",
      "--signal=KILL",
      "--foreground",
      seconds,
    );
    if (status === 137) killed++;
    verify(aws, home);
    if (i % 25 === 0) await verifyNext(aws, home);
  }
  await verifyNext(aws, home);
  done = true;
  await reader;
  assert(reads > 0);
  return `${killed} kills, ${reads} reads meanwhile, 0 bytes lost`;
}

Deno.test(`${KILLS} kills at random moments lose no byte`, async () => {
  report(await killOften(KILLS, () => []));
});

// A delay before and after each system call makes a kill during the call likely.
Deno.test(`${KILLS / 2} kills with slow system calls lose no byte`, {
  ignore: !HAS_STRACE,
}, async () => {
  const inject = `inject=${CALLS.join(",")}:delay_enter=15000:delay_exit=15000`;
  report(
    await killOften(
      KILLS / 2,
      (
        home,
      ) => argv`strace -f -qq -o ${join(home.root, "strace.log")} -e ${inject}`,
    ),
  );
});

e2e(
  "a kill at each system call that writes loses no byte",
  { ignore: !HAS_STRACE },
  async ({ aws, home }) => {
    home.writeHome(".aws/credentials", BEFORE);
    let killed = 0;
    for (const call of CALLS) {
      const count = await countCalls(home, call);
      for (let n = 1; n <= count; n++) {
        const { status } = await strace(home, [
          "-e",
          `inject=${call}:signal=KILL:when=${n}`,
        ]);
        if (status === 137) killed++;
        verify(aws, home);
      }
      await verifyNext(aws, home);
    }
    assert(killed > 0);
    report(`${killed} kills, 0 bytes lost`);
  },
);

e2e(
  "if a system call fails, the old file stays complete, and the command still runs",
  {
    ignore: !HAS_STRACE,
  },
  async ({ aws, home }) => {
    home.writeHome(".aws/credentials", BEFORE);
    await verifyNext(aws, home);
    let failures = 0;
    for (
      const [call, error] of [
        ["fsync", "ENOSPC"],
        ["fsync", "EIO"],
        ["rename", "EACCES"],
        ["rename", "EBUSY"],
        ["chmod", "EPERM"],
        ["flock", "ENOLCK"],
      ] as const
    ) {
      const count = await countCalls(home, call);
      for (let n = 1; n <= count; n++) {
        const inject = `inject=${call}:error=${error}:when=${n}`;
        const result = await strace(home, ["-e", inject]);
        assertEquals(
          [result.status, result.stdout],
          [0, "ran\n"],
          `${inject}: ${result.stderr}`,
        );
        assertMatch(
          result.stderr,
          /^(assume-role: warning: Cannot [^\n]+\n)?$/,
        );
        failures++;
        verify(aws, home);
      }
    }
    assert(failures > 0);
    report(`${failures} failing calls to the system, 0 bytes lost`);
  },
);

function strace(
  home: TestHome,
  options: string[],
): ReturnType<TestHome["exec"]> {
  const log = join(home.root, "strace.log");
  const words = [...program(), "-f", "-r", "admin", "echo", "ran"];
  return home.exec(["strace", "-f", "-qq", "-o", log, ...options, ...words]);
}

/** Counts how often a run makes a system call. */
async function countCalls(home: TestHome, call: string): Promise<number> {
  await strace(home, ["-e", `trace=${call}`]);
  const log = await Deno.readTextFile(join(home.root, "strace.log"));
  return log.split("\n").filter((line) => line.includes(`${call}(`)).length;
}

async function runs(
  ...[path, ...args]: [string, ...string[]]
): Promise<boolean> {
  try {
    return (await new Deno.Command(path, {
      args,
      stdout: "null",
      stderr: "null",
    }).output()).success;
  } catch {
    return false;
  }
}

function report(figures: string): void {
  Deno.stderr.writeSync(new TextEncoder().encode(`  ${figures}\n`));
}
