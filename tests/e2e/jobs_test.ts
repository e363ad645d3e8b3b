/**
 * The child as part of jobs: stopped and continued, in groups and sessions of
 * its own, in pipelines, under xargs, as PID 1, with signals it does not heed.
 * (99designs/aws-vault#420: suspended programs.)
 */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path/join";
import { FakeAws } from "../fake_aws/server.ts";
import { HAS_TERMINAL, program, type Sandbox, warm } from "./sandbox.ts";
import { WORLD } from "./worlds.ts";

const unix = { ignore: Deno.build.os === "windows" };
const linux = { ignore: Deno.build.os !== "linux" };
const terminal = { ignore: !HAS_TERMINAL };

/** The words of a run of the admin role, for a shell to start as `"$@"`. */
const run = (...command: string[]) => [...program(), "-r", "admin", ...command];

/** Runs a script of a shell, whose "$@" is such a run. */
async function script(box: Sandbox, text: string, ...command: string[]) {
  return await box.exec(["sh", "-c", text, "sh", ...run(...command)]);
}

/** Types lines to an interactive shell on a terminal; "$@" is in `./job`. */
async function play(
  box: Sandbox,
  command: readonly string[],
  steps: readonly (readonly [seen: string, typed: string])[],
  shell: readonly string[] = ["bash", "--norc", "--noprofile", "-i"],
) {
  const words = run(...command).map((word) => `'${word}'`).join(" ");
  box.write("job", `${words}\n`);
  return await box.exec(
    ["python3", join(import.meta.dirname!, "terminal.py"), ...shell],
    { stdin: JSON.stringify(steps), env: { TERM: "dumb" } },
  );
}

/** Writes its state to a file twenty times a second. */
const TICKER = `
import os, sys, time, signal
out = open("ticks", "a")
def stopped(number, frame):
    out.write("T"); out.flush()
    signal.signal(signal.SIGTSTP, signal.SIG_DFL); os.kill(os.getpid(), signal.SIGTSTP)
    signal.signal(signal.SIGTSTP, stopped)
signal.signal(signal.SIGTSTP, stopped)
signal.signal(signal.SIGCONT, lambda number, frame: (out.write("C"), out.flush()))
open("pid", "w").write(f"{os.getpid()} {os.getppid()}")
end = time.time() + 3
while time.time() < end: time.sleep(0.02)
sys.exit(4)
`;

Deno.test(
  "TSTP and CONT by kill to us alone stop and continue the child, and us",
  { ignore: !HAS_TERMINAL || Deno.build.os !== "linux" },
  async () => {
    await using aws = new FakeAws(WORLD);
    await using box = await warm(aws);
    box.write("ticker.py", TICKER);
    const look =
      'for p in $(cat pid); do cut -d" " -f3 /proc/$p/stat; done | tr -d "\\n"; echo';
    const result = await play(box, ["python3", "ticker.py"], [
      ["bash-", ". ./job &\n"],
      ["", "while ! [ -s pid ]; do sleep 0.1; done; echo rea''dy\n"],
      ["ready", "sleep 0.3; kill -TSTP $(cut -d' ' -f2 pid)\n"],
      ["", `sleep 0.5; echo "1:$(${look})"\n`],
      ["1:", "kill -CONT $(cut -d' ' -f2 pid)\n"],
      ["", `sleep 0.5; echo "2:$(${look})"\n`],
      ["2:", 'wait %1; echo "status=$? $(cat ticks)"; exit\n'],
    ]);
    assertStringIncludes(result.stdout, "1:TT\r\n");
    assertStringIncludes(result.stdout, "2:SS\r\n");
    assertStringIncludes(result.stdout, "status=4 TC\r\n");
  },
);

Deno.test(
  "a shell under us can be suspended, and taken up again",
  terminal,
  async () => {
    await using aws = new FakeAws(WORLD);
    await using box = await warm(aws);
    const inner = ["bash", "--norc", "--noprofile", "-i"];
    const result = await play(box, inner, [
      ["bash-", "PS1='outer> '; . ./job\n"],
      ["bash-", "PS1='inner> '\n"],
      ["inner> ", "sleep 100\n"],
      ["100\r\n", "\x1a"],
      ["Stopped", "kill %1; suspend\n"],
      ["Stopped", "echo in-be''tween; fg\n"],
      ["in-between\r\n", "\n"],
      ["inner> ", "echo $ASSUME_ROLE_ARN; exit 9\n"],
      ["outer> ", "echo status=$?; exit\n"],
    ]);
    assertStringIncludes(result.stdout, ":role/admin");
    assertStringIncludes(result.stdout, "status=9");
  },
);

Deno.test(
  "a child in a group of its own gets Ctrl-C as the leader of ours would",
  terminal,
  async () => {
    await using aws = new FakeAws(WORLD);
    await using box = await warm(aws);
    // timeout(1) puts itself in the background of the terminal.
    const inner =
      'trap "echo got it; exit 3" INT; echo ready; while :; do sleep 0.1; done';
    const result = await play(
      box,
      ["timeout", "--preserve-status", "20", "sh", "-c", inner],
      [["ready", "\x03"]],
      ["sh", "-c", "trap : INT; . ./job"],
    );
    assertStringIncludes(result.stdout, "got it");
    assertEquals(result.status, 3);
  },
);

