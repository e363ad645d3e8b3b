/**
 * Whatever is sent to assume-role reaches the child exactly once, from `kill`
 * and from the terminal (99designs/aws-vault#453, #420; mmmorris1975/aws-runas#30).
 */
import { e2e } from "../mod.ts";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path/join";
import { exists } from "../../lib/system/files.ts";
import {
  eventually,
  HAS_TERMINAL,
  program,
  type Result,
  type TestHome,
  warm,
} from "./test_home.ts";

const unix = { ignore: Deno.build.os === "windows" };
const terminal = { ignore: !HAS_TERMINAL };

/** Records the signals that it gets, and prints them at its end. */
const COUNTER = `
import os, signal, sys, time
got = os.open("got", os.O_CREAT | os.O_WRONLY | os.O_APPEND)
for name in ["HUP", "INT", "QUIT", "TERM", "USR1", "USR2", "ALRM", "WINCH"]:
    signal.signal(getattr(signal, "SIG" + name), lambda number, frame: os.write(got, (signal.Signals(number).name + " ").encode()))
open("new", "w").write(f"{os.getpid()} {os.getppid()}")
os.rename("new", "pids")
while not os.path.exists("end"): time.sleep(0.02)
print("got:", *open("got").read().split(), flush=True)
sys.exit(7)
`;
/** Sends a group SIGTERM, as often and with such gaps in seconds as it is told. */
const STORM = `
import os, signal, sys, time
group, times, gap = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
for _ in range(times):
    os.killpg(group, signal.SIGTERM)
    if gap: time.sleep(gap)
`;
const COUNTING = [...program(), "-r", "admin", "python3", "-c", COUNTER];

/** A counter that runs, and us beside it. */
interface Run {
  readonly ours: number;
  readonly child: number;
  /** The signals that it has got until now. */
  got(): string[];
}

const pause = (milliseconds: number) =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

/** What comes twice comes soon: waits until nothing does. */
async function settle(run: Run): Promise<number> {
  for (let count = -1; count !== run.got().length; await pause(300)) {
    count = run.got().length;
  }
  return run.got().length;
}

/** Runs the counter, kills when signals reach it, and returns how it ended. */
async function runAndKill(
  home: TestHome,
  wrapper: readonly string[],
  kill: (run: Run) => void | Promise<void>,
): Promise<Result> {
  await home.exec(["rm", "-f", "pids", "got", "end"]);
  const result = home.exec([...wrapper, ...COUNTING]);
  const path = (name: string) => join(home.project, name);
  await eventually(() => exists(path("pids")));
  const [child, ours] = Deno.readTextFileSync(path("pids")).split(" ")
    .map(Number);
  const got = () =>
    Deno.readTextFileSync(path("got")).split(" ").filter((name) => name !== "");
  const run = { ours: ours!, child: child!, got };
  // Only then do we know of each other.
  Deno.kill(run.ours, "SIGWINCH");
  await eventually(() => got().length > 0);
  Deno.truncateSync(path("got"));
  await kill(run);
  await settle(run);
  home.write("end", "");
  return await result;
}

/** Sends signals, each when the one before has arrived and would have twice. */
async function send(
  run: Run,
  to: number,
  signals: readonly Deno.Signal[],
): Promise<void> {
  for (const signal of signals) {
    const count = run.got().length;
    Deno.kill(to, signal);
    await eventually(() => run.got().length > count);
    await pause(100);
  }
}

const SIGNALS = [
  "SIGHUP",
  "SIGINT",
  "SIGQUIT",
  "SIGTERM",
  "SIGUSR1",
  "SIGUSR2",
  "SIGALRM",
  "SIGWINCH",
] as const;

e2e(
  "a signal to us alone reaches the child once",
  { ...terminal, home: warm },
  async ({ home }) => {
    for (const wrapper of [[], ["setsid", "-w"]]) {
      const { status, stdout } = await runAndKill(
        home,
        wrapper,
        (run) => send(run, run.ours, SIGNALS),
      );
      assertEquals([status, stdout], [7, `got: ${SIGNALS.join(" ")}\n`]);
    }
  },
);

