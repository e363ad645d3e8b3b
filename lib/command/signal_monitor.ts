import { SIGNAL_MONITOR_SCRIPT } from "./signal_monitor_script.ts";

/**
 * Time that a signal may reach assume-role later than the monitor. The system merges
 * signals that come close together, so that one of them can explain several.
 */
const MAX_DELAY_MS = { first: 1000, more: 20 };

/** The last signal of a kind that the monitor got. */
interface ObservedSignal {
  readonly at: number;
  /** The receiver: the whole process group, or assume-role alone, from the monitor. */
  readonly to: "group" | "us";
  /** Whether a signal that assume-role got was matched with this one. */
  isUsed: boolean;
}

/** A request without a complete answer yet. */
interface Request {
  readonly line: string;
  readonly answer: string[];
  readonly resolve: (answer: string[] | undefined) => void;
}

/** The helper shell that observes signals and stops that Deno cannot see. */
export class SignalMonitor {
  readonly #now: () => number;
  readonly #shell: Deno.ChildProcess;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #observed = new Map<string, ObservedSignal>();
  #requests = 0;
  #lastAnswer: Promise<unknown>;
  /** The current request, if the monitor still runs. */
  #request: Request | undefined;
  #hasEnded = false;
  /** The signal that ended the monitor, until assume-role gets it too. */
  #endedBy: Deno.Signal | null | undefined;

  /** The signals that were ignored when assume-role started. */
  readonly ignored: Promise<ReadonlySet<Deno.Signal>>;

  /**
   * Starts the helper shell. The process must not listen to any signal yet.
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
      // The script runs 'ps' on systems without /proc.
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

  /** Watches a program; earlier signals no longer count. */
  async watchCommand(programId: number): Promise<void> {
    await this.#ask(`watch ${programId}`);
    // Earlier signals may have come before the program existed.
    this.#observed.clear();
  }

  /**
   * Whether the program has a signal already, or must not get the signal.
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
    // This answer covers all signals of this kind until now: signals that came
    // together count as one, and a later signal is not explained by them.
    const lateness = told.isUsed ? MAX_DELAY_MS.more : MAX_DELAY_MS.first;
    told.isUsed = true;
    if (at - told.at > lateness) return false;
    // A program with a process group of its own would lead our group if it ran
    // without assume-role, so that it gets the group's signals too. A program that
    // left the session does not.
    return told.to === "us" || !lines.includes("in-session");
  }

  /** Stops assume-role while the program is stopped. */
  async mirrorStop(): Promise<void> {
    await this.#ask(`mirror-stop ${++this.#requests}`);
  }

  /** Ends the monitor without a signal to the program. */
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
        await this.#writer.write(new TextEncoder().encode(`${request}\n`));
        return await said;
      } catch {
        return undefined;
      }
    });
    this.#lastAnswer = answer;
    return answer;
  }

  /** Collects the lines before a line; `undefined` if the monitor ends instead. */
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

  /** Whether the group's signal ended the monitor before it had set its traps. */
  async #hasEndedBy(signal: Deno.Signal): Promise<true | undefined> {
    if (this.#endedBy === undefined) {
      this.#endedBy = (await this.#shell.status).signal;
    }
    if (this.#endedBy !== signal) return undefined;
    this.#endedBy = null;
    return true;
  }
}

/** Reads a stream to its end; a reader starts faster than an iterator. */
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
