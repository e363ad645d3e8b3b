/**
 * The child as part of jobs: stopped and continued, in groups and sessions of
 * its own, in pipelines, under xargs, as PID 1, with signals it does not heed.
 * (99designs/aws-vault#420: suspended programs.)
 */
import { e2e } from "../mod.ts";
import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path/join";
import { exists } from "../../lib/system/files.ts";
import {
  eventually,
  HAS_TERMINAL,
  program,
  type TestHome,
  warm,
} from "./test_home.ts";

const unix = { ignore: Deno.build.os === "windows" };
const linux = { ignore: Deno.build.os !== "linux" };
const terminal = { ignore: !HAS_TERMINAL };

/** The words of a run of the admin role, for a shell to start as `"$@"`. */
const run = (...command: string[]) => [...program(), "-r", "admin", ...command];

/** Runs a script of a shell, whose "$@" is such a run. */
async function script(home: TestHome, text: string, ...command: string[]) {
  return await home.exec(["sh", "-c", text, "sh", ...run(...command)]);
}

/** Types lines to an interactive shell on a terminal; "$@" is in `./job`. */
async function play(
  home: TestHome,
  command: readonly string[],
  steps: readonly (readonly [seen: string, typed: string])[],
  shell: readonly string[] = ["bash", "--norc", "--noprofile", "-i"],
) {
  const words = run(...command).map((word) => `'${word}'`).join(" ");
  home.write("job", `${words}\n`);
  return await home.play(shell, steps, { env: { TERM: "dumb" } });
}

/** Records its stops and continuations, and ends when the file `end` exists. */
const TICKER = `
import os, sys, time, signal
out = open("ticks", "a")
def stopped(number, frame):
    out.write("T"); out.flush()
    signal.signal(signal.SIGTSTP, signal.SIG_DFL); os.kill(os.getpid(), signal.SIGTSTP)
    signal.signal(signal.SIGTSTP, stopped)
signal.signal(signal.SIGTSTP, stopped)
signal.signal(signal.SIGCONT, lambda number, frame: (out.write("C"), out.flush()))
open("new", "w").write(f"{os.getpid()} {os.getppid()}")
os.rename("new", "pid")
while not os.path.exists("end"): time.sleep(0.02)
sys.exit(4)
`;

/** Words for the shell that waits for the ticker, and for what becomes of it and us. */
const WATCHING = `
child() { cut -d' ' -f1 pid; }; ours() { cut -d' ' -f2 pid; }
until_there() { until [ -e pid ]; do sleep 0.05; done; }
states() { cut -d' ' -f3 "/proc/$(child)/stat" "/proc/$(ours)/stat" | tr -d '\\n'; }
until_stopped() { until [ "$(states)" = TT ]; do sleep 0.05; done; }
until_going() { until [ "$(states | tr -d RS)" = "" ]; do sleep 0.05; done; }
`;

/** Runs the ticker as a job of bash, and takes the steps in bash. */
function playTicker(
  home: TestHome,
  steps: readonly (readonly [seen: string, typed: string])[],
) {
  home.write("ticker.py", TICKER);
  home.write("watching", WATCHING);
  return play(home, ["python3", "ticker.py"], [
    ["bash-", ". ./watching; . ./job &\n"],
    ...steps,
  ]);
}

e2e("TSTP and CONT by kill to us alone stop and continue the child, and us", {
  ignore: !HAS_TERMINAL || Deno.build.os !== "linux",
  home: warm,
}, async ({ home }) => {
  const result = await playTicker(home, [
    ["", "until_there; kill -TSTP $(ours); until_stopped; echo 1''st\n"],
    ["1st", "kill -CONT $(ours); until_going; echo 2''nd\n"],
    ["2nd", 'touch end; wait %1; echo "status=$? $(cat ticks)"; exit\n'],
  ]);
  assertStringIncludes(result.stdout, "status=4 TC\r\n");
});

