/**
 * Runs many processes of assume-role that rewrite `~/.aws/credentials` while
 * three foreign writers, which do not know assume-role's lock, edit the same file:
 * one appends, one rewrites in place as `aws configure set` does, and one replaces
 * the file by rename.
 *
 * - `SOAK_PROCESSES`: the total number of processes
 * - `SOAK_AT_ONCE`: the number of processes at a time, at most 64
 */
import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path/join";
import {
  has,
  keysOf,
  program,
  type Result,
  TestHome,
} from "../e2e/test_home.ts";
import { role, WORLD } from "../e2e/worlds.ts";
import { FakeAws } from "../fake_aws/server.ts";
import { ALICE } from "../fake_aws/world.ts";

const PROCESSES = Number(Deno.env.get("SOAK_PROCESSES") ?? 1216);
const AT_ONCE = Math.min(64, Number(Deno.env.get("SOAK_AT_ONCE") ?? 64));
/** The number of processes after which a new file is used, so that the file stays short. */
const ROUND_SIZE = 64;
/** The number of processes at a time that edit the same file. */
const AT_ONE_FILE = 16;
/**
 * The most foreign renames that may be lost. A rename is lost if it comes between
 * assume-role's last check and assume-role's own rename, some 30 microseconds later. Deno
 * has no system call that replaces a file only if it is still the checked file. With the
 * frequent renames of this test, one in several runs of the test is expected.
 */
const MAX_LOST_RENAMES = 3;
/** The time limit of a process; long, because the processes have low priority. */
const TIMEOUT_MS = 20 * 60_000;
const KINDS = ["append", "rewrite", "replace"];
const FIXTURES = join(import.meta.dirname!, "../fixtures");
const BEFORE = `${keysOf(ALICE)}[rewritten]\nkey = before\n`;

/** An AWS file as Python's `configparser` reads it. */
interface Parsed {
  readonly sections: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** The reason why botocore would refuse the file. */
  readonly error: string | null;
}

/** Lost changes and unexpected warnings. */
interface Losses {
  /** Foreign changes that are not in the file at the end, as "SECTION KEY". */
  readonly foreign: readonly string[];
  /** Profiles of assume-role that are not in the file at the end. */
  readonly profiles: readonly string[];
  /** Files that botocore would refuse, by the reason. */
  readonly files: readonly string[];
  /** Warnings, except the warning that a process waits for another process. */
  readonly warnings: readonly string[];
}

const NO_LOSSES: Losses = {
  foreign: [],
  profiles: [],
  files: [],
  warnings: [],
};

Deno.test(
  `${PROCESSES} processes and three foreign writers keep each other's changes, except for a few lost renames`,
  { ignore: Deno.build.os === "windows" || !await has("python3") },
  async () => {
    const start = performance.now();
    let foreignWrites = 0;
    let losses = NO_LOSSES;
    let left = PROCESSES;
    const runRounds = async () => {
      while (left > 0) {
        const size = Math.min(left, ROUND_SIZE);
        left -= size;
        const round = await runRound(size);
        foreignWrites += round.foreignWrites;
        losses = add(losses, round.losses);
      }
    };
    const files = Math.max(1, Math.floor(AT_ONCE / AT_ONE_FILE));
    await Promise.all(Array.from({ length: files }, runRounds));
    const [renames, others] = partition(
      losses.foreign,
      (change) => change.startsWith("replaced-"),
    );
    const minutes = (performance.now() - start) / 60_000;
    report(
      `${PROCESSES} processes, ${foreignWrites} foreign writes, lost: ` +
        `${losses.foreign.length} foreign writes ` +
        `(${renames.length} of them renames), ` +
        `${losses.profiles.length} profiles, ${losses.files.length} files; ` +
        `${losses.warnings.length} warnings; ${minutes.toFixed(1)} minutes`,
    );
    assertEquals({ ...losses, foreign: others }, NO_LOSSES);
    assert(renames.length <= MAX_LOST_RENAMES, `${renames}`);
  },
);

