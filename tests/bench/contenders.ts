import { join } from "@std/path/join";
import config from "../../deno.json" with { type: "json" };
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
  type TestHome,
  warm,
  WORLD,
} from "../mod.ts";
import type { ChartRow } from "./chart.ts";
import { type Contender, type Measured, ratio } from "./race.ts";

/** One line of the table of results. */
export interface Row {
  readonly what: string;
  readonly measured: string;
  /** The limit of the project's design. */
  readonly bar?: string;
}

/** The results of one section. */
export interface Results {
  readonly rows: readonly Row[];
  readonly bars?: readonly ChartRow[];
}

/** Measures one part of the costs. */
export type Section = (programs: Programs) => Promise<Results>;

/** The programs that are measured, and the home with a cached session. */
export interface Programs extends AsyncDisposable {
  readonly rounds: number;
  readonly aws: FakeAws;
  readonly home: TestHome;
  /** The argv of assume-role from its sources. */
  readonly source: readonly string[];
  /** The executable; absent if it was not built. */
  readonly binary?: readonly string[];
  /** An earlier executable. */
  readonly before?: readonly string[];
  /** The executable, or the sources if there is no executable. */
  readonly tested: readonly string[];
  /** The program that only starts a command; absent if Deno cannot compile. */
  readonly empty?: readonly string[];
  readonly emptySource: readonly string[];
  /** The program that does only what every cached run must do. */
  readonly least?: readonly string[];
  /** The program that makes the calls of a first run with the AWS SDK. */
  readonly firstRun?: readonly string[];
  readonly firstRunSource: readonly string[];
  readonly peers: readonly Contender[];
}

const COMPILER = Deno.env.get("COMPILE_DENO") ?? Deno.execPath();
const BIN = Deno.env.get("ASSUME_ROLE_BIN") ?? join(ROOT, "dist/assume-role");
/** Variables of every run. */
export const REGION = {
  AWS_REGION: "us-east-1",
  AWS_DEFAULT_REGION: "us-east-1",
};

/** Finds or compiles the programs to measure. */
export async function findPrograms(rounds: number): Promise<Programs> {
  const aws = new FakeAws(WORLD);
  const home = await warm(aws);
  const before = Deno.env.get("ASSUME_ROLE_BEFORE");
  const main = join(ROOT, "main.ts");
  const source = [
    Deno.execPath(),
    ...argv`run --quiet ${PERMISSION_FLAGS} ${main}`,
  ];
  // The compiler reads no import map, so the program must name the package itself.
  const firstRunPath = join(home.root, "first_run.ts");
  Deno.writeTextFileSync(
    firstRunPath,
    Deno.readTextFileSync(fixture("bench_first_run.ts")).replace(
      '"@aws-sdk/client-sts"',
      JSON.stringify(config.imports["@aws-sdk/client-sts"]),
    ),
  );
  const emptyPath = fixture("bench_empty.ts");
  const keys = Object.entries(keysInEnv(ALICE))
    .map(([name, key]) => `${name}=${key}`);
  const withKeys = (words: readonly string[]) =>
    argv`env ROLE_ARN=${ADMIN_ARN} ${keys} ${words}`;
  // The system maps a file in larger or smaller pieces, depending on how the file was written.
  // This changes times and memory, so all executables are copied in the same way.
  const copy = (path: string, name: string) => {
    const copied = join(home.root, name);
    Deno.copyFileSync(path, copied);
    return copied;
  };
  const compile = async (path: string, name: string) => {
    const compiled = join(home.root, `${name}-compiled`);
    return await compileProgram(path, compiled)
      ? copy(compiled, name)
      : undefined;
  };
  const empty = await compile(emptyPath, "empty");
  const least = await compile(join(import.meta.dirname!, "least.ts"), "least");
  const firstRun = await compile(firstRunPath, "first_run");
  const binary = exists(BIN) ? [copy(BIN, "assume-role")] : undefined;
  return {
    rounds,
    aws,
    home,
    source,
    ...(binary && { binary }),
    ...(before !== undefined && { before: [copy(before, "before")] }),
    tested: binary ?? source,
    ...(empty && { empty: [empty] }),
    emptySource: deno(emptyPath),
    ...(least && { least: [least] }),
    ...(firstRun && { firstRun: withKeys([firstRun]) }),
    firstRunSource: withKeys(deno(firstRunPath)),
    peers: findPeers(home),
    [Symbol.asyncDispose]: async () => {
      await home[Symbol.asyncDispose]();
      await aws[Symbol.asyncDispose]();
    },
  };
}

/** Reads the variable PEERS. */
function findPeers({ path }: TestHome): readonly Contender[] {
  const remove = (Deno.env.get("PEERS_CACHE") ?? "").split(":").filter(Boolean)
    .map((pattern) => pattern.startsWith("/") ? pattern : join(path, pattern));
  return (Deno.env.get("PEERS") ?? "").split(";").filter(Boolean)
    .map((entry) => {
      const at = entry.indexOf("=");
      const name = entry.slice(0, at);
      const words = entry.slice(at + 1).trim().split(/\s+/);
      return { name, words, ...(name.includes(", first") && { remove }) };
    });
}

/** Compiles a reference program; returns whether the compilation succeeds. */
async function compileProgram(
  source: string,
  output: string,
): Promise<boolean> {
  const { success } = await new Deno.Command(COMPILER, {
    args: argv`compile --quiet --no-lock --no-config --no-check
      --no-code-cache -A --output ${output} ${source}`,
    stderr: "null",
  }).output();
  return success;
}

function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

/** Writes a line to stdout, so that a user sees the progress. */
export function print(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}

/** Prints the contenders of a race, each with its ratio to the first contender. */
export function printRace(title: string, results: readonly Measured[]): void {
  print(`\n${title}`);
  const base = results[0]!;
  for (const { name, wall, cpu } of results) {
    print(
      `  ${name.padEnd(40)} ${wall.least.toFixed(1).padStart(7)} ms  ${
        ratio(wall, base.wall)
      }  CPU ${cpu.least.toFixed(1)} ms ${ratio(cpu, base.cpu)}`,
    );
  }
}

/** Returns a bar of the chart: the ratio of the leasts, and its limit. */
export function barOf(
  label: string,
  ours: Measured,
  base: Measured,
  limit: number,
): ChartRow {
  return { label, ratio: ours.wall.least / base.wall.least, limit };
}

/**
 * Formats a contender of a race against another: the ratios of the elapsed times, the least
 * time, and the ratios of the processor times.
 */
export function compare(ours: Measured, base: Measured): string {
  return `${ratio(ours.wall, base.wall)}, ${
    ours.wall.least.toFixed(0)
  } ms; CPU ${ratio(ours.cpu, base.cpu)}`;
}
