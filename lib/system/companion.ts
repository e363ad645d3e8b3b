/**
 * A small shell in our process group, beside the program that we run. It tells
 * which signals were sent to the whole group: those the program has got by
 * itself. It answers a ping only after it has told of every signal that came
 * before. When we are gone without a word, its stdin ends, and it ends the
 * program that would be left behind.
 */
const COMPANION = `
program=$1
shift
for signal; do trap "signalled=yes; echo $signal" "$signal"; done
while :; do
  signalled=
  if read -r line; then
    echo "$line"
  elif [ -z "$signalled" ]; then
    break
  fi
done
kill -TERM "$program"
`;

/** Tells signals for the group from signals for us alone. */
export class Companion {
  readonly #shell: Deno.ChildProcess;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #lines: AsyncIterator<string>;
  /** The signals that it has told of and that nobody has asked for. */
  readonly #told: string[] = [];
  #pings = 0;

  /**
   * Starts the companion of a program.
   *
   * @throws where there is no shell
   */
  constructor(programId: number, signals: readonly Deno.Signal[]) {
    const names = signals.map((signal) => signal.slice("SIG".length));
    this.#shell = new Deno.Command("/bin/sh", {
      args: ["-c", COMPANION, "assume-role", String(programId), ...names],
      clearEnv: true,
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    this.#writer = this.#shell.stdin.getWriter();
    this.#lines = readLines(this.#shell.stdout);
    // It is no reason for us to stay.
    this.#shell.unref();
  }

  /** Whether a signal that we got was sent to the whole group. */
  async wasForGroup(signal: Deno.Signal): Promise<boolean> {
    const ping = `ping ${++this.#pings}`;
    try {
      await this.#writer.write(new TextEncoder().encode(`${ping}\n`));
      for (;;) {
        const { value, done } = await this.#lines.next();
        // A signal that came before it was ready has ended it.
        if (done) return (await this.#shell.status).signal === signal;
        if (value === ping) break;
        this.#told.push(`SIG${value}`);
      }
    } catch {
      return (await this.#shell.status).signal === signal;
    }
    const at = this.#told.indexOf(signal);
    if (at >= 0) this.#told.splice(at, 1);
    return at >= 0;
  }

  /** Ends it, without a word to the program. */
  dismiss(): void {
    try {
      this.#shell.kill("SIGKILL");
    } catch {
      // It has ended already.
    }
  }
}

async function* readLines(
  stream: ReadableStream<Uint8Array>,
): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of stream) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop()!;
    yield* lines;
  }
}
