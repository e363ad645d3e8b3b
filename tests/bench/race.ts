import { argv, fixture, type RunOptions, type TestHome } from "../mod.ts";

/** A program to measure. */
export interface Contender {
  readonly name: string;
  readonly words: readonly string[];
  /** Patterns of files that are removed before each run; the time does not count. */
  readonly remove?: readonly string[];
  /** Commands that run before each run; their time does not count. */
  readonly before?: readonly (readonly string[])[];
  /** The number of processes that run at the same time; default: 1. */
  readonly parallel?: number;
}

/** One run of a contender. */
export interface Run {
  /** Times since the epoch, in milliseconds. */
  readonly began: number;
  readonly ended: number;
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly memoryKib: number;
  readonly output: string;
}

/** The least and the median of a quantity. */
export interface Figures {
  readonly least: number;
  readonly median: number;
}

/** The measured contender, and its runs. */
export interface Measured {
  readonly name: string;
  readonly wall: Figures;
  readonly cpu: Figures;
  readonly memoryMib: Figures;
  /** The time until the command's first instruction; absent if the command prints no time. */
  readonly toCommand?: Figures;
  /** The time from the end of the command to the end of the contender. */
  readonly fromCommand?: Figures;
}

/**
 * A command that prints the time of its first instruction, in seconds since the epoch. Needs
 * bash 5; an older bash prints nothing.
 */
export const PRINT_TIME: readonly string[] = [
  "bash",
  "--norc",
  "-c",
  "echo $EPOCHREALTIME",
];

/** Returns the least and the median of a list that is not empty. */
export function figuresOf(values: readonly number[]): Figures {
  const sorted = values.toSorted((a, b) => a - b);
  return { least: sorted[0]!, median: sorted[Math.floor(sorted.length / 2)]! };
}

/** Formats the ratio of two contenders: of the leasts, and of the medians in brackets. */
export function ratio(ours: Figures, base: Figures): string {
  const [least, median] = [
    ours.least / base.least,
    ours.median / base.median,
  ];
  return `${least.toFixed(2)}x (${median.toFixed(2)}x)`;
}

/**
 * Runs the contenders in turn. The measuring program is Python, because Deno cannot measure the
 * processor time of a child.
 *
 * @throws {Error} If a run fails.
 */
export async function race(
  home: TestHome,
  contenders: readonly Contender[],
  rounds: number,
  options: RunOptions & { readonly warmUps?: number } = {},
): Promise<readonly Measured[]> {
  const { warmUps = 2, ...rest } = options;
  const programs = contenders.map(({ name: _, ...program }) => program);
  const { status, stdout, stderr } = await home.exec(
    argv`python3 ${fixture("measure_runs.py")}`,
    {
      timeoutMs: 3_600_000,
      ...rest,
      stdin: JSON.stringify({ rounds, warmUps, programs }),
    },
  );
  if (status !== 0) throw new Error(`the measurement failed: ${stderr}`);
  const results: readonly (readonly Run[])[] = JSON.parse(stdout);
  return contenders.map(({ name }, at) => summarize(name, results[at]!));
}

function summarize(name: string, runs: readonly Run[]): Measured {
  const figures = (quantity: (run: Run) => number) =>
    figuresOf(runs.map(quantity));
  const hasTimes = runs.every(({ output }) => /^\d+\.\d+\n$/.test(output));
  return {
    name,
    wall: figures(({ wallMs }) => wallMs),
    cpu: figures(({ cpuMs }) => cpuMs),
    memoryMib: figures(({ memoryKib }) => memoryKib / 1024),
    ...(hasTimes && {
      toCommand: figures(({ began, output }) => Number(output) * 1000 - began),
      fromCommand: figures(({ ended, output }) =>
        ended - Number(output) * 1000
      ),
    }),
  };
}
