/** Ctrl-C on a console: Windows itself tells every program of the console. */
import { assertEquals } from "@std/assert";
import type { Streams } from "./requests.ts";
import { deno, fixture, IS_NATIVE, windows } from "./windows.ts";

/** The status of a program that Ctrl-C ended: STATUS_CONTROL_C_EXIT; 0 under Wine. */
const INTERRUPTED = IS_NATIVE ? 0xC000013A | 0 : 0;

const STREAMS: readonly (readonly [name: string, streams: Streams])[] = [
  ["with the console as streams", {}],
  [
    "without a stream on the console",
    { stdin: "NUL", stdout: "out.txt", stderr: "err.txt" },
  ],
];

for (const [name, streams] of STREAMS) {
  windows(
    `${name}, Ctrl-C reaches the command once, and the command can clean up`,
    async ({ home }) => {
      const { status, screen } = await home.runOnConsole(
        ["-q", "-r", "admin", ...deno(fixture("count_interrupts.ts"))],
        [["ready", null]],
        { streams },
      );
      assertEquals(screen.match(/interrupted .*/g), ["interrupted 1 times"]);
      assertEquals(status, 42);
    },
  );

  windows(
    `${name}, the status of a command that Ctrl-C ended is passed on`,
    async ({ home }) => {
      const { status } = await home.runOnConsole(
        ["-q", "-r", "admin", ...deno(fixture("wait.ts"))],
        [["ready", null]],
        { streams },
      );
      assertEquals(status, INTERRUPTED);
    },
  );

  windows(
    `${name}, Ctrl-C ends the command that --server serves, and leaves no file`,
    async ({ home }) => {
      const { status } = await home.runOnConsole(
        ["-q", "-r", "admin", "--server", ...deno(fixture("wait.ts"))],
        [["ready", null]],
        { streams },
      );
      assertEquals(status, INTERRUPTED);
      const names = home.list(".aws/assume-role/cache");
      assertEquals(names.filter((name) => name.startsWith("token-")), []);
    },
  );
}
