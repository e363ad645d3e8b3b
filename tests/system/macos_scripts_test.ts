/**
 * Runs the shell scripts of `lib/` as macOS runs them: without `/proc`, in bash's POSIX mode
 * and in other shells, and with options of `ps` and `stty` that BSD has, too.
 */
import { assertEquals } from "@std/assert";
import { join } from "@std/path/join";
import { SIGNAL_MONITOR_SCRIPT } from "../../lib/system/signal_monitor_script.ts";
import { TERMINAL_FUNCTIONS } from "../../lib/system/terminal_script.ts";
import { listFiles } from "../../tools/files.ts";
import { argv, HAS_TERMINAL, ROOT, TestHome, unix } from "../mod.ts";

/** Command lines of shells; on macOS, `/bin/sh` is bash 3.2 in POSIX mode. */
const SHELLS = [
  "bash --posix",
  "bash",
  "dash",
  "busybox sh",
  "ksh",
  "zsh --emulate sh",
]
  .map((words) => words.split(" "))
  .filter(([name = ""]) =>
    (Deno.env.get("PATH") ?? "").split(":").some((directory) => {
      try {
        return Deno.statSync(join(directory, name)).isFile;
      } catch {
        return false;
      }
    })
  );

const withoutProc = (script: string) =>
  script.replaceAll("/proc/", "/nowhere/");

/** The functions of the signal monitor, without its main part. */
const FUNCTIONS = SIGNAL_MONITOR_SCRIPT.split('\nnames="$*"')[0]!;
const LOOK = `${FUNCTIONS}
look_at "$1"
echo "$state" "$parent" "$group"
if is_stopped "$1"; then echo stopped; fi
program=$1
print_group
`;

async function runShell(
  shell: readonly string[],
  script: string,
  ...args: string[]
): Promise<string> {
  const { stdout, stderr } = await new Deno.Command(shell[0]!, {
    args: [...shell.slice(1), "-c", script, "sh", ...args],
  }).output();
  const text = new TextDecoder();
  assertEquals(text.decode(stderr), "", shell.join(" "));
  return text.decode(stdout);
}

Deno.test(
  "without /proc, the signal monitor sees the same state and group of a process",
  unix,
  async () => {
    const child = new Deno.Command("sleep", { args: ["60"] }).spawn();
    try {
      child.kill("SIGSTOP");
      for (const shell of SHELLS) {
        const shown = await runShell(shell, withoutProc(LOOK), `${child.pid}`);
        const [look = "", ...rest] = shown.trim().split("\n");
        const [state = "", parent] = look.split(" ");
        assertEquals(
          [state[0], parent, rest],
          ["T", `${Deno.pid}`, ["stopped", "in-group"]],
          shell.join(" "),
        );
        if (Deno.build.os !== "linux") continue;
        assertEquals(await runShell(shell, LOOK, `${child.pid}`), shown);
      }
    } finally {
      child.kill("SIGKILL");
      await child.status;
    }
  },
);

Deno.test(
  "without /proc, the terminal of a process is never the name of a file",
  unix,
  async () => {
    const directory = await Deno.makeTempDir();
    try {
      for (const name of ["a", "db"]) {
        await Deno.writeTextFile(join(directory, name), "");
      }
      const script = `cd "$1"
ps() { echo 'S 1 2 ?? ?? 0'; }
${withoutProc(FUNCTIONS)}
look_at 7
echo "$session" *`;
      for (const shell of SHELLS) {
        const shown = await runShell(shell, script, directory);
        assertEquals(shown, "?? a db\n", shell.join(" "));
      }
    } finally {
      await Deno.remove(directory, { recursive: true });
    }
  },
);

