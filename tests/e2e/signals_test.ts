/**
 * Whatever is sent to assume-role reaches the child exactly once, from `kill`
 * and from the terminal (99designs/aws-vault#453, #420; mmmorris1975/aws-runas#30).
 */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path/join";
import { FakeAws } from "../fake_aws/server.ts";
import {
  HAS_TERMINAL,
  program,
  type Result,
  type Sandbox,
  warm,
} from "./sandbox.ts";
import { WORLD } from "./worlds.ts";

const unix = { ignore: Deno.build.os === "windows" };
const terminal = { ignore: !HAS_TERMINAL };

/** Counts the signals that it gets, and ends after a while with what it got. */
const COUNTER = `
import os, signal, sys, time
got = []
for name in ["HUP", "INT", "QUIT", "TERM", "USR1", "USR2", "ALRM", "WINCH"]:
    signal.signal(getattr(signal, "SIG" + name), lambda number, frame: got.append(signal.Signals(number).name))
open(sys.argv[1], "w").write(str(os.getpid()))
end = time.time() + float(sys.argv[2])
while time.time() < end: time.sleep(0.02)
print("got:", *got, flush=True)
sys.exit(7)
`;

const counting = (
  box: Sandbox,
  seconds: number,
) => [
  "-r",
  "admin",
  "python3",
  "-c",
  COUNTER,
  join(box.root, "child"),
  String(seconds),
];

/** Runs the counter, and kills when it runs. */
async function runAndKill(
  box: Sandbox,
  wrapper: readonly string[],
  kill: (ours: number, child: number) => void | Promise<void>,
): Promise<Result> {
  const words = [
    "sh",
    "-c",
    'echo $$ >ours; exec "$@"',
    "sh",
    ...program(),
    ...counting(box, 1.5),
  ];
  await box.exec(["rm", "-f", "ours", join(box.root, "child")]);
  const result = box.exec([...wrapper, ...words]);
  const pid = async (path: string) => {
    for (;;) {
      try {
        const text = Deno.readTextFileSync(path);
        if (text !== "") return Number(text);
      } catch (error) {
        if (!(error instanceof Deno.errors.NotFound)) throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };
  const child = await pid(join(box.root, "child"));
  await new Promise((resolve) => setTimeout(resolve, 200));
  await kill(await pid(join(box.project, "ours")), child);
  return await result;
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

Deno.test("a signal to us alone reaches the child once", terminal, async () => {
  await using aws = new FakeAws(WORLD);
  await using box = await warm(aws);
  for (const wrapper of [[], ["setsid", "-w"]]) {
    const { status, stdout } = await runAndKill(box, wrapper, async (ours) => {
      for (const signal of SIGNALS) {
        Deno.kill(ours, signal);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    });
    assertEquals([status, stdout], [7, `got: ${SIGNALS.join(" ")}\n`]);
  }
});

Deno.test(
  "a signal to the whole group reaches the child once",
  terminal,
  async () => {
    await using aws = new FakeAws(WORLD);
    await using box = await warm(aws);
    const { status, stdout } = await runAndKill(
      box,
      ["setsid", "-w"],
      async (ours) => {
        for (const signal of SIGNALS) {
          Deno.kill(-ours, signal);
          await new Promise((resolve) => setTimeout(resolve, 50));
        }
      },
    );
    assertEquals([status, stdout], [7, `got: ${SIGNALS.join(" ")}\n`]);
  },
);

Deno.test(
  "Ctrl-C reaches the child once, whatever its streams are",
  terminal,
  async () => {
    await using aws = new FakeAws(WORLD);
    await using box = await warm(aws);
    const player = join(import.meta.dirname!, "terminal.py");
    for (const redirect of ["", "</dev/null >out 2>err"]) {
      const script = `"$@" ${redirect}; echo "status $?"; cat out 2>/dev/null`;
      const words = [
        "sh",
        "-c",
        `trap : INT; (sleep 1.2; printf go) & ${script}`,
        "sh",
        ...program(),
        ...counting(box, 2),
      ];
      const result = await box.exec(["python3", player, ...words], {
        stdin: JSON.stringify([["go", "\x03"]]),
      });
      assertStringIncludes(result.stdout, "got: SIGINT\r\n");
      assertStringIncludes(result.stdout, "status 7");
    }
  },
);

// 99designs/aws-vault#362: what nohup protects is protected.
Deno.test(
  "signals that are ignored when we start are ignored by the child",
  unix,
  async () => {
    await using aws = new FakeAws(WORLD);
    await using box = await warm(aws);
    const script = 'trap "" HUP INT; exec "$@"';
    const child = ["sh", "-c", "kill -HUP $$; kill -INT $$; echo alive"];
    const result = await box.exec([
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
  },
);

Deno.test(
  "a SIGKILL to us ends the child, which is told to end",
  terminal,
  async () => {
    await using aws = new FakeAws(WORLD);
    await using box = await warm(aws);
    const result = await runAndKill(
      box,
      [],
      (ours) => Deno.kill(ours, "SIGKILL"),
    );
    // The child got SIGTERM, said so, and ended by itself.
    assertEquals([result.signal, result.stdout], ["SIGKILL", "got: SIGTERM\n"]);
  },
);

Deno.test(
  "under timeout, the child gets the signal, and its ending is seen",
  unix,
  async () => {
    await using aws = new FakeAws(WORLD);
    await using box = await warm(aws);
    const script =
      'trap "echo told; exit 3" TERM; while :; do sleep 0.05; done';
    const result = await box.exec([
      "timeout",
      "--preserve-status",
      "1",
      ...program(),
      "-r",
      "admin",
      "sh",
      "-c",
      script,
    ]);
    assertEquals([result.status, result.stdout], [3, "told\n"]);
  },
);
