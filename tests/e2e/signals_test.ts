/**
 * Every signal to assume-role reaches the command exactly once, from `kill` and
 * from the terminal (99designs/aws-vault#453, #420; mmmorris1975/aws-runas#30).
 */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path/join";
import { exists } from "../../lib/system/files.ts";
import {
  COUNTER,
  runAndKill,
  send,
  settle,
  type SignalRun,
  SIGNALS,
} from "./count_signals.ts";
import {
  argv,
  delay,
  e2e,
  eventually,
  fixture,
  NEW_SESSION,
  program,
  terminal,
  terminalOnLinux,
  unix,
  warm,
} from "../mod.ts";

e2e(
  "a signal to assume-role reaches the command once",
  { ...terminal, home: warm },
  async ({ home }) => {
    for (const wrapper of [[], NEW_SESSION]) {
      const { status, stdout } = await runAndKill(
        home,
        wrapper,
        (run) => send(run, run.assumeRolePid, SIGNALS),
      );
      assertEquals([status, stdout], [7, `got: ${SIGNALS.join(" ")}\n`]);
    }
  },
);

e2e("a signal to the process group reaches the command once", {
  ...terminal,
  home: warm,
}, async ({ home }) => {
  const { status, stdout } = await runAndKill(
    home,
    NEW_SESSION,
    (run) => send(run, -run.assumeRolePid, SIGNALS),
  );
  assertEquals([status, stdout], [7, `got: ${SIGNALS.join(" ")}\n`]);
});

e2e(
  "a repeated signal to assume-role or to its process group reaches the command each time",
  { ...terminal, home: warm },
  async ({ home }) => {
    const { stdout } = await runAndKill(home, NEW_SESSION, async (run) => {
      for (let round = 0; round < 3; round++) {
        await send(run, run.assumeRolePid, ["SIGTERM"]);
        await send(run, -run.assumeRolePid, ["SIGTERM", "SIGTERM"]);
      }
    });
    assertEquals(stdout, `got:${" SIGTERM".repeat(9)}\n`);
  },
);

e2e(
  "after many signals to the process group, a signal to assume-role is not lost",
  {
    ...terminal,
    home: warm,
  },
  async ({ home }) => {
    const storms: readonly (readonly [times: number, gap: number])[] = [
      [2, 0],
      [10, 0],
      [3, 0.001],
      [50, 0.0005],
      [100, 0.003],
    ];
    await runAndKill(home, NEW_SESSION, async (run) => {
      for (const [times, gap] of storms) {
        const before = run.got().length;
        const storm = fixture("signal_storm.py");
        await home.exec(
          argv`python3 ${storm} ${run.assumeRolePid} ${times} ${gap}`,
        );
        const after = await settle(run);
        // The command can get fewer signals, because the kernel may merge pending signals.
        assert(after > before && after <= before + times, `${after - before}`);
        await send(run, run.assumeRolePid, ["SIGTERM", "SIGTERM", "SIGTERM"]);
        assertEquals(await settle(run), after + 3);
      }
    });
  },
);

e2e("Ctrl-C reaches the command once, also with redirected streams", {
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
    const result = await home.play(
      argv`sh -c ${script} sh ${COUNTER}`,
      [["go", "\x03"]],
    );
    assertStringIncludes(result.stdout, "got: SIGWINCH SIGINT\r\n");
    assertStringIncludes(result.stdout, "status 7");
  }
});

e2e(
  "Ctrl-C reaches the command once, also after the signal monitor was killed",
  { ...terminal, home: warm },
  async ({ home }) => {
    const result = await home.runOnTerminal(
      argv`-r admin python3 ${fixture("kill_signal_monitor.py")}`,
      [["ready", "\x03"]],
    );
    assertStringIncludes(result.stdout, "killed 1, received WINCH INT\r\n");
    assertEquals(result.status, 9);
  },
);

// 99designs/aws-vault#362: nohup must work.
e2e("the command ignores the signals that assume-role inherited as ignored", {
  ...unix,
  home: warm,
}, async ({ home }) => {
  const script = 'trap "" HUP INT; exec "$@"';
  const child = ["sh", "-c", "kill -HUP $$; kill -INT $$; echo alive"];
  const result = await home.sh(script, argv`${program()} -r admin ${child}`);
  assertEquals([result.status, result.stdout], [0, "alive\n"]);
});

// 99designs/aws-vault#453 is about commands that outlive aws-vault.
e2e("if assume-role gets SIGKILL, the command gets SIGTERM", {
  ...terminal,
  home: warm,
}, async ({ home }) => {
  const stop = async (pid: number) => {
    Deno.kill(pid, "SIGSTOP");
    const ps = argv`ps -o state= -p ${pid}`;
    await eventually(async () => (await home.exec(ps)).stdout.startsWith("T"));
  };
  const findSignalMonitor = async (run: SignalRun) => {
    const { stdout } = await home.exec(argv`ps -eo pid=,ppid=`);
    const rows = stdout.trim().split("\n")
      .map((row) => row.trim().split(/\s+/).map(Number));
    return rows.find(([pid, parent]) =>
      parent === run.assumeRolePid && pid !== run.commandPid
    )![0]!;
  };
  const killings: readonly ((run: SignalRun) => Promise<void>)[] = [
    (run) => Promise.resolve(Deno.kill(run.assumeRolePid, "SIGKILL")),
    async (run) => {
      await stop(run.commandPid);
      Deno.kill(run.assumeRolePid, "SIGKILL");
    },
    // The signal monitor still tries to write to assume-role after assume-role was killed.
    async (run) => {
      const signalMonitor = await findSignalMonitor(run);
      await stop(signalMonitor);
      Deno.kill(run.assumeRolePid, "SIGUSR1");
      await delay(200);
      Deno.kill(run.assumeRolePid, "SIGKILL");
      await delay(200);
      Deno.kill(signalMonitor, "SIGCONT");
    },
  ];
  for (const kill of killings) {
    const result = await runAndKill(home, [], async (run) => {
      await kill(run);
      await eventually(() => run.got().length > 0);
    });
    // assume-role was terminated by SIGKILL; the command got SIGTERM once.
    assertEquals([result.signal, result.stdout], [
      "SIGKILL",
      "got: SIGTERM\n",
    ]);
  }
});

e2e(
  "if assume-role gets SIGKILL while the command starts, the command is terminated",
  {
    ...terminalOnLinux,
    home: warm,
  },
  async ({ home }) => {
    const times = Number(Deno.env.get("START_KILLS") ?? 30);
    for (const option of [[], ["--server"]]) {
      const { stdout } = await home.exec(
        argv`python3 ${
          fixture("kill_at_start.py")
        } ${times} ${program()} ${option} -r admin sleep 300`,
      );
      assertEquals(stdout, `${times} commands, 0 left\n`);
    }
  },
);

// mmmorris1975/aws-runas#30 is about a signal that is not forwarded.
e2e("under timeout(1), the command gets the signal and sets the status", {
  ...unix,
  home: warm,
}, async ({ home }) => {
  const script =
    'trap "echo received; exit 3" TERM; ps -o ppid= -p $PPID >new; mv new timeout; while :; do sleep 0.05; done';
  const run = home.exec(
    argv`timeout --preserve-status 60 ${program()} -r admin sh -c ${script}`,
  );
  const path = join(home.project, "timeout");
  await eventually(() => exists(path));
  // On SIGTERM, timeout(1) does the same as when the time is up.
  Deno.kill(Number(Deno.readTextFileSync(path)), "SIGTERM");
  const result = await run;
  assertEquals([result.status, result.stdout], [3, "received\n"]);
});
