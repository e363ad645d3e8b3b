/** The prompt for an MFA code if assume-role is killed and `stty` is slow. */
import { assertEquals } from "@std/assert";
import { isFile } from "../../lib/system/files.ts";
import { terminalOnLinux } from "../mod.ts";
import { CAN_REPLACE_SH, playAll } from "./interrupted_runs.ts";

Deno.test(
  "the terminal echoes after assume-role is killed, also if the shell gets the terminal while a helper restores the settings",
  {
    ...terminalOnLinux,
    ignore: terminalOnLinux.ignore || !isFile("/bin/dash") || !CAN_REPLACE_SH,
  },
  async () => {
    const rounds = (["assume-role", "program"] as const).flatMap((asker) =>
      (["late", "slow"] as const).map((stty) => ({
        asker,
        stty,
        signal: "KILL" as const,
        process: "assume-role" as const,
        shell: ["/bin/dash", "-i"],
        moment: "question" as const,
        delay: 0,
      }))
    );
    const { faults } = await playAll(rounds, 2);
    assertEquals(faults, []);
  },
);
