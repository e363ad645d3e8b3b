import { argv } from "../mod.ts";
import {
  compare,
  print,
  printRace,
  type Programs,
  REGION,
  type Results,
  type Row,
} from "./contenders.ts";
import { race, ratio } from "./race.ts";

const RUN = argv`-r admin true`;
/** The number of runs in sequence. */
const SEQUENCE = 1000;

/** Measures many cached runs, at once and in sequence, and the memory of the waiting parent. */
export async function measureManyRuns(programs: Programs): Promise<Results> {
  const rows: Row[] = [];
  const { home, empty, binary } = programs;
  if (!empty || !binary) return { rows };
  const contenders = (parallel: number) => [
    { name: "empty executable", words: [...empty, "true"], parallel },
    { name: "assume-role", words: [...binary, ...RUN], parallel },
  ];
  for (const count of [8, 64]) {
    const rounds = Math.ceil(programs.rounds / 8);
    const results = await race(home, contenders(count), rounds, {
      env: REGION,
    });
    printRace(`${count} cached runs at once`, results);
    const [reference, ours] = results;
    rows.push({
      what: `${count} cached runs at once, against ${count} empty executables`,
      measured: `${compare(ours!, reference!)}; memory of one ${
        ratio(ours!.memoryMib, reference!.memoryMib)
      }`,
    });
  }
  const share = Number(Deno.env.get("BENCH_SEQUENCE") ?? SEQUENCE);
  const results = await race(home, contenders(1), share, { env: REGION });
  printRace(`${share} cached runs in sequence`, results);
  rows.push({
    what: `${share} cached runs in sequence, against the empty executable`,
    measured: compare(results[1]!, results[0]!),
  });
  await measureMemory(programs, rows);
  return { rows };
}

async function measureMemory(
  { home, empty, binary }: Programs,
  rows: Row[],
): Promise<void> {
  if (Deno.build.os !== "linux") return;
  const script = "sleep 1; grep VmRSS /proc/$PPID/status; exit 0";
  const sizes: number[] = [];
  for (const program of [[...empty!], argv`${binary!} -r admin`]) {
    const found: number[] = [];
    while (found.length < 5) {
      // The program that waits is the parent of the command.
      const { stdout } = await home.exec(
        argv`${program} sh -c ${script}`,
        { env: REGION },
      );
      found.push(Number(/(\d+) kB/.exec(stdout)?.[1] ?? NaN) / 1024);
    }
    sizes.push(found.sort((a, b) => a - b)[2]!);
  }
  const [reference, ours] = [sizes[0]!, sizes[1]!];
  const measured = `${(ours / reference).toFixed(2)}x, ${ours.toFixed(0)} MiB`;
  print(`\nMemory of the waiting parent: ${measured}`);
  const beyond = Deno.statSync(binary![0]!).size -
    Deno.statSync(empty![0]!).size;
  rows.push({
    what: "memory of the waiting parent, against an empty one",
    measured,
    bar: "1.15x",
  }, {
    what: "executable beyond the empty one",
    measured: `${(beyond / 2 ** 20).toFixed(2)} MiB`,
    bar: "4 MiB",
  });
}
