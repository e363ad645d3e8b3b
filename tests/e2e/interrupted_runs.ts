/**
 * Rounds in which a signal interrupts a run that asks for an MFA code or a role. A round is one
 * signal to one process at one moment.
 */
import { join } from "@std/path/join";
import { isFile } from "../../lib/system/files.ts";
import { FakeAws } from "../fake_aws/server.ts";
import { ALICE } from "../fake_aws/world.ts";
import { ADMIN_ARN, PREFIX, SERIAL } from "../identifiers.ts";
import { argv, fixture, program, quote, TestHome } from "./test_home.ts";
import { WORLD } from "./worlds.ts";

/** The exit status of a run that a signal ended, and of a run that failed. */
const STATUS = { HUP: 129, INT: 130, QUIT: 131, KILL: 137, TERM: 143 } as const;
const FAILED = 125;

const SIGNALS = [
  "STOP",
  "STOP+CONT",
  "CONT",
  "TSTP",
  "WINCH",
  "INT",
  "QUIT",
  "HUP",
  "TERM",
  "KILL",
] as const;
const MOMENTS = ["start", "question", "typing", "answered"] as const;
/** The program of a round ends at once after the answer. */
const PROGRAM_MOMENTS = ["start", "question", "typing"] as const;
/** The processes of a run that asks by itself. */
const PROMPT_PROCESSES = [
  "assume-role",
  "group",
  "monitor",
  "helper",
  "helper-child-1",
  "helper-child-2",
] as const;
/** The processes of a run in which a program of the user asks. */
const PROGRAM_PROCESSES = [
  "assume-role",
  "group",
  "helper",
  "helper-child-1",
  "program-child",
] as const;

/** A signal to a process at a moment of a run. */
export interface Round {
  /** Who asks: assume-role, the program of `mfa_command`, or the picker of a role. */
  readonly asker: "assume-role" | "program" | "picker";
  /** The program that is `/bin/sh` during the round; default: the system's. */
  readonly sh?: string;
  /** Whether each `stty` that changes settings waits before or after the change. */
  readonly stty?: "late" | "slow";
  /** The interactive shell. */
  readonly shell: readonly string[];
  readonly signal: typeof SIGNALS[number];
  readonly process:
    | typeof PROMPT_PROCESSES[number]
    | typeof PROGRAM_PROCESSES[number];
  readonly moment: typeof MOMENTS[number];
  /** The time between the moment and the signal, in seconds. */
  readonly delay: number;
}

/** The result of a round; see `interrupted_run.py`. */
interface RoundResult {
  readonly status: number | null;
  readonly stops: number;
  readonly echo: boolean;
  readonly stoppedEcho: readonly boolean[];
  readonly shown: string;
  readonly left: readonly string[];
  readonly absent: boolean;
  readonly failure: string | null;
  readonly code: string;
  /** The number of codes that AWS got. */
  readonly codes: number;
  readonly history: string;
}

const BASH = ["bash", "--norc", "--noprofile", "-i"] as const;

/** Interactive shells that do not restore the terminal's settings by themselves. */
const PLAIN_SHELLS: readonly (readonly string[])[] = [
  ["/bin/dash", "-i"],
].filter(([path]) => isFile(path!));

/** Programs that are `/bin/sh` on some system. */
const SH_PROGRAMS: readonly string[] = [
  "/bin/dash",
  "/bin/bash",
  "/bin/busybox",
].filter(isFile);

/** Whether a round can replace `/bin/sh` for its own processes. */
export const CAN_REPLACE_SH: boolean = Deno.build.os === "linux" &&
  Deno.uid() === 0 && await (async () => {
    try {
      const { success } = await new Deno.Command("unshare", {
        args: ["-m", "true"],
        stderr: "null",
      }).output();
      return success;
    } catch {
      return false;
    }
  })();

/** A configuration with two roles, one of which the fake AWS has. */
const ROLES = `roles:
  other:
    role_arn: ${PREFIX}other
  admin:
    role_arn: ${ADMIN_ARN}
`;
/** The keys that choose the role: Ctrl-U removes what was typed before a suspension. */
const ROLE_KEYS = "\x15admin";
const STTY = "/usr/bin/stty";

/** Shell script that puts files in the place of programs, and then runs a program. */
const MOUNT = `while [ "$1" != -- ]; do
  mount --bind "$1" "$(readlink -f "$2")" || exit
  shift 2
done
shift
exec "$@"`;

