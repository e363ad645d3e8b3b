/**
 * Kills assume-role while it writes files, and makes system calls fail: at each system call
 * that changes a file, and at random moments. No file may be torn or lost, and the next run
 * must work at once.
 *
 * - `CRASH_FAULTS`: the number of kills, and of errors, at system calls
 * - `CRASH_KILLS`: the number of kills at random moments
 * - `CRASH_SEED`: the seed of the random choices, to repeat them
 */
import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path/join";
import { argv, has, unix } from "../mod.ts";
import { FaultStage } from "./faults.ts";
import { Histogram } from "./histogram.ts";
import { killOften } from "./kill_often.ts";
import { Random } from "./random.ts";
import { SCENES } from "./scenes.ts";
import { type Fault, isRandom, type Step } from "./strace.ts";

/** The least number of kills and of errors at system calls. */
const LEAST = 500;
/** The least number of kills and of errors at each step. */
const LEAST_AT_STEP = 5;
const FAULTS = Number(Deno.env.get("CRASH_FAULTS") ?? LEAST);
const KILLS = Number(Deno.env.get("CRASH_KILLS") ?? 300);
const SEED = Number(Deno.env.get("CRASH_SEED") ?? Date.now() % 1_000_000);
const HAS_STRACE = Deno.build.os === "linux" && await has("strace");
/** System calls that are made slow, so that a kill at a random moment hits them. */
const SLOW = "mkdir,flock,ftruncate,fsync,rename,unlink,chmod";
/** Scenes that run at the same time. */
const AT_ONCE = 2;

/** A fault at a step of a scene. */
interface Task {
  readonly step: Step;
  readonly fault: Fault;
}

Deno.test({
  name:
    `${FAULTS} kills and ${FAULTS} errors at system calls that write lose no byte`,
  ignore: !HAS_STRACE,
  fn: async () => {
    const random = new Random(SEED);
    const histogram = new Histogram();
    const problems: string[] = [];
    const started = performance.now();
    await using stack = new AsyncDisposableStack();
    const stages: FaultStage[] = [];
    for (const scene of SCENES) {
      stages.push(stack.use(await FaultStage.create(scene)));
    }
    await runAll(
      chooseTasks(stages, random),
      async (stage, { step, fault }) => {
        try {
          await stage.strike(step, fault, histogram);
        } catch (error) {
          problems.push(String(error));
        }
      },
    );
    const minutes = (performance.now() - started) / 60_000;
    report(
      `seed ${SEED}, ${minutes.toFixed(1)} minutes\n${histogram.format()}`,
    );
    assertEquals(problems.slice(0, 5), []);
    if (FAULTS < LEAST) return;
    assert(histogram.total("kills") >= LEAST, "too few kills");
    assert(histogram.total("errors") >= LEAST, "too few errors");
    const steps = stages.flatMap((stage) => stage.steps)
      .filter((step) => !isRandom(step));
    const names = new Set(steps.map(({ name }) => name));
    assertEquals(
      [
        histogram.below(LEAST_AT_STEP, "kills", names),
        histogram.below(LEAST_AT_STEP, "errors", names),
      ],
      [[], []],
    );
  },
});

Deno.test(`${KILLS} kills at random moments lose no byte`, unix, async () => {
  report(`seed ${SEED}\n`);
  const { kills, reads } = await killOften(KILLS, new Random(SEED), () => []);
  report(`${kills} kills, ${reads} reads meanwhile, 0 bytes lost\n`);
});

// A delay before and after each system call makes a kill during the call likely.
Deno.test(`${KILLS / 2} kills with slow system calls lose no byte`, {
  ignore: !HAS_STRACE,
}, async () => {
  const inject = `inject=${SLOW}:delay_enter=15000:delay_exit=15000`;
  const { kills, reads } = await killOften(
    KILLS / 2,
    new Random(SEED),
    ({ root }) =>
      argv`strace -f -qq -o ${join(root, "strace.log")} -e ${inject}`,
  );
  report(`${kills} kills, ${reads} reads meanwhile, 0 bytes lost\n`);
});

/** Chooses the kills and the errors of each scene. */
function chooseTasks(
  stages: readonly FaultStage[],
  random: Random,
): ReadonlyMap<FaultStage, readonly Task[]> {
  const places = stages.flatMap((stage) =>
    stage.steps.map((step) => ({ stage, step }))
  );
  const tasks = new Map<FaultStage, Task[]>(stages.map((stage) => [stage, []]));
  for (const isKill of [true, false]) {
    const chosen = FAULTS < LEAST
      ? random.shuffle(places).slice(0, FAULTS)
      : places.flatMap((place) =>
        Array<typeof place>(timesOf(place.step, places)).fill(place)
      );
    for (const { stage, step } of random.shuffle(chosen)) {
      const fault = isKill
        ? "signal=KILL"
        : FaultStage.chooseError(step, random);
      tasks.get(stage)!.push({ step, fault });
    }
  }
  return tasks;
}

/** Returns how often a step of a scene is struck, so that all counts are reached. */
function timesOf(
  { name }: Step,
  places: readonly { readonly step: Step }[],
): number {
  const same = places.filter(({ step }) => step.name === name).length;
  return Math.ceil(Math.max(LEAST / places.length, LEAST_AT_STEP / same));
}

async function runAll(
  tasks: ReadonlyMap<FaultStage, readonly Task[]>,
  run: (stage: FaultStage, task: Task) => Promise<void>,
): Promise<void> {
  const left = [...tasks].sort(([, a], [, b]) => b.length - a.length).values();
  const runSome = async () => {
    for (const [stage, some] of left) {
      for (const task of some) await run(stage, task);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, runSome));
}

function report(figures: string): void {
  Deno.stderr.writeSync(new TextEncoder().encode(`  ${figures}`));
}
