import { assertEquals } from "@std/assert";
import { SignalMonitor } from "../../lib/command/signal_monitor.ts";

/** The shells that stand for `/bin/sh` on one system or another. */
const SHELLS = ["/bin/sh", "/bin/dash", "/bin/bash", "/bin/ksh"];

Deno.test("Companion answers in every shell that may be the system's", {
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
    await monitor.mirrorStop(); // nothing is stopped
    monitor.stop();
    // One that is no more does not know.
    assertEquals(await monitor.hasReached("SIGHUP", now), undefined, shell);
  }
});
