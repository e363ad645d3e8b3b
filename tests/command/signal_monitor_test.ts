import { assertEquals } from "@std/assert";
import { Companion } from "../../lib/command/signal_monitor.ts";

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
    const companion = new Companion(["SIGHUP", "SIGTERM"], Date.now, shell);
    const ignored = await companion.ignored;
    assertEquals(ignored.has("SIGTERM"), false, shell);
    await companion.adopt(Deno.pid);
    const now = Date.now();
    assertEquals(await companion.hasReached("SIGTERM", now), false, shell);
    await companion.follow(); // nothing is stopped
    companion.dismiss();
    // One that is no more does not know.
    assertEquals(await companion.hasReached("SIGHUP", now), undefined, shell);
  }
});
