/**
 * `deno task bench`: the cost of a run, as a ratio to a reference program. The
 * programs run alternately. Needs Linux or macOS.
 *
 * The measured executable is ASSUME_ROLE_BIN, or dist/assume-role if that variable
 * is not set. If ASSUME_ROLE_BEFORE names an earlier executable, both are measured.
 * The reference program only starts the same command; it is compiled by COMPILE_DENO,
 * which should be the Deno that compiled the executables.
 *
 * The AWS CLI is measured if it is installed. Other tools are measured if PEERS
 * names them: a list of `name=command`, separated by ';', such as
 * `aws-vault=aws-vault exec admin -- true`. These tools find a profile `default` with
 * keys, and a profile `admin` with a role that the keys of `default` can assume.
 */
import config from "../../deno.json" with { type: "json" };
import { join } from "@std/path/join";
import { PERMISSION_FLAGS } from "../../tools/permissions.ts";
import {
  ADMIN_ARN,
  ALICE,
  argv,
  deno,
  FakeAws,
  fixture,
  keysInEnv,
  ROOT,
  TestHome,
  warm,
  WORLD,
} from "../mod.ts";

const ROUNDS = Number(Deno.args[0] ?? 25);
const COMPILER = Deno.env.get("COMPILE_DENO") ?? Deno.execPath();
const BIN = Deno.env.get("ASSUME_ROLE_BIN") ?? join(ROOT, "dist/assume-role");
const BEFORE = Deno.env.get("ASSUME_ROLE_BEFORE");
const REGION = { AWS_REGION: "us-east-1", AWS_DEFAULT_REGION: "us-east-1" };

interface Contender {
  readonly name: string;
  readonly words: readonly string[];
  /** Prepares a run; the time of this function is not measured. */
  readonly before?: () => void | Promise<void>;
}

const print = (line: string) =>
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));

function median(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)]!;
}

/** Runs the contenders in turn, and compares the time of each with the first contender. */
async function race(
  home: TestHome,
  title: string,
  contenders: readonly Contender[],
  rounds = ROUNDS,
): Promise<void> {
  const times = contenders.map(() => [] as number[]);
  for (let round = -2; round < rounds; round++) {
    for (const [at, { words, before, name }] of contenders.entries()) {
      await before?.();
      const start = performance.now();
      const { status, stderr } = await home.exec(words, { env: REGION });
      if (status !== 0) throw new Error(`${name}: ${status} ${stderr}`);
      if (round >= 0) times[at]!.push(performance.now() - start);
    }
  }
  print(`\n${title}`);
  const [base, least] = [median(times[0]!), Math.min(...times[0]!)];
  for (const [at, { name }] of contenders.entries()) {
    const [middle, low] = [median(times[at]!), Math.min(...times[at]!)];
    print(
      `  ${name.padEnd(44)} ${middle.toFixed(1).padStart(8)} ms  ${
        (middle / base).toFixed(2)
      }x  (least ${low.toFixed(1)} ms, ${(low / least).toFixed(2)}x)`,
    );
  }
}

/** Compiles a reference program; returns `undefined` if the compilation fails. */
async function compile(
  source: string,
  output: string,
): Promise<string | undefined> {
  const { success } = await new Deno.Command(COMPILER, {
    args: [
      "compile",
      "--quiet",
      "--no-lock",
      "--no-config",
      "--no-check",
      "--no-code-cache",
      "-A",
      "--output",
      output,
      source,
    ],
    stderr: "null",
  }).output();
  return success ? output : undefined;
}

function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

/** Returns the memory of a program that waits for its command: the median of five, in MiB. */
async function memoryOf(
  home: TestHome,
  words: readonly string[],
): Promise<number> {
  const script = `"$@" sh -c 'sleep 1; grep VmRSS /proc/$PPID/status; exit 0'`;
  const sizes: number[] = [];
  while (sizes.length < 5) {
    const { stdout } = await home.exec(["sh", "-c", script, "sh", ...words]);
    sizes.push(Number(/(\d+) kB/.exec(stdout)?.[1] ?? NaN) / 1024);
  }
  return median(sizes);
}

async function parallel(
  home: TestHome,
  words: readonly string[],
  count: number,
): Promise<number> {
  const start = performance.now();
  const results = await Promise.all(
    Array.from({ length: count }, () => home.exec(words, { env: REGION })),
  );
  if (results.some(({ status }) => status !== 0)) {
    throw new Error("a run failed");
  }
  return performance.now() - start;
}

