import { assertEquals } from "@std/assert";
import { join } from "@std/path/join";
import { SignalMonitor } from "../../lib/command/signal_monitor.ts";
import { exists } from "../../lib/system/files.ts";
import { SIGNAL_MONITOR_SCRIPT } from "../../lib/system/signal_monitor_script.ts";
import { eventually } from "../e2e/test_home.ts";
import { linux } from "../guards.ts";

/** Shells that are `/bin/sh` on some system. */
const SHELLS = ["/bin/sh", "/bin/dash", "/bin/bash", "/bin/ksh"];

Deno.test("SignalMonitor works in every shell that can be /bin/sh", {
  ignore: Deno.build.os === "windows",
}, async () => {
  for (const shell of SHELLS) {
    try {
      Deno.statSync(shell);
    } catch {
      continue;
    }
    const monitor = new SignalMonitor(["SIGHUP", "SIGTERM"], Date.now, shell);
    const ignored = await monitor.ignored;
    assertEquals(ignored.has("SIGTERM"), false, shell);
    await monitor.watchCommand(Deno.pid);
    const now = Date.now();
    assertEquals(await monitor.hasReached("SIGTERM", now), false, shell);
    await monitor.mirrorStop(); // no process is suspended
    monitor.stop();
    // After the monitor has ended, `hasReached()` returns `undefined`: whether the
    // signal arrived is unknown.
    assertEquals(await monitor.hasReached("SIGHUP", now), undefined, shell);
  }
});

/** Command lines of shells that are `/bin/sh` on some system. */
const SHELL_LINES = ["/bin/dash", "/bin/bash --posix", "/bin/busybox sh"]
  .filter((line) => exists(line.split(" ")[0]!));

// In place of assume-role, a shell starts the monitor and a command, and kills itself before
// the monitor knows the process ID of the command.
const DIES_AT_START = `
mkfifo pipe
$1 -c "$2" assume-role HUP <pipe >/dev/null &
exec 3>pipe
echo start >&3
AWS_SESSION_TOKEN=token sleep 300 3>&- &
echo $! >new
sleep 300 3>&- &
echo $! >other
mv new command
kill -KILL $$
`;

/** Whether a process exists; `false` for a process that has ended. */
async function isRunning(pid: string): Promise<boolean> {
  const { stdout } = await new Deno.Command("ps", {
    args: ["-o", "state=", "-p", pid],
  }).output();
  return /^[^Z\s]/.test(new TextDecoder().decode(stdout));
}

for (const shell of SHELL_LINES) {
  for (const proc of ["/proc", "/nowhere"]) {
    Deno.test(
      `SignalMonitor ends a command whose process ID it was not told (${shell}, ${
        proc === "/proc" ? "with /proc" : "with ps"
      })`,
      linux,
      async () => {
        const cwd = await Deno.makeTempDir({ prefix: "assume-role-test-" });
        const script = SIGNAL_MONITOR_SCRIPT.replaceAll("/proc", proc);
        await new Deno.Command("setsid", {
          args: ["-w", "sh", "-c", DIES_AT_START, "sh", shell, script],
          cwd,
          stdout: "null",
          stderr: "null",
        }).output();
        const [command = "", other = ""] = ["command", "other"]
          .map((name) => Deno.readTextFileSync(join(cwd, name)).trim());
        try {
          await eventually(async () => !await isRunning(command));
          // The environment shows that a process is not the command.
          if (proc === "/proc") assertEquals(await isRunning(other), true);
        } finally {
          for (const pid of [command, other]) {
            if (await isRunning(pid)) Deno.kill(Number(pid), "SIGKILL");
          }
          await Deno.remove(cwd, { recursive: true });
        }
      },
    );
  }
}
