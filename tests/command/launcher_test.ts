/** Guards the cost of the start of a command: what the launcher does before and after it. */
import { assertEquals } from "@std/assert";
import { Launcher } from "../../lib/command/launcher.ts";
import { unix } from "../guards.ts";

/** Records the signals that get a listener, and the programs that are started, in order. */
async function record(test: () => Promise<void>): Promise<readonly string[]> {
  const events: string[] = [];
  const { addSignalListener, Command } = Deno;
  Object.assign(Deno, {
    addSignalListener: (signal: Deno.Signal, handler: () => void) => {
      events.push(signal);
      addSignalListener(signal, handler);
    },
    Command: class extends Command {
      readonly #path: string;

      constructor(path: string, options?: Deno.CommandOptions) {
        super(path, options);
        this.#path = path;
      }

      override spawn(): Deno.ChildProcess {
        events.push(this.#path);
        return super.spawn();
      }
    },
  });
  try {
    await test();
  } finally {
    Object.assign(Deno, { addSignalListener, Command });
  }
  return events;
}

Deno.test(
  "the launcher listens for the forwarded signals before the command starts, and for no other signal",
  {
    ...unix,
    sanitizeOps: false,
    sanitizeResources: false,
  },
  async () => {
    const events = await record(async () => {
      const launcher = new Launcher(Date.now);
      const { exitStatus } = await launcher.start({
        path: "true",
        args: [],
        env: { PATH: "/usr/bin:/bin" },
      });
      assertEquals(await exitStatus, { status: 0 });
    });
    assertEquals(events, [
      "/bin/sh",
      "SIGXFSZ",
      "SIGHUP",
      "SIGINT",
      "SIGQUIT",
      "SIGTERM",
      "SIGUSR1",
      "SIGUSR2",
      "SIGALRM",
      "SIGVTALRM",
      "SIGPROF",
      "SIGWINCH",
      "SIGTSTP",
      "SIGCONT",
      "true",
      "SIGCHLD",
    ]);
  },
);
