import { join } from "@std/path/join";
import { argv } from "../mod.ts";
import {
  barOf,
  compare,
  print,
  printRace,
  type Programs,
  REGION,
  type Results,
  type Row,
} from "./contenders.ts";
import {
  type Contender,
  type Measured,
  PRINT_TIME,
  race,
  ratio,
} from "./race.ts";

const RUN = argv`-r admin true`;

/** Measures runs with a cached session: the start, the command's own start, and the end. */
export async function measureCachedRuns(programs: Programs): Promise<Results> {
  const rows: Row[] = [];
  const bars = [
    ...await measureExecutable(programs, rows),
    ...await measureSource(programs, rows),
  ];
  await measurePhases(programs, rows);
  await measureLaterRuns(programs, rows);
  await countRequests(programs, rows);
  return { rows, bars };
}

async function measureSource(programs: Programs, rows: Row[]) {
  const { home, source, emptySource, rounds } = programs;
  const least = argv`${Deno.execPath()} run --quiet -A --no-config
    ${join(import.meta.dirname!, "least.ts")} true`;
  const results = await race(
    home,
    [
      { name: "empty program", words: [...emptySource, "true"] },
      { name: "the least that it has to do", words: least },
      { name: "assume-role", words: [...source, ...RUN] },
    ],
    rounds,
    { env: REGION },
  );
  printRace("Cached run, from source", results);
  const [empty, minimal, ours] = results;
  rows.push({
    what: "cached run of `true`, from source, against an empty program",
    measured: compare(ours!, empty!),
    bar: "1.40x",
  }, {
    what: "the least that it has to do, against the same",
    measured: compare(minimal!, empty!),
  });
  return [barOf("cached run, from source", ours!, empty!, 1.4)];
}

async function measureExecutable(programs: Programs, rows: Row[]) {
  const { home, empty, least, binary, before, rounds } = programs;
  if (!empty || !least || !binary) return [];
  const contenders: Contender[] = [
    { name: "empty executable", words: [...empty, "true"] },
    { name: "the least that it has to do", words: [...least, "true"] },
    { name: "assume-role", words: [...binary, ...RUN] },
    {
      name: "assume-role --format process",
      words: argv`${binary} -r admin --format process`,
    },
    ...(before
      ? [{ name: "assume-role before", words: [...before, ...RUN] }]
      : []),
  ];
  const results = await race(home, contenders, rounds, { env: REGION });
  printRace("Cached run, executable", results);
  const [reference, minimal, ours, printing, earlier] = results;
  rows.push({
    what: "cached run of `true`, executable, against an empty executable",
    measured: compare(ours!, reference!),
    bar: "1.30x",
  }, {
    what: "the least that it has to do, against the same",
    measured: compare(minimal!, reference!),
  }, {
    what: "`--format process` on a hit, executable, against the same",
    measured: compare(printing!, reference!),
    bar: "1.30x",
  });
  if (earlier) {
    rows.push({
      what: "the earlier executable, against the same",
      measured: compare(earlier, reference!),
    });
  }
  return [
    barOf("cached run, executable", ours!, reference!, 1.3),
    barOf("--format process, executable", printing!, reference!, 1.3),
  ];
}

/** Measures the time until the command's first instruction, and from the command's end. */
async function measurePhases(programs: Programs, rows: Row[]): Promise<void> {
  const { home, empty, binary, before, rounds } = programs;
  if (!empty || !binary) return;
  const results = await race(
    home,
    [
      { name: "empty executable", words: [...empty, ...PRINT_TIME] },
      { name: "assume-role", words: argv`${binary} -r admin ${PRINT_TIME}` },
      ...(before
        ? [{
          name: "assume-role before",
          words: argv`${before} -r admin ${PRINT_TIME}`,
        }]
        : []),
    ],
    rounds,
    { env: REGION },
  );
  const [reference, ...others] = results;
  print("\nUntil the command's first instruction, and from its end");
  for (const each of results) print(`  ${phases(each, reference!)}`);
  for (const each of others) {
    const { toCommand, fromCommand } = each;
    if (!toCommand || !fromCommand) continue;
    rows.push({
      what: `until the first instruction of the command, ${each.name}`,
      measured: `${ratio(toCommand, reference!.toCommand!)}, ${
        toCommand.least.toFixed(1)
      } ms`,
    }, {
      what: `from the end of the command, ${each.name}`,
      measured: `${ratio(fromCommand, reference!.fromCommand!)}, ${
        fromCommand.least.toFixed(1)
      } ms`,
    });
  }
}

function phases(each: Measured, reference: Measured): string {
  const { name, toCommand, fromCommand } = each;
  if (!toCommand || !fromCommand) return `${name}: needs bash 5`;
  return `${name.padEnd(40)} ${toCommand.least.toFixed(1)} ms ${
    ratio(toCommand, reference.toCommand!)
  }, ${fromCommand.least.toFixed(1)} ms ${
    ratio(fromCommand, reference.fromCommand!)
  }`;
}

/** Compares the second run after a first run with the third run. */
async function measureLaterRuns(
  { home, tested, rounds }: Programs,
  rows: Row[],
): Promise<void> {
  const words = [...tested, ...RUN];
  const cache = join(home.path, ".aws/assume-role/cache");
  const results = await race(
    home,
    [
      { name: "third run", words },
      { name: "second run", words, remove: [cache], before: [words] },
    ],
    rounds,
    { env: REGION },
  );
  printRace("The second run after a first run", results);
  rows.push({
    what: "second run of a command, against the third",
    measured: compare(results[1]!, results[0]!),
  });
}

async function countRequests(
  { home, aws, tested }: Programs,
  rows: Row[],
): Promise<void> {
  const counts: number[] = [];
  for (const prepare of [() => home.removeCache(), () => {}]) {
    prepare();
    const before = aws.calls.length;
    await home.exec([...tested, ...RUN], { env: REGION });
    counts.push(aws.calls.length - before);
  }
  print(`\nRequests: first ever ${counts[0]}, cached ${counts[1]}`);
  rows.push({
    what: "requests: first ever / cached",
    measured: counts.join(" / "),
    bar: "2 / 0",
  });
}
