import { SIGNAL_MONITOR_SCRIPT } from "./signal_monitor_script.ts";

/**
 * How much later than it tells of a signal we may hear of it, in milliseconds.
 * Signals that come close together may reach each of us as fewer.
 */
const LATENESS = { first: 1000, more: 20 };

/** What it has told last of a signal. */
interface ObservedSignal {
  readonly at: number;
  /** Whether the whole group got it, or we alone, from the companion. */
  readonly to: "group" | "us";
  /** Whether a signal that we got has been explained with it. */
  isUsed: boolean;
}

/** A request that is not answered yet, and what has been said to it. */
interface Request {
  readonly line: string;
  readonly answer: string[];
  readonly resolve: (answer: string[] | undefined) => void;
}

/** Tells of signals and stops what Deno cannot. */
export class SignalMonitor {
  readonly #now: () => number;
  readonly #shell: Deno.ChildProcess;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #observed = new Map<string, ObservedSignal>();
  #requests = 0;
  #lastAnswer: Promise<unknown>;
  /** What it is to answer now; nothing once it has ended. */
  #request: Request | undefined;
  #hasEnded = false;
  /** The signal that ended it, unless we have got that too. */
  #endedBy: Deno.Signal | null | undefined;

  /** The signals that are ignored since before we started. */
  readonly ignored: Promise<ReadonlySet<Deno.Signal>>;

  /**
   * Starts it; we must not listen to any signal yet.
   *
   * @throws where there is no shell
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
      // For 'ps', where it is needed.
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

  /** Tells it of the program that it is for. */
  async watchCommand(programId: number): Promise<void> {
    await this.#ask(`watch ${programId}`);
    // What came earlier came, for all we know, before there was a program.
    this.#observed.clear();
  }

  /**
   * Whether the program has got by itself a signal that we got, or is not to get
   * it; `undefined` where the companion is no more.
   *
   * @param at when we got it
   */
  async hasReached(
    signal: Deno.Signal,
    at: number,
  ): Promise<boolean | undefined> {
    const lines = await this.#ask(`group ${++this.#requests}`);
    if (lines === undefined) return await this.#hasEndedBy(signal);
    const told = this.#observed.get(signal);
    if (told === undefined) return false;
    // All that it has told of this signal until now is settled by this answer:
    // what came together is one, and the next that comes alone is not the group's.
    const lateness = told.isUsed ? LATENESS.more : LATENESS.first;
    told.isUsed = true;
    if (at - told.at > lateness) return false;
    // A program that made a group of its own would be the leader of ours if it
    // had been started alone; one that left the session has left us for good.
    return told.to === "us" || !lines.includes("in-session");
  }

  /** Stops us if the program is stopped, for as long as it is. */
  async mirrorStop(): Promise<void> {
    await this.#ask(`mirror-stop ${++this.#requests}`);
  }

  /** Ends it, without a word to the program. */
  stop(): void {
    try {
      this.#shell.kill("SIGKILL");
    } catch {
      // It has ended already.
    }
  }

  /** What it says to a request; nothing where it is no more. */
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

  /** What it says before this line; nothing where it ends instead. */
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

  /** Whether this signal, before its traps were set, was for the whole group. */
  async #hasEndedBy(signal: Deno.Signal): Promise<true | undefined> {
    if (this.#endedBy === undefined) {
      this.#endedBy = (await this.#shell.status).signal;
    }
    if (this.#endedBy !== signal) return undefined;
    this.#endedBy = null;
    return true;
  }
}

/** Reads a stream to its end; that takes less to get going than to iterate. */
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
