import { assertEquals } from "@std/assert";
import { Companion } from "../../lib/system/companion.ts";

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
    const companion = new Companion(["SIGHUP", "SIGTERM"], shell);
    const ignored = await companion.ignored;
    assertEquals(ignored.has("SIGTERM"), false, shell);
    await companion.adopt(Deno.pid);
    assertEquals(await companion.hasReached("SIGTERM"), false, shell);
    await companion.follow(); // nothing is stopped
    companion.dismiss();
    // One that is no more has told of nothing.
    assertEquals(await companion.hasReached("SIGHUP"), false, shell);
  }
});