e2e("a signal to the whole group reaches the child once", {
  ...terminal,
  home: warm,
}, async ({ home }) => {
  const { status, stdout } = await runAndKill(
    home,
    ["setsid", "-w"],
    (run) => send(run, -run.ours, SIGNALS),
  );
  assertEquals([status, stdout], [7, `got: ${SIGNALS.join(" ")}\n`]);
});

e2e(
  "the same signal reaches the child each time, to us and to the group in turn",
  { ...terminal, home: warm },
  async ({ home }) => {
    const { stdout } = await runAndKill(home, ["setsid", "-w"], async (run) => {
      for (let round = 0; round < 3; round++) {
        await send(run, run.ours, ["SIGTERM"]);
        await send(run, -run.ours, ["SIGTERM", "SIGTERM"]);
      }
    });
    assertEquals(stdout, `got:${" SIGTERM".repeat(9)}\n`);
  },
);

e2e("after a storm of signals to the group, one to us alone is not lost", {
  ...terminal,
  home: warm,
}, async ({ home }) => {
  const storms: readonly (readonly [times: number, gap: number])[] = [
    [2, 0],
    [10, 0],
    [3, 0.001],
    [50, 0.0005],
    [100, 0.003],
  ];
  await runAndKill(home, ["setsid", "-w"], async (run) => {
    for (const [times, gap] of storms) {
      const before = run.got().length;
      const words = [run.ours, times, gap].map(String);
      await home.exec(["python3", "-c", STORM, ...words]);
      const after = await settle(run);
      // What comes together may become one, as without us, but never more.
      assert(after > before && after <= before + times, `${after - before}`);
      await send(run, run.ours, ["SIGTERM", "SIGTERM", "SIGTERM"]);
      assertEquals(await settle(run), after + 3);
    }
  });
});

e2e("Ctrl-C reaches the child once, whatever its streams are", {
  ...terminal,
  home: warm,
}, async ({ home }) => {
  const until = (condition: string) =>
    `until ${condition}; do sleep 0.05; done`;
  const person = [
    until("[ -e pids ]"),
    "kill -WINCH $(cut -d' ' -f2 pids)",
    until("grep -q WINCH got"),
    "printf go",
    until("grep -q INT got"),
    "sleep 0.5; touch end",
  ].join("; ");
  for (const redirect of ["", "</dev/null >out 2>err"]) {
    const script =
      `trap : INT; rm -f pids got end; (${person}) 2>/dev/null & "$@" ${redirect}; echo "status $?"; cat out 2>/dev/null`;
    const words = ["sh", "-c", script, "sh", ...COUNTING];
    const result = await home.play(words, [["go", "\x03"]]);
    assertStringIncludes(result.stdout, "got: SIGWINCH SIGINT\r\n");
    assertStringIncludes(result.stdout, "status 7");
  }
});

e2e(
  "Ctrl-C reaches the child once even when what stands beside it was killed",
  { ...terminal, home: warm },
  async ({ home }) => {
    home.write(
      "killer.py",
      `
import os, signal, subprocess, sys, time
heard = []
signal.signal(signal.SIGWINCH, lambda number, frame: heard.append("WINCH"))
signal.signal(signal.SIGINT, lambda number, frame: heard.append("INT"))
def until(condition):
    while not condition(): time.sleep(0.02)
os.kill(os.getppid(), signal.SIGWINCH)
until(lambda: heard)
rows = subprocess.check_output(["ps", "-eo", "pid=,ppid=,comm="], text=True).splitlines()
beside = [int(row.split()[0]) for row in rows if int(row.split()[1]) == os.getppid() and int(row.split()[0]) != os.getpid()]
for pid in beside: os.kill(pid, signal.SIGKILL)
def is_gone(pid):
    state = subprocess.run(["ps", "-o", "state=", "-p", str(pid)], capture_output=True, text=True).stdout
    return state.strip()[:1] in ("", "Z")
until(lambda: all(map(is_gone, beside)))
print("ready", flush=True)
until(lambda: "INT" in heard)
time.sleep(0.5)
print(f"killed {len(beside)}, heard", *heard, flush=True)
sys.exit(9)
`,
    );
    const result = await home.runOnTerminal(
      ["-r", "admin", "python3", "killer.py"],
      [["ready", "\x03"]],
    );
    assertStringIncludes(result.stdout, "killed 1, heard WINCH INT\r\n");
    assertEquals(result.status, 9);
  },
);

