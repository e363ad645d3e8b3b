/**
 * The prompt on a terminal, interrupted by job control: the code must reach
 * assume-role, and never the user's shell or screen.
 */
import {
  assertEquals,
  assertNotMatch,
  assertStringIncludes,
} from "@std/assert";
import { join } from "@std/path/join";
import { isFile } from "../../lib/system/files.ts";
import { SCREEN_SCRIPT } from "../../lib/system/screen_script.ts";
import { HAS_TERMINAL } from "../e2e/test_home.ts";

const FIXTURES = join(import.meta.dirname!, "..", "fixtures");
const CODE = "493817";
const QUESTION = "The code, please: ";
/** The number of prompts with random events for each shell. */
const PLAYS = Number(Deno.env.get("PROMPT_PLAYS") ?? 2);

/** The command lines of the shells that are `/bin/sh` on some system. */
const SHELLS = [
  "/bin/dash",
  "/bin/bash",
  "/bin/bash --posix",
  "/bin/busybox sh",
]
  .filter((shell) => isFile(shell.split(" ")[0]!));

type Event =
  | readonly ["ctrl-z", seconds?: number]
  | readonly ["signal", "STOP" | "CONT" | "TSTP" | "WINCH", "group" | "leader"];

const EVENTS: readonly Event[] = [
  ["ctrl-z"],
  ["signal", "STOP", "group"],
  ["signal", "TSTP", "group"],
  ["signal", "CONT", "group"],
  ["signal", "WINCH", "group"],
];

/** A `stty` that reads the settings late, as on a busy machine. */
const LATE_STTY = `#!/bin/sh
[ "$1" != -a ] || sleep 0.8
exec /bin/stty "$@"
`;

/** Interrupts a question by events, answers, and checks that the code was never shown. */
async function play(
  shell: string,
  events: readonly Event[],
  stty?: string,
): Promise<void> {
  const directory = await Deno.makeTempDir({ prefix: "assume-role-test-" });
  try {
    const sh = join(directory, "sh");
    const script = `#!/bin/sh\nPATH=${directory}:$PATH\nexec ${shell} "$@"\n`;
    Deno.writeTextFileSync(sh, script, { mode: 0o755 });
    if (stty !== undefined) {
      Deno.writeTextFileSync(join(directory, "stty"), stty, { mode: 0o755 });
    }
    const outcome = join(directory, "outcome");
    const words = [
      Deno.execPath(),
      "run",
      "--quiet",
      "-A",
      join(FIXTURES, "ask.ts"),
      sh,
      QUESTION,
      outcome,
    ];
    const job = join(directory, "job");
    Deno.writeTextFileSync(job, words.map((word) => `'${word}'`).join(" "));
    const player = new Deno.Command("python3", {
      args: [
        join(FIXTURES, "interrupted_prompt.py"),
        job,
        QUESTION,
        CODE,
        outcome,
      ],
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    const writer = player.stdin.getWriter();
    await writer.write(new TextEncoder().encode(JSON.stringify(events)));
    await writer.close();
    const { stdout } = await player.output();
    const result = JSON.parse(new TextDecoder().decode(stdout));
    const context = `${shell} ${JSON.stringify(events)}\n${result.shown}`;
    assertEquals(result.failure, undefined, context);
    assertEquals(
      JSON.parse(Deno.readTextFileSync(outcome)),
      { kind: "answer", text: CODE },
      context,
    );
    assertNotMatch(result.shown, new RegExp(CODE), context);
    assertEquals(result.echo, true, context);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

for (const shell of SHELLS) {
  Deno.test(
    `askOnTerminal() reads the answer after stop and continue signals, with ${shell}`,
    { ignore: Deno.build.os !== "linux" },
    async () => {
      const random = () => EVENTS[Math.floor(Math.random() * EVENTS.length)]!;
      await Promise.all([
        ...EVENTS.map((event) => play(shell, [event, event])),
        ...Array.from(
          { length: PLAYS },
          () => play(shell, Array.from({ length: 5 }, random)),
        ),
      ]);
    },
  );
}

for (const shell of SHELLS) {
  Deno.test(
    `${shell}: the code is not shown if the question is continued while the settings are read`,
    { ignore: Deno.build.os !== "linux" },
    async () => {
      // The later events only give the helper time before the code is typed.
      const later: Event = ["signal", "WINCH", "group"];
      const events: Event[] = [["ctrl-z", 0.5], later, later, later];
      await play(shell, events, LATE_STTY);
    },
  );
}

for (const shell of SHELLS) {
  Deno.test({
    name:
      `${shell}: the helper of the picker ends, also if the signal arrives when the reader of a key starts`,
    ignore: !HAS_TERMINAL,
    fn: async () => {
      // dash and busybox lose a signal to a new process in half of the rounds.
      const start = "echo p$reader";
      assertStringIncludes(SCREEN_SCRIPT, start);
      const script = SCREEN_SCRIPT.replace(start, () => "kill $$");
      const program = new Deno.Command("python3", {
        args: [join(FIXTURES, "end_screen.py"), shell, "8"],
        stdin: "piped",
        stdout: "piped",
      }).spawn();
      const writer = program.stdin.getWriter();
      await writer.write(new TextEncoder().encode(script));
      await writer.close();
      const { stdout } = await program.output();
      assertEquals(new TextDecoder().decode(stdout), "0\n");
    },
  });
}
