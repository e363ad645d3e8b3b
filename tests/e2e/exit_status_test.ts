/** assume-role ends as the command does: all exit statuses, and all signals that end a process. */
import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path/join";
import { exists } from "../../lib/system/files.ts";
import {
  argv,
  delay,
  e2e,
  eventually,
  program,
  type Result,
  ROOT,
  type TestHome,
  unix,
  warm,
} from "../mod.ts";

/** Runs at the same time. */
const AT_ONCE = 4;
/** All statuses with a special meaning, and others up to 62. */
const STATUSES = [
  ...Array.from({ length: 34 }, (_, status) => status),
  ...[42, 63, 64, 65, 77, 78, 99, 100, 124, 125, 126, 127, 128, 129, 130, 131],
  ...[134, 137, 139, 141, 143, 159, 192, 200, 250, 253, 254, 255],
];
/**
 * Signals that end a process, with their numbers on Linux. assume-role ends itself by the
 * same signal, unless the signal makes a core dump, which could contain credentials.
 */
const SIGNALS: Readonly<Record<string, number>> = {
  HUP: 1,
  INT: 2,
  QUIT: 3,
  ILL: 4,
  TRAP: 5,
  ABRT: 6,
  BUS: 7,
  FPE: 8,
  KILL: 9,
  USR1: 10,
  SEGV: 11,
  USR2: 12,
  PIPE: 13,
  ALRM: 14,
  TERM: 15,
  XCPU: 24,
  XFSZ: 25,
  VTALRM: 26,
  PROF: 27,
  SYS: 31,
};
const SAME_SIGNAL = ["HUP", "INT", "KILL", "USR2", "ALRM", "TERM"];
/**
 * Whether the runs are those of an executable. With `deno run` of Deno 2.9, SIGUSR1 opens a
 * debugger, so that assume-role does not send this signal to itself.
 */
const isExecutable = Boolean(Deno.env.get("ASSUME_ROLE_BIN"));
/** Ways in which a signal ends the command. */
const WAYS: Readonly<Record<string, (signal: string) => readonly string[]>> = {
  "the command sends the signal to itself": (signal) =>
    argv`-r admin sh -c ${`ulimit -c 0; kill -${signal} $$`}`,
  "another process sends the signal to the command": (signal) =>
    argv`-r admin sh -c ${`ulimit -c 0; (sleep 0.05; kill -${signal} $$) & exec sleep 60 >/dev/null 2>&1`}`,
  "under --server": (signal) =>
    argv`-q --server -r admin sh -c ${`ulimit -c 0; kill -${signal} $$`}`,
};

/** Calls a function with each item, for several items at a time. */
async function forAll<T>(
  items: readonly T[],
  run: (item: T) => Promise<void>,
): Promise<void> {
  const left = items.values();
  await Promise.all(Array.from({ length: AT_ONCE }, async () => {
    for (const item of left) await run(item);
  }));
}

/** Runs assume-role without core dumps. */
function runIn(home: TestHome, args: readonly string[]): Promise<Result> {
  return home.sh('ulimit -c 0; exec "$@"', [...program(), ...args]);
}

e2e(
  `${STATUSES.length} exit statuses of the command are those of assume-role`,
  { ...unix, home: warm },
  async ({ home }) => {
    const wrong: unknown[] = [];
    await forAll(STATUSES, async (status) => {
      const args = argv`-r admin sh -c ${`exit ${status}`}`;
      const result = await runIn(home, args);
      const { status: found, signal, stdout, stderr } = result;
      if (
        found !== status || signal !== null || stdout !== "" || stderr !== ""
      ) {
        wrong.push({ status, result });
      }
    });
    assertEquals([STATUSES.length >= 62, wrong], [true, []]);
  },
);

for (const [way, argsFor] of Object.entries(WAYS)) {
  e2e(
    `${
      Object.keys(SIGNALS).length
    } signals end assume-role as they end the command: ${way}`,
    { ignore: Deno.build.os !== "linux", home: warm },
    async ({ home }) => {
      const wrong: unknown[] = [];
      await forAll(Object.entries(SIGNALS), async ([name, number]) => {
        const { status, signal, stderr } = await runIn(home, argsFor(name));
        const isSame = SAME_SIGNAL.includes(name) ||
          name === "USR1" && isExecutable;
        const expected = isSame ? `SIG${name}` : null;
        if (status !== 128 + number || signal !== expected || stderr !== "") {
          wrong.push({ name, status, signal, stderr });
        }
      });
      assertEquals(wrong, []);
    },
  );
}

/** Whether a process listens on port 9229, the port of Deno's debugger. */
function hasDebugger(pid: number): boolean {
  const sockets = [...Deno.readDirSync(`/proc/${pid}/fd`)].flatMap(({ name }) =>
    /^socket:\[(\d+)\]$/.exec(readLink(`/proc/${pid}/fd/${name}`))?.[1] ?? []
  );
  return Deno.readTextFileSync("/proc/net/tcp").split("\n").some((line) => {
    const [, address = "", , state, , , , , , inode = ""] = line.trim()
      .split(/\s+/);
    return address.endsWith(":240D") && state === "0A" &&
      sockets.includes(inode);
  });
}

function readLink(path: string): string {
  try {
    return Deno.readLinkSync(path);
  } catch {
    return ""; // closed meanwhile
  }
}

e2e(
  "SIGUSR1 reaches the command, and leaves no debugger of Deno open",
  { ignore: Deno.build.os !== "linux", home: warm },
  async ({ home }) => {
    const script =
      "trap 'echo got >>got' USR1; echo $PPID >new; mv new pid; until [ -e end ]; do sleep 0.05; done";
    const words = isExecutable
      ? program()
      : argv`${Deno.execPath()} run --quiet -A ${join(ROOT, "main.ts")}`;
    const run = home.exec([...words, ...argv`-r admin sh -c ${script}`]);
    const path = (name: string) => join(home.project, name);
    await eventually(() => exists(path("pid")));
    const pid = Number(Deno.readTextFileSync(path("pid")));
    // Deno listens for the signal half a second after the start.
    await delay(1000);
    for (let n = 1; n <= 2; n++) {
      Deno.kill(pid, "SIGUSR1");
      await eventually(() =>
        exists(path("got")) &&
        Deno.readTextFileSync(path("got")) === "got\n".repeat(n)
      );
      await eventually(() => !hasDebugger(pid));
      await delay(1100);
      assert(!hasDebugger(pid), "the debugger is open");
    }
    home.write("end", "");
    const { status, stderr } = await run;
    assertEquals(status, 0, stderr);
  },
);