// 99designs/aws-vault#362: what nohup protects is protected.
e2e("signals that are ignored when we start are ignored by the child", {
  ...unix,
  home: warm,
}, async ({ home }) => {
  const script = 'trap "" HUP INT; exec "$@"';
  const child = ["sh", "-c", "kill -HUP $$; kill -INT $$; echo alive"];
  const result = await home.exec([
    "sh",
    "-c",
    script,
    "sh",
    ...program(),
    "-r",
    "admin",
    ...child,
  ]);
  assertEquals([result.status, result.stdout], [0, "alive\n"]);
});

// 99designs/aws-vault#453: children left behind.
e2e("a SIGKILL to us ends the child, which is told to end", {
  ...terminal,
  home: warm,
}, async ({ home }) => {
  const stop = async (pid: number) => {
    Deno.kill(pid, "SIGSTOP");
    const look = ["ps", "-o", "state=", "-p", `${pid}`];
    await eventually(async () =>
      (await home.exec(look)).stdout.startsWith("T")
    );
  };
  /** The helper shell beside the command. */
  const companionOf = async (run: Run) => {
    const { stdout } = await home.exec(["ps", "-eo", "pid=,ppid="]);
    const rows = stdout.trim().split("\n")
      .map((row) => row.trim().split(/\s+/).map(Number));
    return rows.find(([pid, parent]) =>
      parent === run.ours && pid !== run.child
    )![0]!;
  };
  const killings: readonly ((run: Run) => Promise<void>)[] = [
    (run) => Promise.resolve(Deno.kill(run.ours, "SIGKILL")),
    async (run) => {
      await stop(run.child);
      Deno.kill(run.ours, "SIGKILL");
    },
    // It has something to tell us when we are gone.
    async (run) => {
      const companion = await companionOf(run);
      await stop(companion);
      Deno.kill(run.ours, "SIGUSR1");
      await pause(200);
      Deno.kill(run.ours, "SIGKILL");
      await pause(200);
      Deno.kill(companion, "SIGCONT");
    },
  ];
  for (const kill of killings) {
    const result = await runAndKill(home, [], async (run) => {
      await kill(run);
      await eventually(() => run.got().length > 0);
    });
    // The child got SIGTERM, said so, and ended by itself.
    assertEquals([result.signal, result.stdout], [
      "SIGKILL",
      "got: SIGTERM\n",
    ]);
  }
});

// mmmorris1975/aws-runas#30: a signal that is not passed on.
e2e("under timeout, the child gets the signal, and its ending is seen", {
  ...unix,
  home: warm,
}, async ({ home }) => {
  const script =
    'trap "echo told; exit 3" TERM; ps -o ppid= -p $PPID >new; mv new timeout; while :; do sleep 0.05; done';
  const run = home.exec([
    "timeout",
    "--preserve-status",
    "60",
    ...program(),
    "-r",
    "admin",
    "sh",
    "-c",
    script,
  ]);
  const path = join(home.project, "timeout");
  await eventually(() => exists(path));
  // It does then what it does when the time is up.
  Deno.kill(Number(Deno.readTextFileSync(path)), "SIGTERM");
  const result = await run;
  assertEquals([result.status, result.stdout], [3, "told\n"]);
});
