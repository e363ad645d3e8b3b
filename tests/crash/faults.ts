/** Kills and errors at the system calls of a scene, and what must hold afterwards. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { assertFails, type Result } from "../mod.ts";
import type { Histogram, Outcome } from "./histogram.ts";
import type { Random } from "./random.ts";
import { type Scene, Stage } from "./scenes.ts";
import { assertWhole, readFiles, type State, withoutRights } from "./state.ts";
import { type Fault, findSteps, isAt, type Step, strike } from "./strace.ts";

/** How often a fault is tried that does not hit the planned step. */
const MAX_ATTEMPTS = 4;
/** Errors that a system call can have, in strace's words. */
const ERRORS: Readonly<Record<string, string>> = {
  openat: "ENOSPC EIO EDQUOT EACCES EMFILE ENFILE EROFS EPERM ESTALE",
  write: "ENOSPC EIO EDQUOT EINTR retval=0",
  fsync: "ENOSPC EIO EDQUOT EINTR EROFS ESTALE",
  rename: "ENOSPC EIO EDQUOT EACCES EROFS EPERM EBUSY ESTALE",
  link: "ENOSPC EIO EDQUOT EACCES EROFS EPERM EMLINK ESTALE",
  unlink: "EIO EACCES EROFS EPERM EBUSY ESTALE",
  unlinkat: "EIO EACCES EROFS EPERM EBUSY ESTALE",
  rmdir: "EIO EACCES EROFS EPERM EBUSY ESTALE",
  mkdir: "ENOSPC EIO EDQUOT EACCES EROFS EPERM EMLINK ESTALE",
  fchmod: "EIO EACCES EROFS EPERM ESTALE",
  fchown: "EIO EACCES EROFS EPERM EDQUOT",
  flock: "ENOLCK EINTR EIO ESTALE ENOSYS",
  ftruncate: "EIO EINTR EPERM ESTALE",
  utimensat: "EIO EACCES EROFS EPERM ESTALE",
};
const OTHER_ERRORS = "EIO EPERM";
/** The warning of the first run with `--server`. */
const KEY_WARNING =
  /^assume-role: warning: The profile 'default' has access keys in .*\n/m;
/** Entries without which runs work as well, so that nothing saves them again. */
const OPTIONAL = /(?:\/cache|CACHE)\/(?:caller|origin|code|notice|plan)-/;

/** A scene with its steps and the states of its files. */
export class FaultStage implements AsyncDisposable {
  readonly steps: readonly Step[];
  readonly #scene: Scene;
  readonly #stage: Stage;
  readonly #before: State;
  readonly #after: State;
  readonly #afterNext: State;
  #view: (state: State) => State = same;

  private constructor(
    scene: Scene,
    stage: Stage,
    steps: readonly Step[],
    [before, after, afterNext]: readonly [State, State, State],
  ) {
    this.#scene = scene;
    this.#stage = stage;
    this.steps = steps;
    this.#before = before;
    this.#after = after;
    this.#afterNext = afterNext;
  }

  /** Runs a scene without faults: finds its steps and the states of its files. */
  static async create(scene: Scene): Promise<FaultStage> {
    const stage = await Stage.create(scene);
    const { aws, home } = stage;
    const read = () => readFiles(aws, home).state;
    const before = read();
    await stage.reset();
    const { steps, result } = await findSteps(await stage.program("args"));
    assertEquals(result.status, 0, result.stderr);
    scene.check(result, aws, home);
    const after = read();
    await runPlain(stage, "next");
    return new FaultStage(scene, stage, steps, [before, after, read()]);
  }

  get name(): string {
    return this.#scene.name;
  }

  /** Returns an error for a step. */
  static chooseError({ call }: Step, random: Random): Fault {
    const word = random.pick((ERRORS[call] ?? OTHER_ERRORS).split(" "));
    return word === "retval=0" ? word : `error=${word}`;
  }

  /** Strikes a step, and asserts what must hold. Tries again if the fault hits another step. */
  async strike(step: Step, fault: Fault, histogram: Histogram): Promise<void> {
    const kind = fault === "signal=KILL" ? "kill" : "error";
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      await this.#stage.reset();
      const program = await this.#stage.program("args");
      const { hit, result } = await strike(program, step, fault, attempt);
      const isRight = isAt(hit, step);
      const struck = isRight ? step : this.steps.find((it) => isAt(hit, it));
      // If the owner cannot be kept, the new file is for the user alone.
      this.#view = step.call === "fchown" ? withoutRights : same;
      try {
        const outcome = this.#verify(result, histogram, struck !== undefined);
        await this.#verifyNext(histogram, kind);
        if (struck !== undefined) histogram.add(struck.name, kind, outcome);
        else histogram.addMiss();
        if (isRight) return;
      } catch (error) {
        const where = `${this.name}: ${fault} at ${step.name}`;
        throw new Error(`${where}: ${error}\n${result.stderr}`, {
          cause: error,
        });
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stage[Symbol.asyncDispose]();
  }

  #verify(result: Result, histogram: Histogram, isHit: boolean): Outcome {
    const { aws, home } = this.#stage;
    const { state, leftovers } = readFiles(aws, home);
    this.#assertWhole(state, this.#before, this.#after);
    const outcome = isHit ? this.#findOutcome(result) : "ran";
    const when = outcome === "killed" ? "after a kill" : "after an error";
    histogram.addLeftovers(when, leftovers);
    return outcome;
  }

  /** Finds out how a run with a fault ended; fails if no run may end like this. */
  #findOutcome(result: Result): Outcome {
    const { status } = result;
    if (status === 137) return "killed";
    const stderr = result.stderr.replace(KEY_WARNING, "");
    if (status === 125 && this.#scene.mayFail) {
      if (!this.#scene.onTerminal) {
        assertFails({ ...result, stderr }, { error: /^Cannot / });
      }
      return "failed";
    }
    assertEquals(status, 0, stderr);
    this.#scene.check(result, this.#stage.aws, this.#stage.home);
    const lines = stderr.split("\n").filter((line) => line !== "");
    for (const line of lines) {
      assertMatch(
        line,
        /^assume-role: (?:warning: Cannot |wrote |next|with this policy)/,
      );
    }
    return lines.some((line) => line.includes("warning:")) ? "warned" : "ran";
  }

  /** Asserts that the next run works at once, and leaves whole files. */
  async #verifyNext(
    histogram: Histogram,
    kind: "kill" | "error",
  ): Promise<void> {
    const { aws, home } = this.#stage;
    const result = await runPlain(this.#stage, "next");
    const { state, leftovers } = readFiles(aws, home);
    histogram.addLeftovers("after the next run", leftovers);
    if (result.status === 0) {
      this.#scene.check(result, aws, home);
      const mayMiss = kind === "kill" ? [] : [without(this.#after, OPTIONAL)];
      this.#assertWhole(state, this.#after, this.#afterNext, ...mayMiss);
    } else {
      assert(this.#scene.nextError, `the next run: ${result.stderr}`);
      assertMatch(result.stderr, this.#scene.nextError);
      this.#assertWhole(state, this.#before, this.#after);
    }
  }

  #assertWhole(found: State, ...states: readonly State[]): void {
    assertWhole(this.#view(found), states.map(this.#view));
  }
}

async function runPlain(stage: Stage, which: "next"): Promise<Result> {
  const { home, words, options, onTerminal } = await stage.program(which);
  return onTerminal
    ? await home.play(words, [], options)
    : await home.exec(words, options);
}

function same(state: State): State {
  return state;
}

function without(state: State, paths: RegExp): State {
  return new Map([...state].filter(([path]) => !paths.test(path)));
}
