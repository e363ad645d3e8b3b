/**
 * A small shell in our process group, beside the program that we run. It knows
 * what Deno cannot tell us, or only with all permissions:
 *
 * - which signals are ignored since before we started;
 * - which signals were sent to the whole group, for it gets them too;
 * - whether the program is stopped, and in which group and session it is.
 *
 * It reads a request a line, and answers with the same line after all that
 * there is to say; so a signal that came before the request is told before the
 * answer. When we are gone without a word, its stdin ends, and it ends the
 * program that would be left behind.
 */
const COMPANION = `
tell_ignored() {
  if ! [ -r /proc/$PPID/status ]; then
    trap
    return
  fi
  while read -r key value; do
    [ "$key" = SigIgn: ] && mask=\${value#????????}
  done </proc/$PPID/status
  number=1
  while [ $number -le 31 ]; do
    [ $((0x$mask >> (number - 1) & 1)) = 0 ] || kill -l $number
    number=$((number + 1))
  done
}

# Sets state, parent, group and session (or its like) that a process has.
look_at() {
  if [ -r /proc/self/stat ]; then
    stat=
    while read -r part; do stat="$stat $part"; done <"/proc/$1/stat"
    stat=\${stat##*) }
  else
    stat=$(ps -o state=,ppid=,pgid=,tty= -p "$1")
  fi 2>/dev/null
  set -- $stat
  state=$1 parent=$2 group=$3 session=$4
}

# Whether somebody is there to take up a job that stops, such as a shell.
is_job() {
  look_at $$
  our_group=$group our_session=$session
  while [ "$group" = "$our_group" ] && [ "$parent" -gt 1 ]; do
    look_at "$parent"
  done
  [ "$group" != "$our_group" ] && [ "$session" = "$our_session" ] &&
    [ "$session" != '??' ]
}

tell_group() {
  look_at "$program"
  program_group=$group program_session=$session
  look_at $$
  if [ "$program_group" = "$group" ]; then echo in-group
  elif [ "$program_session" = "$session" ]; then echo in-session
  fi
}

# A program that has stopped stops us, so that our shell sees it.
follow() {
  look_at "$program"
  case $state in T*) ;; *) return ;; esac
  is_job || return
  kill -STOP $PPID
  look_at "$program"
  case $state in T*) ;; *) kill -CONT $PPID ;; esac
}

tell_ignored
echo ready
program=
for name; do trap "signalled=yes; echo signal $name" "$name"; done
while :; do
  signalled=
  if read -r line; then
    case $line in
    adopt*) program=\${line#adopt } ;;
    group*) tell_group ;;
    follow*) follow ;;
    esac
    echo "$line"
  elif [ -z "$signalled" ]; then
    break
  fi
done
[ -z "$program" ] || kill -TERM "$program"
`;

/** Tells of signals and stops what Deno cannot. */
export class Companion {
  readonly #shell: Deno.ChildProcess;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #lines: AsyncIterator<string>;
  /** Signals for the group that it has told of and that nobody has asked for. */
  readonly #told: string[] = [];
  #requests = 0;
  #lastAnswer: Promise<unknown>;

  /** The signals that are ignored since before we started. */
  readonly ignored: Promise<ReadonlySet<Deno.Signal>>;

  /**
   * Starts it; we must not listen to any signal yet.
   *
   * @throws where there is no shell
   */
  constructor(signals: readonly Deno.Signal[], shell = "/bin/sh") {
    const names = signals.map((signal) => signal.slice("SIG".length));
    this.#shell = new Deno.Command(shell, {
      args: ["-c", COMPANION, "assume-role", ...names],
      clearEnv: true,
      // For 'ps', where it is needed.
      env: { PATH: "/usr/bin:/bin" },
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    this.#writer = this.#shell.stdin.getWriter();
    this.#lines = readLines(this.#shell.stdout);
    this.ignored = this.#readUntil("ready").then((lines) => {
      const names = lines.map((line) =>
        /^(?:trap -- '' )?(?:SIG)?([A-Z0-9]+)$/.exec(line)?.[1]
      );
      return new Set(names.map((name) => `SIG${name}` as Deno.Signal));
    });
    this.#lastAnswer = this.ignored;
  }

  /** Tells it of the program that it is for. */
  async adopt(programId: number): Promise<void> {
    await this.#ask(`adopt ${programId}`);
    // What came earlier came, for all we know, before there was a program.
    this.#told.length = 0;
  }

  /** Whether the program has got by itself a signal that we got. */
  async hasReached(signal: Deno.Signal): Promise<boolean> {
    const lines = await this.#ask(`group ${++this.#requests}`);
    // A signal that came before its traps were set has ended it.
    if (lines === undefined) {
      return (await this.#shell.status).signal === signal;
    }
    const at = this.#told.indexOf(signal);
    if (at < 0) return false;
    this.#told.splice(at, 1);
    // A program that made a group of its own would be the leader of ours if it
    // had been started alone; one that left the session has left us for good.
    return !lines.includes("in-session");
  }

  /** Stops us if the program is stopped; returns when we go on. */
  async follow(): Promise<void> {
    await this.#ask(`follow ${++this.#requests}`);
  }

  /** Ends it, without a word to the program. */
  dismiss(): void {
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
        await this.#writer.write(new TextEncoder().encode(`${request}\n`));
        return await this.#readUntil(request);
      } catch {
        return undefined;
      }
    });
    this.#lastAnswer = answer;
    return answer;
  }

  /** The lines before this one, but for the signals that it tells of. */
  async #readUntil(last: string): Promise<string[]> {
    const lines: string[] = [];
    for (;;) {
      const { value, done } = await this.#lines.next();
      if (done) throw new Error("the companion has ended");
      if (value === last) return lines;
      if (value.startsWith("signal ")) {
        this.#told.push(`SIG${value.slice("signal ".length)}`);
      } else lines.push(value);
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
