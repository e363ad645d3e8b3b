/**
 * Jobs: suspending and continuing the command, commands in their own process group
 * or Unix session, pipelines, xargs, and assume-role as PID 1.
 * (99designs/aws-vault#420 is about suspending programs with Ctrl-Z.)
 */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path/join";
import { exists } from "../../lib/system/files.ts";
import {
  argv,
  e2e,
  eventually,
  fixture,
  linux,
  program,
  quote,
  type Result,
  terminal,
  terminalOnLinux,
  type TestHome,
  unix,
  warm,
} from "../mod.ts";

/** Returns the argv that runs a command under the role `admin`. */
const run = (command: readonly string[]) =>
  argv`${program()} -r admin ${command}`;

const INTERACTIVE_BASH = argv`bash --norc --noprofile -i`;

/** Types lines to a shell on a terminal; the line `. ./job` runs the command. */
async function play(
  home: TestHome,
  command: readonly string[],
  steps: readonly (readonly [seen: string, typed: string])[],
  shell = INTERACTIVE_BASH,
): Promise<Result> {
  home.write("job", `${quote(run(command))}\n`);
  return await home.play(shell, steps, { env: { TERM: "dumb" } });
}

const TICKER = ["python3", fixture("ticker.py")];
/** Starts `ticker.py` in the background, and defines functions such as `until_stopped`. */
const START = `. ${quote([fixture("ticker_states.sh")])}; . ./job &\n`;

e2e("SIGTSTP and SIGCONT to assume-role stop and continue the command, too", {
  ...terminalOnLinux,
  home: warm,
}, async ({ home }) => {
  const result = await play(home, TICKER, [
    ["bash-", START],
    [
      "",
      "until_started; kill -TSTP $(assume_role_pid); until_stopped; echo 1''st\n",
    ],
    ["1st", "kill -CONT $(assume_role_pid); until_running; echo 2''nd\n"],
    ["2nd", 'touch end; wait %1; echo "status=$? $(cat ticks)"; exit\n'],
  ]);
  assertStringIncludes(result.stdout, "status=4 TC\r\n");
});

e2e("assume-role stops and continues together with the command", {
  ...terminalOnLinux,
  home: warm,
}, async ({ home }) => {
  const again =
    "kill -STOP $(command_pid); until_stopped; kill -CONT $(command_pid)";
  const result = await play(home, TICKER, [
    ["bash-", START],
    ["", `until_started; ${again}; until_running; echo 1''st\n`],
    ["1st", `${again}; until_running; echo 2''nd\n`],
    [
      "2nd",
      "sleep 0.5; group=$(echo $(ps -o pgid= -p $(assume_role_pid))); touch end; wait %1\n",
    ],
    // Wait until all processes of the group have terminated.
    [
      "",
      's=$?; while ps -eo stat=,pgid= | grep -q "^[^Z].* $group\$"; do sleep 0.05; done\n',
    ],
    ["", 'echo "status=$s $(cat ticks)"; exit\n'],
  ]);
  // Each `kill -CONT` sends the command one SIGCONT; assume-role does not send a second SIGCONT.
  assertStringIncludes(result.stdout, "status=4 CC\r\n");
});

e2e("if a stopped command is killed, assume-role exits", {
  ...terminalOnLinux,
  home: warm,
}, async ({ home }) => {
  const result = await play(home, TICKER, [
    ["bash-", START],
    [
      "",
      "until_started; kill -STOP $(command_pid); until_stopped; echo 1''st\n",
    ],
    ["1st", 'kill -KILL $(command_pid); wait %1; echo "status=$?"; exit\n'],
  ]);
  assertStringIncludes(result.stdout, "status=137\r\n");
});

