/** Sends signals to assume-role, and counts the signals that the command gets. */
import { join } from "@std/path/join";
import { exists } from "../../lib/system/files.ts";
import {
  argv,
  delay,
  eventually,
  fixture,
  program,
  type Result,
  type TestHome,
} from "./test_home.ts";

/** Runs `signal_counter.py` as the command. */
export const COUNTER: readonly string[] = argv`${program()} -r admin python3 ${
  fixture("signal_counter.py")
}`;

/** A run of assume-role with `signal_counter.py` as the command. */
export interface SignalRun {
  readonly assumeRolePid: number;
  readonly commandPid: number;
  /** The signals that the command has received. */
  got(): string[];
}

/** Waits until no more signals arrive, and returns the number of received signals. */
export async function settle(run: SignalRun): Promise<number> {
  for (let count = -1; count !== run.got().length; await delay(300)) {
    count = run.got().length;
  }
  return run.got().length;
}

/** Runs the command, lets `kill` send signals, and returns the result of the run. */
export async function runAndKill(
  home: TestHome,
  wrapper: readonly string[],
  kill: (run: SignalRun) => void | Promise<void>,
): Promise<Result> {
  await home.exec(argv`rm -f pids got end`);
  const result = home.exec([...wrapper, ...COUNTER]);
  const path = (name: string) => join(home.project, name);
  await eventually(() => exists(path("pids")));
  const [commandPid, assumeRolePid] = Deno.readTextFileSync(path("pids"))
    .split(" ").map(Number);
  const got = () =>
    Deno.readTextFileSync(path("got")).split(" ").filter((name) => name !== "");
  const run = { assumeRolePid: assumeRolePid!, commandPid: commandPid!, got };
  // When the command gets this signal, assume-role is ready to forward signals.
  Deno.kill(run.assumeRolePid, "SIGWINCH");
  await eventually(() => got().length > 0);
  Deno.truncateSync(path("got"));
  await kill(run);
  await settle(run);
  home.write("end", "");
  return await result;
}

/** Sends signals one by one, and after each waits long enough for a duplicate to arrive. */
export async function send(
  run: SignalRun,
  to: number,
  signals: readonly Deno.Signal[],
): Promise<void> {
  for (const signal of signals) {
    const count = run.got().length;
    Deno.kill(to, signal);
    await eventually(() => run.got().length > count);
    await delay(100);
  }
}

/** The signals that `signal_counter.py` counts. */
export const SIGNALS = [
  "SIGHUP",
  "SIGINT",
  "SIGQUIT",
  "SIGTERM",
  "SIGUSR1",
  "SIGUSR2",
  "SIGALRM",
  "SIGWINCH",
] as const;