/** Writes a program that is `stty` with a delay, and returns its path. */
function writeStty(home: TestHome, delay: "late" | "slow"): string {
  const [real, path] = ["real-stty", "stty"].map((name) =>
    join(home.root, name)
  );
  Deno.copyFileSync(STTY, real!);
  const [before, after] = delay === "late"
    ? ["sleep 0.5", ""]
    : ["", "sleep 1"];
  Deno.writeTextFileSync(
    path!,
    `#!/bin/sh
case $1 in -a | -g | -echo) exec ${real} "$@" ;; esac
${before}
${real} "$@" || exit
${after}
`,
    { mode: 0o755 },
  );
  return path!;
}

/** Plays a round with its own home and its own fake AWS. */
async function play(round: Round): Promise<RoundResult> {
  await using aws = new FakeAws(WORLD);
  await using home = new TestHome(aws);
  const isPicker = round.asker === "picker";
  if (isPicker) home.write("assume-role.yaml", ROLES);
  const code = isPicker ? ROLE_KEYS : await aws.code(ALICE);
  const history = join(home.root, "history");
  const ask = quote(
    argv`python3 ${fixture("ask_program.py")} ${"the program"}`,
  );
  const options = round.asker === "program"
    ? ["--mfa-command", `exec ${ask}`]
    : [];
  const run = isPicker
    ? argv`env TERM=vt100 ${program()} true`
    : argv`${program()} -r deploy --mfa-serial ${SERIAL} ${options} true`;
  home.write("job", `${quote(run)}\n`);
  const play = argv`python3 ${fixture("interrupted_run.py")}`;
  const { sh } = round;
  const [path = "", ...flags] = round.shell;
  const copy = join(home.root, "shell");
  // The interactive shell may be the file that `sh` replaces.
  if (path.startsWith("/")) Deno.copyFileSync(path, copy);
  const shell = path.startsWith("/") ? [copy, ...flags] : round.shell;
  const mounts = [
    ...sh === undefined ? [] : [sh, "/bin/sh"],
    ...round.stty === undefined ? [] : [writeStty(home, round.stty), STTY],
  ];
  const { stdout, stderr } = await home.exec(
    mounts.length === 0
      ? play
      : argv`unshare -m sh -c ${MOUNT} sh ${mounts} -- ${play}`,
    {
      stdin: JSON.stringify({
        ...round,
        shell,
        ends: !expectedStatus(round, false).includes(0),
        job: join(home.project, "job"),
        question: isPicker ? "Enter to use" : "MFA code for",
        code,
      }),
      env: { HISTFILE: history },
    },
  );
  if (stdout === "") throw new Error(stderr);
  return {
    ...JSON.parse(stdout),
    code,
    codes: aws.count("AssumeRole"),
    history: isFile(history) ? Deno.readTextFileSync(history) : "",
  };
}

/** Describes the outcome of a round in a few words. */
function describe({ status, stops, absent }: RoundResult): string {
  if (absent) return "no such process";
  const end = status === 0
    ? "answered"
    : status === FAILED
    ? "error"
    : `status ${status}`;
  return stops > 0 ? `stopped, fg, ${end}` : end;
}

/** Lists the faults of a round. */
function faultsOf(round: Round, result: RoundResult): string[] {
  if (result.failure !== null) return [result.failure];
  const faults: string[] = [];
  const expected = expectedStatus(round, result.absent);
  if (!expected.includes(result.status)) {
    faults.push(`status ${result.status} instead of ${expected.join(" or ")}`);
  }
  if (!result.echo && !isFrozen(round)) faults.push("no echo at the end");
  if (result.stoppedEcho.includes(false) && !isFrozen(round)) {
    faults.push("no echo while the job was stopped");
  }
  if (result.left.length > 0) faults.push(`left: ${result.left.join(", ")}`);
  if (result.status === 0 && result.codes !== 1) {
    faults.push(`${result.codes} codes`);
  }
  const { code, history, shown } = result;
  if (history.includes(code)) faults.push("the code is in the history");
  // A program of the user must itself turn off the echo again after `fg`.
  const isProgramsEcho = round.asker === "program" && result.stops > 0;
  if (shown.includes(code) && !isProgramsEcho && round.asker !== "picker") {
    faults.push("the code is on the terminal");
  }
  const half = new RegExp(`ready> ${code.slice(0, 3)}`);
  if (half.test(shown) && !mayShowHalf(round)) {
    faults.push("half of the code is at the shell's prompt");
  }
  return faults;
}

/** Whether no process could restore the terminal: all were stopped or killed at once. */
function isFrozen({ shell, signal, process }: Round): boolean {
  return shell !== BASH && process === "group" && /STOP|KILL/.test(signal);
}