e2e("a shell under assume-role can be suspended and continued", {
  ...terminal,
  home: warm,
}, async ({ home }) => {
  const result = await play(home, INTERACTIVE_BASH, [
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

e2e("a command in its own process group gets Ctrl-C, too", {
  ...terminal,
  home: warm,
}, async ({ home }) => {
  // timeout(1) moves itself and its command to a background process group.
  const inner =
    'trap "echo got it; exit 3" INT; echo ready; while :; do sleep 0.1; done';
  const result = await play(
    home,
    argv`timeout --preserve-status 20 sh -c ${inner}`,
    [["ready", "\x03"]],
    ["sh", "-c", "trap : INT; . ./job"],
  );
  assertStringIncludes(result.stdout, "got it");
  assertEquals(result.status, 3);
});

e2e(
  "a command that setsid(1) starts gets signals sent to assume-role, but no Ctrl-C",
  { ...terminalOnLinux, home: warm },
  async ({ home }) => {
    const inner =
      'trap "echo interrupted" INT; trap "echo ended; exit 5" TERM; echo $PPID >pid; echo ready; while :; do sleep 0.1; done';
    const result = await play(
      home,
      ["setsid", "sh", "-c", inner],
      [["ready", "\x03"], ["^C", "go\n"]],
      argv`sh -c ${"trap : INT; (read -r line; kill $(cat pid)) </dev/tty & . ./job"}`,
    );
    assertEquals(result.stdout.includes("interrupted"), false);
    assertStringIncludes(result.stdout, "ended");
    assertEquals(result.status, 5);
  },
);

e2e("a command that ignores Ctrl-C continues, and assume-role waits", {
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
  // The shell was interrupted, too, and may exit with 130 when the job ends.
  assertEquals(result.status === 6 || result.status === 130, true);
});

e2e("assume-role does not wait for a daemon that the command has started", {
  ...unix,
  home: warm,
}, async ({ home }) => {
  const inner =
    "(until [ -e go ]; do sleep 0.1; done; echo late >late) </dev/null >/dev/null 2>&1 & exit 3";
  const result = await home.exec(run(["sh", "-c", inner]));
  assertEquals(result.status, 3);
  const late = join(home.project, "late");
  assertEquals(exists(late), false);
  home.write("go", "");
  await eventually(() =>
    exists(late) && Deno.readTextFileSync(late) === "late\n"
  );
});

e2e("in a pipeline, the command gets SIGPIPE and the end of stdin", {
  ...unix,
  home: warm,
}, async ({ home }) => {
  // When `head` exits, the command gets SIGPIPE, as without assume-role.
  const status = '{ "$@"; echo "status=$?" >&2; } | head -n 1';
  const inner = ["sh", "-c", "yes; echo unreachable >&2"];
  const closed = await home.sh(status, run(inner));
  const alone = await home.sh(status, inner);
  assertEquals([closed.stdout, closed.stderr], [alone.stdout, alone.stderr]);
  // Here SIGPIPE terminates the command itself, not a child of the command.
  const died = await home.sh(status, run(["yes"]));
  assertEquals([died.stdout, died.stderr], ["y\n", "status=141\n"]);
  const ended = await home.sh('printf "a\\nb" | "$@"', run(["wc", "-c"]));
  assertEquals(ended.stdout.trim(), "3");
});

e2e(
  "a stream of 256 MiB passes through the command complete",
  { ...unix, home: warm },
  async ({ home }) => {
    const size = 256 * 1024 * 1024;
    const script = `head -c ${size} /dev/zero | "$@" | wc -c`;
    const result = await home.sh(script, run(["cat"]));
    assertEquals(result.stdout.trim(), String(size));
  },
);

e2e("under xargs -P, every run has its own arguments and status", {
  ...unix,
  home: warm,
}, async ({ home }) => {
  const xargs = async (input: string, script: string) =>
    await home.sh(input, run(argv`sh -c ${script} sh`));
  const result = await xargs(
    'seq 1 12 | xargs -n 1 -P 6 "$@" && echo all',
    'echo "got $1"',
  );
  const lines = result.stdout.trim().split("\n");
  assertEquals(lines.pop(), "all");
  assertEquals(
    lines.sort(),
    Array.from({ length: 12 }, (_, i) => `got ${i + 1}`).sort(),
  );
  // xargs exits with 123 if a run failed, with 125 if a signal terminated a run.
  const failed = await xargs('echo 1 | xargs "$@"', "exit 7");
  assertEquals(failed.status, 123);
  const killed = await xargs('echo 1 | xargs "$@"', "kill -TERM $$");
  assertEquals(killed.status, 125);
});

e2e(
  "as PID 1, assume-role passes signals on and exits with the command's status",
  {
    ...linux,
    home: warm,
  },
  async ({ home }) => {
    const namespace = argv`unshare --pid --fork --mount-proc`;
    const { status } = await home.exec([...namespace, "true"]);
    if (status !== 0) return; // this user may not create a namespace
    const runAsPid1 = async (script: string) =>
      await home.exec([...namespace, ...run(["sh", "-c", script])]);
    const exited = await runAsPid1("echo $PPID; exit 7");
    assertEquals([exited.stdout, exited.status], ["1\n", 7]);
    const before = Date.now();
    const died = await runAsPid1("kill -TERM $$");
    assertEquals(died.status, 143);
    assertEquals(Date.now() - before < 15_000, true);
    const inner =
      'trap "echo cleaned; exit 3" TERM; kill -TERM 1; while :; do sleep 0.1; done';
    const signaled = await runAsPid1(inner);
    assertEquals([signaled.stdout, signaled.status], ["cleaned\n", 3]);
  },
);

e2e("Ctrl-Z and fg work in a container whose first process is the shell", {
  ...terminalOnLinux,
  home: warm,
}, async ({ home }) => {
  const container = argv`unshare --pid --fork --kill-child --mount-proc`;
  const { status } = await home.exec(argv`${container} true`);
  if (status !== 0) return; // only root may create a namespace here
  const inner = "echo started; read -r line; echo got $line; exit 9";
  const result = await play(home, ["sh", "-c", inner], [
    ["bash-", "PS1='outer> '; . ./job\n"],
    ["started", "\x1a"],
    ["Stopped", "fg\n"],
    ["fg\r\n", "hello\n"],
    ["got hello", "echo status=$?; exit\n"],
  ], argv`${container} ${INTERACTIVE_BASH}`);
  assertStringIncludes(result.stdout, "status=9\r\n");
});