e2e("the child alone is stopped and continued: we stop and go on with it", {
  ignore: !HAS_TERMINAL || Deno.build.os !== "linux",
  home: warm,
}, async ({ home }) => {
  const again = "kill -STOP $(child); until_stopped; kill -CONT $(child)";
  const result = await playTicker(home, [
    ["", `until_there; ${again}; until_going; echo 1''st\n`],
    ["1st", `${again}; until_going; echo 2''nd\n`],
    [
      "2nd",
      "sleep 0.5; group=$(echo $(ps -o pgid= -p $(ours))); touch end; wait %1\n",
    ],
    // Nothing of us stays behind.
    [
      "",
      's=$?; while ps -eo stat=,pgid= | grep -q "^[^Z].* $group\$"; do sleep 0.05; done\n',
    ],
    ["", 'echo "status=$s $(cat ticks)"; exit\n'],
  ]);
  // Once each time: that we go on too is no signal for it.
  assertStringIncludes(result.stdout, "status=4 CC\r\n");
});

e2e("the child is killed while it is stopped: we end with it", {
  ignore: !HAS_TERMINAL || Deno.build.os !== "linux",
  home: warm,
}, async ({ home }) => {
  const result = await playTicker(home, [
    ["", "until_there; kill -STOP $(child); until_stopped; echo 1''st\n"],
    ["1st", 'kill -KILL $(child); wait %1; echo "status=$?"; exit\n'],
  ]);
  assertStringIncludes(result.stdout, "status=137\r\n");
});

