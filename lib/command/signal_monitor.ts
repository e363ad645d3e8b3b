import { SIGNAL_MONITOR_SCRIPT } from "../system/signal_monitor_script.ts";

/**
 * Longest time between the monitor's report of a signal and the arrival of the same
 * signal at assume-role. `first` is for the first signal that is matched with a report,
 * `more` for every other signal. One report can match several signals, because the system
 * may merge quick repetitions of a signal to the monitor, but not to assume-role.
 */
const MAX_DELAY_MS = { first: 1000, more: 20 };

/** The last report of the monitor about a signal of one name. */
interface ObservedSignal {
  readonly at: number;
  /** The receiver: the whole process group or, if the monitor sent SIGCONT, only assume-role. */
  readonly to: "group" | "us";
  /** Whether a signal that assume-role got was already matched with this report. */
  isUsed: boolean;
}

/** A request whose answer is not complete. */
interface Request {
  readonly line: string;
  readonly answer: string[];
  readonly resolve: (answer: string[] | undefined) => void;
}

/**
 * The helper shell that observes what Deno cannot see: the signals to the process group,
 * and whether the command is suspended.
 */
export class SignalMonitor {
  readonly #now: () => number;
  readonly #shell: Deno.ChildProcess;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #observed = new Map<string, ObservedSignal>();
  #requests = 0;
  #lastAnswer: Promise<unknown>;
  /** The last request; the next request is sent after the answer to this request. */
  #request: Request | undefined;
  #hasEnded = false;
  /** The signal that ended the monitor; `null` after assume-role got that signal too. */
  #endedBy: Deno.Signal | null | undefined;

  /** The signals that were ignored when assume-role started. */
  readonly ignored: Promise<ReadonlySet<Deno.Signal>>;