/** Measures requests to the endpoint of `--server`, one after the other. */
async function serverLoad(
  home: TestHome,
  words: readonly string[],
): Promise<void> {
  const load = deno(fixture("server_load.ts"));
  const { stdout, stderr } = await home.exec(
    argv`${words} --server -E=DENO_DIR -r admin ${load}`,
    { env: REGION },
  );
  print(`\nCredentials server, one client: ${stdout.trim()}${stderr}`);
}

await using aws = new FakeAws(WORLD);
await using home = await warm(aws);
const emptySource = fixture("bench_empty.ts");
// The compiler reads no import map, so the program must name the package itself.
const firstRunSource = join(home.root, "first_run.ts");
Deno.writeTextFileSync(
  firstRunSource,
  Deno.readTextFileSync(fixture("bench_first_run.ts")).replace(
    '"@aws-sdk/client-sts"',
    JSON.stringify(config.imports["@aws-sdk/client-sts"]),
  ),
);
const cache = join(home.path, ".aws/assume-role/cache");
const forget = () => {
  try {
    Deno.removeSync(cache, { recursive: true });
  } catch {
    // The directory does not exist yet.
  }
};
const flags = PERMISSION_FLAGS;
const source = [
  Deno.execPath(),
  "run",
  "--quiet",
  ...flags,
  join(ROOT, "main.ts"),
];
const empty = await compile(emptySource, join(home.root, "empty"));
const firstRun = await compile(firstRunSource, join(home.root, "first_run"));
const leastSource = join(import.meta.dirname!, "least.ts");
const least = await compile(leastSource, join(home.root, "least"));
const hasBinary = exists(BIN);
const run = argv`-r admin true`;
/** The beginning of a command line that sets the variables for `bench_first_run.ts`. */
const FIRST_RUN = [
  "env",
  `ROLE_ARN=${ADMIN_ARN}`,
  ...Object.entries(keysInEnv(ALICE)).map(([name, key]) => `${name}=${key}`),
];

print(
  `Deno ${Deno.version.deno}, ${Deno.build.target}, ${navigator.hardwareConcurrency} cores, ${ROUNDS} rounds`,
);
await race(home, "Cached run, from source", [
  { name: "empty program", words: [...deno(emptySource), "true"] },
  {
    name: "the least that it has to do",
    words:
      argv`${Deno.execPath()} run --quiet -A --no-config ${leastSource} true`,
  },
  { name: "assume-role", words: [...source, ...run] },
]);
if (hasBinary && empty !== undefined && least !== undefined) {
  await race(home, "Cached run, executable", [
    { name: "empty executable", words: [empty, "true"] },
    { name: "the least that it has to do", words: [least, "true"] },
    { name: "assume-role", words: [BIN, ...run] },
    ...(BEFORE === undefined
      ? []
      : [{ name: "assume-role before", words: [BEFORE, ...run] }]),
  ]);
}
const tested = hasBinary ? [BIN] : source;
const peers = (Deno.env.get("PEERS") ?? "").split(";").filter(Boolean)
  .map((entry) => {
    const at = entry.indexOf("=");
    return {
      name: entry.slice(0, at),
      words: entry.slice(at + 1).trim().split(/\s+/),
    };
  });
const hasAwsCli = await home.exec(["aws", "--version"])
  .then(({ status }) => status === 0, () => false);
