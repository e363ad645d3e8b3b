import { assertEquals } from "@std/assert";
import { SignalMonitor } from "../../lib/command/signal_monitor.ts";

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