  /**
   * Starts the helper shell. This process must not listen to any signal before the start,
   * because the shell must inherit the signals that assume-role was started to ignore.
   *
   * @throws If there is no shell
   */
  constructor(
    signals: readonly Deno.Signal[],
    now: () => number,
    shell = "/bin/sh",
  ) {
    this.#now = now;
    const names = signals.map((signal) => signal.slice("SIG".length));
    this.#shell = new Deno.Command(shell, {
      args: ["-c", SIGNAL_MONITOR_SCRIPT, "assume-role", ...names],
      clearEnv: true,
      // On systems without /proc, the script must find 'ps'.
      env: { PATH: "/usr/bin:/bin" },
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    this.#writer = this.#shell.stdin.getWriter();
    this.ignored = this.#answerTo("ready").then((lines = []) => {
      const names = lines.map((line) =>
        /^(?:trap -- '' )?(?:SIG)?([A-Z0-9]+)$/.exec(line)?.[1]
      );
      return new Set(names.map((name) => `SIG${name}` as Deno.Signal));
    });
    this.#lastAnswer = this.ignored;
    this.#listen();
  }

  /**
   * Tells the monitor that the command is about to start. If assume-role dies before
   * `watchCommand()`, the monitor looks for the command and terminates the command.
   */
  async expectCommand(): Promise<void> {
    await this.#write("start").catch(() => {}); // the monitor may have ended
  }

  /**
   * Tells the monitor the process ID of the started command, or an empty string if the
   * command cannot be started.
   */
  async watchCommand(programId: number | ""): Promise<void> {
    await this.#ask(`watch=${programId}`);
    // Forget earlier signals, because they may have arrived before the command existed.
    this.#observed.clear();
  }

  /**
   * Whether a signal that assume-role got has already reached the command, because it
   * was sent to the whole group. Also `true` for signals that the command must not get,
   * such as the SIGCONT that the monitor sends to assume-role.
   *
   * @param at the time when assume-role got the signal
   * @returns `undefined` if the monitor has ended
   */
  async hasReached(
    signal: Deno.Signal,
    at: number,
  ): Promise<boolean | undefined> {
    const lines = await this.#ask(`group ${++this.#requests}`);
    if (lines === undefined) return await this.#hasEndedBy(signal);
    const told = this.#observed.get(signal);
    if (told === undefined) return false;
    // One report may stand for several signals of this name that came shortly after each
    // other, but not for a signal that came later.
    const lateness = told.isUsed ? MAX_DELAY_MS.more : MAX_DELAY_MS.first;
    told.isUsed = true;
    if (at - told.at > lateness) return false;
    // A signal to this process group does not reach a command that has made its own process
    // group. Forward the signal to such a command if the command is in the same Unix
    // session. Without assume-role, the command would lead the group that got the signal.
    return told.to === "us" || !lines.includes("in-session");
  }

  /** Suspends assume-role if the command is suspended, until the command continues. */
  async mirrorStop(): Promise<void> {
    const answer = await this.#ask(`stopped ${++this.#requests}`);
    if (!answer?.includes("yes")) return;
    const { MIRROR_STOP_SCRIPT } = await import(
      "../system/mirror_stop_script.ts"
    );
    const line = MIRROR_STOP_SCRIPT.replaceAll("\\", "\\\\")
      .replaceAll("\n", "\\n");
    await this.#ask(`eval ${line}`);
  }

  /**
   * Kills the monitor. Otherwise, when assume-role ends, the monitor would send SIGTERM
   * to the process ID of the ended command.
   */
  stop(): void {
    try {
      this.#shell.kill("SIGKILL");
    } catch {
      // The monitor has ended already.
    }
  }

  /** Sends a request and returns the answer; `undefined` if the monitor has ended. */
  #ask(request: string): Promise<string[] | undefined> {
    const answer = this.#lastAnswer.then(async () => {
      try {
        const said = this.#answerTo(request);
        await this.#write(request);
        return await said;
      } catch {
        return undefined;
      }
    });
    this.#lastAnswer = answer;
    return answer;
  }

  async #write(line: string): Promise<void> {
    await this.#writer.write(new TextEncoder().encode(`${line}\n`));
  }

  /**
   * Collects the lines that the monitor prints before the monitor repeats `line`. Returns
   * `undefined` if the monitor ends first.
   */
  #answerTo(line: string): Promise<string[] | undefined> {
    const { promise, resolve } = Promise.withResolvers<string[] | undefined>();
    this.#request = { line, answer: [], resolve };
    if (this.#hasEnded) resolve(undefined);
    return promise;
  }

  async #listen(): Promise<void> {
    await forEachLine(this.#shell.stdout, (line) => {
      const at = this.#now();
      const name = /^signal (.*)/.exec(line)?.[1];
      if (name !== undefined) {
        this.#observed.set(`SIG${name}`, { at, to: "group", isUsed: false });
      } else if (line === "continued") {
        this.#observed.set("SIGCONT", { at, to: "us", isUsed: false });
      } else if (line === this.#request?.line) {
        this.#request.resolve(this.#request.answer);
      } else this.#request?.answer.push(line);
    });
    this.#hasEnded = true;
    this.#request?.resolve(undefined);
  }

  /** Whether a signal to the group ended the monitor before the monitor had set its traps. */
  async #hasEndedBy(signal: Deno.Signal): Promise<true | undefined> {
    if (this.#endedBy === undefined) {
      this.#endedBy = (await this.#shell.status).signal;
    }
    if (this.#endedBy !== signal) return undefined;
    this.#endedBy = null;
    return true;
  }
}

/**
 * Calls `take` for each line of a stream. Uses `getReader()`, because `for await` starts
 * slower.
 */
async function forEachLine(
  stream: ReadableStream<Uint8Array>,
  take: (line: string) => void,
): Promise<void> {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const lines = (rest + decoder.decode(value, { stream: true })).split("\n");
    rest = lines.pop()!;
    lines.forEach(take);
  }
}