Deno.test(
  "a child in a session of its own gets what is sent to us, not what the terminal sends",
  { ignore: !HAS_TERMINAL || Deno.build.os !== "linux" },
  async () => {
    await using aws = new FakeAws(WORLD);
    await using box = await warm(aws);
    const inner =
      'trap "echo interrupted" INT; trap "echo ended; exit 5" TERM; echo $PPID >pid; echo ready; while :; do sleep 0.1; done';
    const result = await play(
      box,
      ["setsid", "sh", "-c", inner],
      [["ready", "\x03"], ["^C", ""]],
      ["sh", "-c", "trap : INT; (sleep 2; kill $(cat pid)) & . ./job"],
    );
    assertEquals(result.stdout.includes("interrupted"), false);
    assertStringIncludes(result.stdout, "ended");
    assertEquals(result.status, 5);
  },
);

Deno.test(
  "a child that does not heed Ctrl-C goes on, and we with it",
  terminal,
  async () => {
    await using aws = new FakeAws(WORLD);
    await using box = await warm(aws);
    const inner = 'trap "" INT; echo ready; sleep 1; echo done; exit 6';
    const result = await play(
      box,
      ["sh", "-c", inner],
      [["ready", "\x03\x03"]],
      ["sh", "-c", "trap : INT; . ./job"],
    );
    assertStringIncludes(result.stdout, "done");
    // The shell itself was interrupted, and ends so when the job has ended.
    assertEquals(result.status === 6 || result.status === 130, true);
  },
);

Deno.test(
  "a daemon that the child leaves behind is not waited for",
  unix,
  async () => {
    await using aws = new FakeAws(WORLD);
    await using box = await warm(aws);
    const inner =
      "(sleep 1.5; echo late >late) </dev/null >/dev/null 2>&1 & echo $! >daemon; exit 3";
    const before = Date.now();
    const result = await script(box, '"$@"', "sh", "-c", inner);
    assertEquals(result.status, 3);
    assertEquals(await box.exec(["cat", "late"]).then((r) => r.status), 1);
    assertEquals(Date.now() - before < 20_000, true);
    const alive = await box.exec([
      "sh",
      "-c",
      "kill -0 $(cat daemon); sleep 2; cat late",
    ]);
    assertEquals([alive.status, alive.stdout], [0, "late\n"]);
  },
);

Deno.test(
  "in a pipeline, every byte passes and ends are seen",
  unix,
  async () => {
    await using aws = new FakeAws(WORLD);
    await using box = await warm(aws);
    // The reader goes away: the child gets SIGPIPE as it would without us.
    const closed = await script(
      box,
      '{ "$@"; echo "status=$?" >&2; } | head -n 1',
      "sh",
      "-c",
      "yes; echo unreachable >&2",
    );
    const alone = await box.exec([
      "sh",
      "-c",
      '{ sh -c "yes; echo unreachable >&2"; echo "status=$?" >&2; } | head -n 1',
    ]);
    assertEquals([closed.stdout, closed.stderr], [alone.stdout, alone.stderr]);
    // The child's own death by SIGPIPE.
    const died = await script(
      box,
      '{ "$@"; echo "status=$?" >&2; } | head -n 1',
      "yes",
    );
    assertEquals([died.stdout, died.stderr], ["y\n", "status=141\n"]);
    // Nobody on the other side of stdin, and a stdin that ends.
    const ended = await script(box, 'printf "a\\nb" | "$@"', "wc", "-c");
    assertEquals(ended.stdout.trim(), "3");
  },
);

Deno.test("large streams pass whole", unix, async () => {
  await using aws = new FakeAws(WORLD);
  await using box = await warm(aws);
  const size = 256 * 1024 * 1024;
  const result = await script(
    box,
    `head -c ${size} /dev/zero | "$@" | wc -c`,
    "cat",
  );
  assertEquals(result.stdout.trim(), String(size));
});

Deno.test(
  "under xargs -P every run has its own arguments and status",
  unix,
  async () => {
    await using aws = new FakeAws(WORLD);
    await using box = await warm(aws);
    const result = await script(
      box,
      'seq 1 12 | xargs -n 1 -P 6 "$@" && echo all',
      "sh",
      "-c",
      'echo "got $1"',
      "sh",
    );
    const lines = result.stdout.trim().split("\n");
    assertEquals(lines.pop(), "all");
    assertEquals(
      lines.sort(),
      Array.from({ length: 12 }, (_, i) => `got ${i + 1}`).sort(),
    );
    // xargs' own rule: 123 where any run failed, 125 where a signal ended one.
    const failed = await script(
      box,
      'echo 1 | xargs "$@"',
      "sh",
      "-c",
      "exit 7",
      "sh",
    );
    assertEquals(failed.status, 123);
    const killed = await script(
      box,
      'echo 1 | xargs "$@"',
      "sh",
      "-c",
      "kill -TERM $$",
      "sh",
    );
    assertEquals(killed.status, 125);
  },
);

Deno.test(
  "as PID 1 we pass signals on and end with the child's status",
  linux,
  async () => {
    await using aws = new FakeAws(WORLD);
    await using box = await warm(aws);
    const namespace = ["unshare", "--pid", "--fork", "--mount-proc"];
    const may = await box.exec([...namespace, "true"]);
    if (may.status !== 0) return; // not for everybody, and not everywhere
    const exited = await box.exec([
      ...namespace,
      ...run("sh", "-c", "echo $PPID; exit 7"),
    ]);
    assertEquals([exited.stdout, exited.status], ["1\n", 7]);
    const before = Date.now();
    const died = await box.exec([
      ...namespace,
      ...run("sh", "-c", "kill -TERM $$"),
    ]);
    assertEquals(died.status, 143);
    assertEquals(Date.now() - before < 15_000, true);
    const inner =
      'trap "echo cleaned; exit 3" TERM; kill -TERM 1; while :; do sleep 0.1; done';
    const told = await box.exec([...namespace, ...run("sh", "-c", inner)]);
    assertEquals([told.stdout, told.status], ["cleaned\n", 3]);
  },
);
