/** Colours on a terminal, and in pipes. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { argv, e2e, PREFIX, program, terminal } from "../mod.ts";

const ESCAPE = "\x1b";
/** Variables of a terminal that shows colours; `NO_COLOR` is set in tests. */
const COLOURS = { NO_COLOR: "", TERM: "xterm-256color" };
const UNKNOWN = "\x1b[31massume-role: error:\x1b[0m Unknown option '--no'";
const HINT = "\x1b[36massume-role: hint:\x1b[0m ";
const COMMANDS = [
  "--list",
  "--list -v",
  "--explain -r admin",
  "--explain -v -r admin",
  "--doctor",
  "--doctor -v",
  "--help",
  "-h",
  "--no",
];

e2e("a terminal shows colours, unless NO_COLOR or TERM=dumb is set", {
  ...terminal,
}, async ({ home, run }) => {
  await run("-r admin true");
  const show = async (args: string, env: Record<string, string>) =>
    (await home.runOnTerminal(args, [], { env })).stdout;
  assertStringIncludes(await show("--list", COLOURS), "\x1b[2madmin\x1b[0m");
  assertStringIncludes(
    await show("--explain", COLOURS),
    "\x1b[1msettings:\x1b[0m\r\n",
  );
  assertStringIncludes(
    await show("--doctor", { ...COLOURS, ASSUME_ROLE_SERVER: "1" }),
    "\x1b[33mwarning\x1b[0m  ",
  );
  assertStringIncludes(await show("-h", COLOURS), "\x1b[1mOptions:\x1b[0m\r\n");
  const failed = await show("--no", COLOURS);
  assertStringIncludes(failed, UNKNOWN);
  assertStringIncludes(failed, HINT);
  for (const args of COMMANDS) {
    for (const env of [{}, { NO_COLOR: "", TERM: "dumb" }]) {
      assert(!(await show(args, env)).includes(ESCAPE), args);
    }
  }
});

e2e("a pipe gets no colours, unless FORCE_COLOR is set", async ({ run }) => {
  for (const args of COMMANDS) {
    const { stdout, stderr } = await run(args, { env: COLOURS });
    assert(!(stdout + stderr).includes(ESCAPE), args);
  }
  const forced = { ...COLOURS, FORCE_COLOR: "1" };
  assertStringIncludes((await run("--no", { env: forced })).stderr, UNKNOWN);
  assertStringIncludes(
    (await run("-h", { env: forced })).stdout,
    "\x1b[1mOptions:\x1b[0m\n",
  );
  // Programs parse these texts.
  for (const args of ["--list", "--explain --json", "--whoami", "--version"]) {
    const { stdout } = await run(args, { env: forced });
    assert(!stdout.includes(ESCAPE), args);
  }
});

e2e("stdout and stderr have colours only if they are a terminal", {
  ...terminal,
}, async ({ home }) => {
  const script = '"$@" >out; cat out';
  const both = await home.play(
    argv`sh -c ${script} sh ${program()} --explain -r x --profile no`,
    [],
    { env: COLOURS },
  );
  assertStringIncludes(both.stdout, "settings:\r\n");
  assertStringIncludes(both.stdout, "\x1b[31massume-role: error:\x1b[0m");
  assert(!both.stdout.includes("\x1b[1msettings"), both.stdout);
});

e2e("a name with an escape sequence is shown without the sequence", {
  ...terminal,
}, async ({ home }) => {
  home.write(
    "assume-role.yaml",
    `roles:\n  "a\\e[31mb": ${PREFIX}admin\n`,
  );
  const { stdout } = await home.runOnTerminal("--list", [], { env: COLOURS });
  assertStringIncludes(stdout, "\r\na [31mb  111111111111  admin");
  assertEquals(stdout.includes("\x1b[31mb"), false);
});