const ASK_STS = ["sts", "get-caller-identity"];
for (const latency of [0, 20, 100]) {
  await using slow = new FakeAws(WORLD, { latency });
  await using cold = new TestHome(slow);
  cold.writeHome(
    ".aws/config",
    "[profile admin]\nrole_arn = arn:aws:iam::111111111111:role/admin\nsource_profile = default\n",
  );
  const forgetting = (directory: string) => () => {
    try {
      Deno.removeSync(join(cold.path, directory), { recursive: true });
    } catch {
      // The directory does not exist yet.
    }
  };
  const forgetOurs = forgetting(".aws/assume-role");
  const forgetTheirs = forgetting(".aws/cli");
  /**
   * Removes the cached sessions, as if the sessions had expired, but keeps the cached
   * caller identity.
   */
  const forgetSessions = () => {
    const directory = join(cold.path, ".aws/assume-role/cache");
    for (const { name } of Deno.readDirSync(directory)) {
      if (/^[0-9a-f]{64}\.json$/.test(name)) {
        Deno.removeSync(join(directory, name));
      }
    }
  };
  await race(cold, `First run, ${latency} ms for each request`, [
    {
      name: "the same calls by the SDK, from source",
      words: [...FIRST_RUN, ...deno(firstRunSource)],
    },
    ...(firstRun === undefined
      ? []
      : [{ name: "the same, compiled", words: [...FIRST_RUN, firstRun] }]),
    {
      name: "assume-role from source",
      words: [...source, ...run],
      before: forgetOurs,
    },
    ...(hasBinary
      ? [{
        name: "assume-role, executable",
        words: [BIN, ...run],
        before: forgetOurs,
      }]
      : []),
    ...(BEFORE === undefined ? [] : [{
      name: "assume-role before, executable",
      words: [BEFORE, ...run],
      before: forgetOurs,
    }]),
  ]);
  if (peers.length > 0) {
    await race(cold, `Other tools, ${latency} ms for each request`, [
      {
        name: "assume-role, first",
        words: [...tested, ...run],
        before: forgetOurs,
      },
      { name: "assume-role, cached", words: [...tested, ...run] },
      ...peers,
    ], Math.ceil(ROUNDS / 3));
  }
  if (!hasAwsCli) continue;
  const admin = ["aws", "--profile", "admin", ...ASK_STS];
  const under = [...tested, "-r", "admin", "aws", ...ASK_STS];
  await race(cold, `The AWS CLI asks STS, ${latency} ms for each request`, [
    { name: "with keys, no role", words: ["aws", ...ASK_STS] },
    {
      name: "with a role by itself, expired",
      words: admin,
      before: forgetTheirs,
    },
    { name: "with a role by itself, cached", words: admin },
    { name: "under assume-role, first ever", words: under, before: forgetOurs },
    {
      name: "under assume-role, expired",
      words: under,
      before: forgetSessions,
    },
    { name: "under assume-role, cached", words: under },
  ], Math.ceil(ROUNDS / 3));
}

print("\nRequests");
for (
  const [name, prepare] of [["first ever", forget], [
    "again",
    () => {},
  ]] as const
) {
  prepare();
  const before = aws.calls.length;
  await home.exec([...tested, ...run]);
  print(`  ${name.padEnd(44)} ${aws.calls.length - before}`);
}

/**
 * Returns two contenders: the second and the third run of a program after the cache was
 * emptied.
 */
function laterRuns(name: string, program: readonly string[]): Contender[] {
  const words = [...program, ...run];
  const afterFirst = async () => {
    forget();
    await home.exec(words, { env: REGION });
  };
  return [
    { name: `second run, ${name}`, words, before: afterFirst },
    { name: `third run, ${name}`, words },
  ];
}
await race(home, "Runs after the first", [
  ...laterRuns("assume-role", tested),
  ...(BEFORE === undefined ? [] : laterRuns("before", [BEFORE])),
]);

print("\nMany at once, with a warm cache (each, against one alone)");
const alone = await parallel(home, [...tested, ...run], 1);
for (const count of [1, 8, 64]) {
  const all = await parallel(home, [...tested, ...run], count);
  print(
    `  ${String(count).padEnd(44)} ${(all / count).toFixed(1)} ms  ${
      (all / count / alone).toFixed(2)
    }x`,
  );
}

await using fresh = await warm(aws);
for (const count of [10, 1000, 10_000]) {
  for (let i = 0; i < count; i++) {
    const name = i.toString(16).padStart(64, "0");
    Deno.writeTextFileSync(join(cache, `${name}.json`), "{}", { mode: 0o600 });
  }
  await race(home, `Cached run beside ${count} other entries`, [
    {
      name: "cache of one",
      words: ["env", `HOME=${fresh.path}`, ...tested, ...run],
    },
    { name: `cache of ${count + 1}`, words: [...tested, ...run] },
  ]);
}
for (const count of [10, 1000, 10_000]) {
  const profiles = Array.from(
    { length: count },
    (_, i) => `[profile p${i}]\nregion = eu-west-1\noutput = json\n`,
  ).join("\n");
  fresh.writeHome(".aws/config", profiles);
  await race(fresh, `Cached run with ${count} profiles in ~/.aws/config`, [
    {
      name: "no profiles",
      words: ["env", "AWS_CONFIG_FILE=/dev/null", ...tested, ...run],
    },
    { name: `${count} profiles`, words: [...tested, ...run] },
  ]);
}

if (Deno.build.os === "linux" && empty !== undefined && hasBinary) {
  const [ours, reference] = [
    await memoryOf(home, [BIN, "-r", "admin"]),
    await memoryOf(home, [empty]),
  ];
  print(
    `\nMemory of the waiting parent: ${ours.toFixed(1)} MiB, ${
      (ours / reference).toFixed(2)
    }x of ${reference.toFixed(1)} MiB`,
  );
  const size = Deno.statSync(BIN).size - Deno.statSync(empty).size;
  print(
    `Executable beyond the empty one: ${(size / 1024 / 1024).toFixed(2)} MiB`,
  );
}
await serverLoad(home, tested);