/** Runs processes of assume-role while foreign writers edit the same file. */
async function runRound(
  processes: number,
): Promise<{ foreignWrites: number; losses: Losses }> {
  const names = Array.from({ length: processes }, (_, i) => `role-${i}`);
  await using aws = new FakeAws({
    ...WORLD,
    roles: names.map((name) => role(name)),
  });
  await using box = new TestHome(aws);
  const file = box.writeHome(".aws/credentials", BEFORE);
  const [warnings, written] = await whileForeignWritersRun(
    box,
    file,
    () => runAll(box, names),
  );
  const { sections, error } = await parse(box, file);
  const isLost = (change: string) => {
    const [section = "", key = ""] = change.split(" ");
    return sections[section]?.[key] === undefined;
  };
  const before = ["default aws_secret_access_key", "rewritten key"];
  return {
    foreignWrites: written.length,
    losses: {
      foreign: [...before, ...written].filter(isLost),
      profiles: names.filter((name) => {
        const id = sections[`111111111111-${name}`]?.aws_access_key_id ?? "";
        return aws.sessionOf(id)?.roleArn !== role(name).arn;
      }),
      files: error === null ? [] : [error],
      warnings,
    },
  };
}

/** Runs a task beside foreign writers; returns its result and the writers' changes. */
async function whileForeignWritersRun<T>(
  box: TestHome,
  file: string,
  task: () => Promise<T>,
): Promise<[T, readonly string[]]> {
  const script = join(FIXTURES, "foreign_writer.py");
  const lock = join(box.root, "foreign.lock");
  const stop = join(box.root, "stop");
  // `box.exec()` would kill a foreign writer, because foreign writers run longer than
  // its timeout.
  const running = KINDS.map((kind) =>
    new Deno.Command("python3", { args: [script, kind, file, lock, stop] })
      .output()
  );
  const [result] = await Promise.allSettled([task()]);
  Deno.writeTextFileSync(stop, "");
  const writers = await Promise.all(running);
  if (result.status === "rejected") throw result.reason;
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  const written = writers.flatMap(({ code, stdout, stderr }) => {
    assertEquals([code, text(stderr)], [0, ""]);
    return text(stdout).trim().split("\n");
  });
  return [result.value, written];
}

/**
 * Gets fresh credentials of every role, several at a time. The base credentials
 * come from variables, because a foreign writer may have truncated the file. The
 * processes run with low priority (`nice`), so that foreign writers are not slow:
 * assume-role watches for late writes only for a limited time, and loses later
 * writes.
 *
 * @returns the warnings of the processes
 */
async function runAll(
  box: TestHome,
  names: readonly string[],
): Promise<readonly string[]> {
  const env = {
    AWS_ACCESS_KEY_ID: ALICE.accessKeyId,
    AWS_SECRET_ACCESS_KEY: ALICE.secretAccessKey,
  };
  const results: Result[] = [];
  const left = names.values();
  const runSome = async () => {
    for (const name of left) {
      const words = [...program(), "-f", "-r", name, "true"];
      results.push(
        await box.exec(["nice", "-n", "5", ...words], {
          env,
          timeoutMs: TIMEOUT_MS,
        }),
      );
    }
  };
  await Promise.all(
    Array.from({ length: Math.min(AT_ONCE, AT_ONE_FILE) }, runSome),
  );
  for (const { status, stderr } of results) assertEquals(status, 0, stderr);
  return results.flatMap(({ stderr }) => stderr.split("\n")).filter((line) =>
    line !== "" && !line.includes("waiting for another assume-role")
  );
}

async function parse(box: TestHome, file: string): Promise<Parsed> {
  const script = join(FIXTURES, "read_sections.py");
  const { status, stdout, stderr } = await box.exec(["python3", script, file]);
  assertEquals(status, 0, stderr);
  return JSON.parse(stdout);
}

function add(one: Losses, other: Losses): Losses {
  return {
    foreign: [...one.foreign, ...other.foreign],
    profiles: [...one.profiles, ...other.profiles],
    files: [...one.files, ...other.files],
    warnings: [...one.warnings, ...other.warnings],
  };
}

function partition<T>(
  items: readonly T[],
  belongs: (item: T) => boolean,
): readonly [readonly T[], readonly T[]] {
  return [items.filter(belongs), items.filter((item) => !belongs(item))];
}

function report(figures: string): void {
  Deno.stderr.writeSync(new TextEncoder().encode(`  ${figures}\n`));
}