e2e("a shell under us can be suspended, and taken up again", {
  ...terminal,
  home: warm,
}, async ({ home }) => {
  const inner = ["bash", "--norc", "--noprofile", "-i"];
  const result = await play(home, inner, [
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
});

e2e("a child in a group of its own gets Ctrl-C as the leader of ours would", {
  ...terminal,
  home: warm,
}, async ({ home }) => {
  // timeout(1) puts itself in the background of the terminal.
  const inner =
    'trap "echo got it; exit 3" INT; echo ready; while :; do sleep 0.1; done';
  const result = await play(
    home,
    ["timeout", "--preserve-status", "20", "sh", "-c", inner],
    [["ready", "\x03"]],
    ["sh", "-c", "trap : INT; . ./job"],
  );
  assertStringIncludes(result.stdout, "got it");
  assertEquals(result.status, 3);
});

e2e(
  "a child in a session of its own gets what is sent to us, not what the terminal sends",
  { ignore: !HAS_TERMINAL || Deno.build.os !== "linux", home: warm },
  async ({ home }) => {
    const inner =
      'trap "echo interrupted" INT; trap "echo ended; exit 5" TERM; echo $PPID >pid; echo ready; while :; do sleep 0.1; done';
    const result = await play(
      home,
      ["setsid", "sh", "-c", inner],
      [["ready", "\x03"], ["^C", "go\n"]],
      [
        "sh",
        "-c",
        "trap : INT; (read -r line; kill $(cat pid)) </dev/tty & . ./job",
      ],
    );
    assertEquals(result.stdout.includes("interrupted"), false);
    assertStringIncludes(result.stdout, "ended");
    assertEquals(result.status, 5);
  },
);

e2e("a child that does not heed Ctrl-C goes on, and we with it", {
  ...terminal,
  home: warm,
}, async ({ home }) => {
  const inner = 'trap "" INT; echo ready; sleep 1; echo done; exit 6';
  const result = await play(
    home,
    ["sh", "-c", inner],
    [["ready", "\x03\x03"]],
    ["sh", "-c", "trap : INT; . ./job"],
  );
  assertStringIncludes(result.stdout, "done");
  // The shell itself was interrupted, and ends so when the job has ended.
  assertEquals(result.status === 6 || result.status === 130, true);
});

e2e("a daemon that the child leaves behind is not waited for", {
  ...unix,
  home: warm,
}, async ({ home }) => {
  const inner =
    "(until [ -e go ]; do sleep 0.1; done; echo late >late) </dev/null >/dev/null 2>&1 & exit 3";
  const result = await script(home, '"$@"', "sh", "-c", inner);
  assertEquals(result.status, 3);
  const late = join(home.project, "late");
  assertEquals(exists(late), false);
  home.write("go", "");
  await eventually(() =>
    exists(late) && Deno.readTextFileSync(late) === "late\n"
  );
});

e2e("in a pipeline, every byte passes and ends are seen", {
  ...unix,
  home: warm,
}, async ({ home }) => {
  // The reader goes away: the child gets SIGPIPE as it would without us.
  const closed = await script(
    home,
    '{ "$@"; echo "status=$?" >&2; } | head -n 1',
    "sh",
    "-c",
    "yes; echo unreachable >&2",
  );
  const alone = await home.exec([
    "sh",
    "-c",
    '{ sh -c "yes; echo unreachable >&2"; echo "status=$?" >&2; } | head -n 1',
  ]);
  assertEquals([closed.stdout, closed.stderr], [alone.stdout, alone.stderr]);
  // The child's own death by SIGPIPE.
  const died = await script(
    home,
    '{ "$@"; echo "status=$?" >&2; } | head -n 1',
    "yes",
  );
  assertEquals([died.stdout, died.stderr], ["y\n", "status=141\n"]);
  // Nobody on the other side of stdin, and a stdin that ends.
  const ended = await script(home, 'printf "a\\nb" | "$@"', "wc", "-c");
  assertEquals(ended.stdout.trim(), "3");
});

e2e("large streams pass whole", { ...unix, home: warm }, async ({ home }) => {
  const size = 256 * 1024 * 1024;
  const result = await script(
    home,
    `head -c ${size} /dev/zero | "$@" | wc -c`,
    "cat",
  );
  assertEquals(result.stdout.trim(), String(size));
});

e2e("under xargs -P every run has its own arguments and status", {
  ...unix,
  home: warm,
}, async ({ home }) => {
  const result = await script(
    home,
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
  // xargs' own rule: xargs ends with 123 if a run failed, and with 125 if a
  // signal ended a run.
  const failed = await script(
    home,
    'echo 1 | xargs "$@"',
    "sh",
    "-c",
    "exit 7",
    "sh",
  );
  assertEquals(failed.status, 123);
  const killed = await script(
    home,
    'echo 1 | xargs "$@"',
    "sh",
    "-c",
    "kill -TERM $$",
    "sh",
  );
  assertEquals(killed.status, 125);
});

e2e("as PID 1 we pass signals on and end with the child's status", {
  ...linux,
  home: warm,
}, async ({ home }) => {
  const namespace = ["unshare", "--pid", "--fork", "--mount-proc"];
  const may = await home.exec([...namespace, "true"]);
  if (may.status !== 0) return; // not for everybody, and not everywhere
  const exited = await home.exec([
    ...namespace,
    ...run("sh", "-c", "echo $PPID; exit 7"),
  ]);
  assertEquals([exited.stdout, exited.status], ["1\n", 7]);
  const before = Date.now();
  const died = await home.exec([
    ...namespace,
    ...run("sh", "-c", "kill -TERM $$"),
  ]);
  assertEquals(died.status, 143);
  assertEquals(Date.now() - before < 15_000, true);
  const inner =
    'trap "echo cleaned; exit 3" TERM; kill -TERM 1; while :; do sleep 0.1; done';
  const told = await home.exec([...namespace, ...run("sh", "-c", inner)]);
  assertEquals([told.stdout, told.status], ["cleaned\n", 3]);
});

e2e("Ctrl-Z and fg work in a container whose first process is the shell", {
  ignore: !HAS_TERMINAL || Deno.build.os !== "linux",
  home: warm,
}, async ({ home }) => {
  const namespace = [
    "unshare",
    "--pid",
    "--fork",
    "--kill-child",
    "--mount-proc",
  ];
  const { status } = await home.exec([...namespace, "true"]);
  if (status !== 0) return; // only root may create a namespace here
  const inner = "echo started; read -r line; echo got $line; exit 9";
  const shell = [...namespace, "bash", "--norc", "--noprofile", "-i"];
  const result = await play(home, ["sh", "-c", inner], [
    ["bash-", "PS1='outer> '; . ./job\n"],
    ["started", "\x1a"],
    ["Stopped", "fg\n"],
    ["fg\r\n", "hello\n"],
    ["got hello", "echo status=$?; exit\n"],
  ], shell);
  assertStringIncludes(result.stdout, "status=9\r\n");
});
