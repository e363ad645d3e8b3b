/** A program, its arguments and its whole environment. */
export interface Program {
  readonly path: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** How a program ended. */
export interface Ending {
  /** Its exit status; 128 + n where signal n ended it. */
  readonly status: number;
  /** The signal that ended it, where one did. */
  readonly signal?: Deno.Signal;
}

// What the terminal sends, it sends to the whole foreground group, so the child
// has it already; the rest is sent to us alone.
const FROM_TERMINAL: readonly Deno.Signal[] = ["SIGINT", "SIGQUIT"];
const FROM_OTHERS: readonly Deno.Signal[] = [
  "SIGTERM",
  "SIGHUP",
  "SIGUSR1",
  "SIGUSR2",
];

/**
 * Runs a program on our own stdin, stdout and stderr until it ends. We outlive
 * it: signals that would end us are passed on where it has not got them itself.
 */
export async function runProgram(
  program: Program,
  hasTerminal: boolean,
): Promise<Ending> {
  let child: Deno.ChildProcess | undefined;
  const pending: Deno.Signal[] = [];
  const send = (signal: Deno.Signal) => {
    if (child === undefined) return void pending.push(signal);
    try {
      child.kill(signal);
    } catch {
      // It has ended already; its status is on the way.
    }
  };
  const stop = listen((signal) => {
    if (!hasTerminal || !FROM_TERMINAL.includes(signal)) send(signal);
  });
  try {
    child = new Deno.Command(program.path, {
      args: [...program.args],
      env: { ...program.env },
      clearEnv: true,
      stdin: "inherit",
      stdout: "inherit",
      stderr: "inherit",
    }).spawn();
    pending.forEach(send);
    const { code, signal } = await child.status;
    return { status: code, ...(signal !== null && { signal }) };
  } finally {
    stop();
  }
}

function listen(onSignal: (signal: Deno.Signal) => void): () => void {
  const signals = Deno.build.os === "windows"
    ? ["SIGINT", "SIGBREAK"] as const
    : [...FROM_TERMINAL, ...FROM_OTHERS];
  const listeners = signals.map((signal) => {
    const listener = () => onSignal(signal);
    Deno.addSignalListener(signal, listener);
    return [signal, listener] as const;
  });
  return () => {
    for (const [signal, listener] of listeners) {
      Deno.removeSignalListener(signal, listener);
    }
  };
}

/** Whether the process has a terminal that can send it signals. */
export function hasTerminal(): boolean {
  return Deno.stdin.isTerminal() || Deno.stdout.isTerminal() ||
    Deno.stderr.isTerminal();
}

/**
 * Runs a command line of the user's in the system's shell, in the user's whole
 * environment, and returns what it printed. It gets no stdin: that is the
 * child's.
 */
export async function captureShell(
  commandLine: string,
  env: Readonly<Record<string, string>>,
): Promise<{ readonly status: number; readonly stdout: string }> {
  const [shell, flag] = Deno.build.os === "windows"
    ? [env.ComSpec ?? "cmd.exe", "/c"] as const
    : ["/bin/sh", "-c"] as const;
  const { code, stdout } = await new Deno.Command(shell, {
    args: [flag, commandLine],
    env: { ...env },
    clearEnv: true,
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).output();
  return { status: code, stdout: new TextDecoder().decode(stdout) };
}

/**
 * Ends this process by a signal, so that whoever started it sees the same
 * ending as of a program that died of it. Returns where the signal does not
 * end a process, or would leave a memory image with secrets in it.
 */
export async function dieOf(signal: Deno.Signal): Promise<void> {
  const harmless = [
    "SIGINT",
    "SIGTERM",
    "SIGHUP",
    "SIGUSR1",
    "SIGUSR2",
    "SIGALRM",
    "SIGKILL",
  ];
  if (Deno.build.os === "windows" || !harmless.includes(signal)) return;
  Deno.kill(Deno.pid, signal);
  // Deno handles signals beside its main thread: give it the time.
  await new Promise((resolve) => setTimeout(resolve, 2000));
}

/** The exit status that stands for a death by this signal. */
export function statusOf(signal: "SIGINT" | "SIGTERM" | "SIGHUP"): number {
  return 128 + { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 }[signal];
}