Deno.test(
  "without /proc, the signal monitor answers requests and reports signals",
  unix,
  async () => {
    const script = withoutProc(SIGNAL_MONITOR_SCRIPT);
    // The script reads files and requests in another way if `/bin/sh` is BusyBox.
    const scriptOfBusyBox = SIGNAL_MONITOR_SCRIPT
      .replace("/bin/sh -ef", "/bin/busybox -ef");
    const cases = SHELLS.flatMap((shell) =>
      [script, ...(shell[0] === "busybox" ? [scriptOfBusyBox] : [])]
        .map((script) => [shell, script] as const)
    );
    for (const [shell, script] of cases) {
      const child = new Deno.Command(shell[0]!, {
        args: [...shell.slice(1), "-c", script, "sh", "USR1"],
        stdin: "piped",
        stdout: "piped",
        stderr: "null",
      }).spawn();
      const lines = child.stdout.pipeThrough(new TextDecoderStream())
        .getReader();
      let seen = "";
      const see = async (text: string) => {
        while (!seen.includes(text)) {
          const { value, done } = await lines.read();
          if (done) throw new Error(`${shell.join(" ")}: ${seen}`);
          seen += value;
        }
      };
      const writer = child.stdin.getWriter();
      const ask = (line: string) =>
        writer.write(new TextEncoder().encode(`${line}\n`));
      await see("ready\n");
      await ask(`watch=${child.pid}`);
      await see(`watch=${child.pid}\n`);
      await ask("group 1");
      await see("in-group\ngroup 1\n");
      for (const request of ["group 2", "group 3"]) {
        child.kill("SIGUSR1");
        // A shell that begins to read when the signal arrives reports it before the answer.
        await ask(request);
        await see(`signal USR1\nin-group\n${request}\n`);
      }
      await ask("watch=");
      await see("watch=\n");
      child.kill("SIGKILL");
      await writer.close().catch(() => {});
      await child.status;
      await lines.cancel();
    }
  },
);

Deno.test({
  name:
    "without /proc, a script knows whether it is in the foreground of its terminal",
  ignore: !HAS_TERMINAL,
  fn: async () => {
    await using home = new TestHome();
    const look = `${withoutProc(TERMINAL_FUNCTIONS)}
if is_in_foreground; then echo foreground; else echo background; fi
`;
    // `set -m` gives the job in the background a process group of its own.
    const script = '"$@"; set -m; "$@" & wait';
    for (const shell of SHELLS) {
      const { stdout } = await home.play(
        argv`bash -c ${script} bash ${shell} -c ${look}`,
        [],
      );
      assertEquals(
        stdout.match(/foreground|background/g),
        ["foreground", "background"],
        `${shell.join(" ")}: ${stdout}`,
      );
    }
  },
});

/** Keywords of `ps -o` on macOS that the scripts use. */
const PS_KEYWORDS = ["state", "ppid", "pgid", "tpgid", "tty"];

Deno.test("the scripts use only options of ps and stty that macOS has", () => {
  const scripts = listFiles(join(ROOT, "lib"))
    .map((path) => Deno.readTextFileSync(path)).join("\n");
  const keywords = [...scripts.matchAll(/\bps (.*) -p /g)]
    .flatMap(([, options = ""]) =>
      /^-o ((?:\w+=,)*\w+=)$/.exec(options)?.[1]?.split(",") ?? [options]
    );
  assertEquals(keywords.length >= 7, true);
  assertEquals(
    keywords.filter((word) => !PS_KEYWORDS.includes(word.replace("=", ""))),
    [],
  );
  const stty = [...scripts.matchAll(/\bstty (["-][^\s)]*)/g)].map(([, word]) =>
    word
  );
  assertEquals([...new Set(stty)].sort(), [
    '"$1"',
    '"$saved"',
    "-a",
    "-echo",
    "-g",
    "-icanon",
  ]);
});

/** Programs and options that Linux has and macOS lacks. */
const LINUX_ONLY =
  /\["setsid"|`setsid |\bstat -c|\bsed -i |\bdate -d|\breadlink -e|\bgrep -P|\bxargs -r|\bbase64 -w/;

Deno.test("tests that run on macOS start no program that only Linux has", () => {
  const found = ["e2e", "conformance", "system", "command"]
    .flatMap((folder) => listFiles(join(ROOT, "tests", folder)))
    .filter((path) =>
      path.endsWith("_test.ts") && path !== import.meta.filename
    )
    .map((path) => [path, Deno.readTextFileSync(path)] as const)
    // A file with tests for Linux alone may use programs of Linux in these tests.
    .filter(([, text]) => !/\blinux\b|OnLinux\b/.test(text))
    .flatMap(([path, text]) =>
      text.split("\n").filter((line) => LINUX_ONLY.test(line))
        .map((line) => `${path.slice(ROOT.length + 1)}: ${line.trim()}`)
    );
  assertEquals(found, []);
});