/**
 * Whether the shell can get the half of a code that was typed before assume-role was
 * killed or stopped by signals that cannot be handled. SIGTSTP suspends a program of the
 * user at once; only with Ctrl-Z does the system discard the half.
 */
function mayShowHalf({ asker, signal, process, moment }: Round): boolean {
  const suspends = asker === "program" ? /STOP|KILL|TSTP/ : /STOP|KILL/;
  return moment === "typing" && suspends.test(signal) &&
    (process === "assume-role" || process === "group");
}

function expectedStatus(
  { asker, signal, process, moment }: Round,
  isAbsent: boolean,
): (number | null)[] {
  const ended = signal in STATUS
    ? STATUS[signal as keyof typeof STATUS]
    : undefined;
  // The program keeps a digit that it has read before it was suspended.
  if (
    asker === "program" && moment === "typing" && process === "assume-role" &&
    /STOP|TSTP/.test(signal)
  ) return [0, FAILED];
  // The job can end in the background before `fg`; bash says 147 then.
  const mayEndEarly = moment === "answered" ||
    asker === "picker" && moment === "start";
  if (signal === "STOP+CONT" && mayEndEarly) return [0, 128 + 19, FAILED];
  if (ended === undefined || isAbsent) return [0];
  if (asker === "program" && process === "helper") return [FAILED];
  const isEnd = process === "assume-role" || process === "group" ||
    process === "helper" && signal !== "KILL";
  const expected = isEnd ? ended : process === "helper" ? FAILED : 0;
  // After the answer, the signal can arrive when the run no longer needs the process.
  return moment === "answered" ? [0, expected] : [expected];
}

/** Lists every signal to every process at every moment, in an order that the seed decides. */
export function listRounds(asker: Round["asker"], seed: number): Round[] {
  const random = createRandom(seed);
  const pick = <T>(values: readonly T[]): T =>
    values[Math.floor(random() * values.length)]!;
  const processes = asker === "program" ? PROGRAM_PROCESSES : PROMPT_PROCESSES;
  const moments = asker === "program" ? PROGRAM_MOMENTS : MOMENTS;
  const rounds = SIGNALS.flatMap((signal) =>
    processes.flatMap((process) =>
      moments.map((moment): Round => ({
        asker,
        signal,
        process,
        moment,
        shell: pick([BASH, BASH, ...PLAIN_SHELLS]),
        ...(CAN_REPLACE_SH && { sh: pick(SH_PROGRAMS) }),
        delay: random() * (moment === "start" ? 0.6 : 0.1),
      }))
    )
  );
  // A picker that is stopped leaves the keys that it has not read to the interactive shell.
  const isPlayed = ({ signal, moment }: Round) =>
    asker !== "picker" || moment !== "answered" || !/STOP|TSTP/.test(signal);
  return rounds.filter(isPlayed).map((round) => ({ round, order: random() }))
    .sort((a, b) => a.order - b.order)
    .map(({ round }) => round);
}

/** Creates a generator of numbers from 0 to 1, by the method "mulberry32". */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * Plays rounds, some at a time.
 *
 * @returns The faults, each with its round and the text of the terminal
 */
export async function playAll(
  rounds: readonly Round[],
  atOnce: number,
): Promise<{ readonly faults: readonly string[]; readonly histogram: string }> {
  const left = [...rounds];
  const played: [Round, RoundResult][] = [];
  const faults: string[] = [];
  const work = async () => {
    for (let round = left.pop(); round !== undefined; round = left.pop()) {
      const result = await play(round);
      played.push([round, result]);
      const found = faultsOf(round, result);
      if (found.length === 0) continue;
      faults.push(
        `${found.join("; ")}: ${JSON.stringify(round)}\n${result.shown}`,
      );
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return { faults, histogram: formatHistogram(played) };
}

/** Formats how often each outcome was seen for each signal, process and moment. */
function formatHistogram(
  rounds: readonly (readonly [Round, RoundResult])[],
): string {
  const counts = new Map<string, number>();
  for (const [{ signal, process, moment }, result] of rounds) {
    const row = [
      signal.padEnd(9),
      process.padEnd(14),
      moment.padEnd(8),
      describe(result),
    ].join("  ");
    counts.set(row, (counts.get(row) ?? 0) + 1);
  }
  return [...counts].sort().map(([row, count]) =>
    `${`${count}`.padStart(4)}  ${row}`
  ).join("\n");
}
