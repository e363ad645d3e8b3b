/**
 * Tests of `.ci/run` (the gate) and its last line, with stubs of npx, python3, timeout and the
 * kit. The kit is a program that prints which `deno` and `denort` build the executable.
 */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path/join";
import { root, unix } from "../guards.ts";

const GATE = join(import.meta.dirname!, "..", "..", ".ci", "run");
const linux = {
  ignore: Deno.build.os !== "linux" || Deno.build.arch !== "x86_64",
};

const PASSED = "echo 'ok | 10 passed (2 steps) | 0 failed | 2 ignored (1s)'";
const FAILED = "echo 'FAILED | 7 passed | 3 failed (1 step) (1s)'; exit 1";
const BUILT =
  "mkdir -p dist; echo >dist/assume-role; chmod +x dist/assume-role";
const KIT = "echo COMPILE_DENO=deno; echo DENORT_BIN=denort";

/** Shell commands that replace the programs that the gate starts. */
interface Stubs {
  /** Shell commands, each under the words of the `deno` command line that it replaces. */
  readonly deno?: Readonly<Record<string, string>>;
  readonly kit?: string;
  /** Shell commands of the program that prepares Wine. */
  readonly wineKit?: string;
  /** The time after which a step ends; default: no limit. */
  readonly limit?: string;
}

function writeProgram(path: string, script: string): void {
  Deno.writeTextFileSync(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
}

/** Runs a copy of the gate whose npx, python3, timeout and kit are stubs. */
async function runGate({ deno = {}, kit, wineKit, limit }: Stubs = {}) {
  const root = await Deno.makeTempDir({ prefix: "assume-role-test-" });
  try {
    const [bin, project] = [join(root, "bin"), join(root, "project")];
    await Deno.mkdir(bin);
    await Deno.mkdir(join(project, ".ci"), { recursive: true });
    await Deno.copyFile(GATE, join(project, ".ci", "run"));
    writeProgram(
      join(bin, "python3"),
      'mkdir -p "$3/bin"; printf "#!/bin/sh\\n" >"$3/bin/pip"; chmod +x "$3/bin/pip"',
    );
    const commands = {
      "task test": PASSED,
      "task test:e2e": PASSED,
      "task test:windows": PASSED,
      "task test:crash": PASSED,
      "task test:conformance": PASSED,
      "task build": BUILT,
      ...deno,
    };
    writeProgram(
      join(bin, "npm"),
      "mkdir package; tar -czf deno-win32-x64-2.9.6.tgz package",
    );
    const run = limit === undefined
      ? 'exec "$@"'
      : `command -p timeout ${limit} "$@"`;
    writeProgram(join(bin, "timeout"), `shift 2; ${run}`);
    const cases = Object.entries(commands).map(([words, command]) =>
      `*" ${words} ") ${command} ;;`
    );
    writeProgram(
      join(bin, "npx"),
      `case " $* " in\n${cases.join("\n")}\n*" test -A "*) ${PASSED} ;;\nesac`,
    );
    if (kit !== undefined) {
      const tools = join(root, "shared", "tools");
      await Deno.mkdir(tools, { recursive: true });
      writeProgram(join(tools, "standalone-kit"), kit);
      if (wineKit !== undefined) {
        writeProgram(join(tools, "wine-kit"), wineKit);
      }
    }
    const { code, stdout } = await new Deno.Command("bash", {
      args: [join(project, ".ci", "run")],
      env: { PATH: `${bin}:${Deno.env.get("PATH")}`, CI: "true" },
      stderr: "null",
    }).output();
    const lines = new TextDecoder().decode(stdout).trim().split("\n");
    return { code, output: lines.join("\n"), last: lines.at(-1) };
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

Deno.test(
  "the gate counts tests, and counts a step without tests as one",
  unix,
  async () => {
    const { code, last } = await runGate();
    // Five steps with ten tests each, and five steps without tests, which count as one each.
    assertEquals([code, last], [0, "65 passed, 0 failed, 14 skipped"]);
  },
);

Deno.test("the gate counts failed tests and failed steps", unix, async () => {
  const { code, last } = await runGate({
    deno: { "task test": FAILED, "task check": "exit 1" },
  });
  assertEquals([code, last], [1, "61 passed, 4 failed, 12 skipped"]);
});

Deno.test(
  "the gate fails if a step exits with an error although no test failed",
  unix,
  async () => {
    const { code, last } = await runGate({
      deno: { "task test": `${PASSED}; exit 1` },
    });
    assertEquals([code, last], [1, "65 passed, 1 failed, 14 skipped"]);
  },
);

Deno.test("the gate ends a step that hangs", linux, async () => {
  const { code, last } = await runGate({
    deno: { "task test": "sleep 60" },
    limit: "2s",
  });
  assertEquals([code, last], [1, "55 passed, 1 failed, 12 skipped"]);
});

Deno.test(
  "the gate skips the steps that need the executable if the build fails and there is no kit",
  unix,
  async () => {
    const { code, last, output } = await runGate({
      deno: { "task build": "exit 1" },
    });
    assertEquals([code, last], [0, "44 passed, 0 failed, 13 skipped"]);
    assertEquals(output.match(/== SKIPPED/g)?.length, 5);
  },
);

Deno.test(
  "the gate builds the executable with the denort of the kit",
  linux,
  async () => {
    const { code, last } = await runGate({
      deno: { "task build": `[ "$DENORT_BIN" = denort ] && { ${BUILT}; }` },
      kit: KIT,
    });
    assertEquals([code, last], [0, "66 passed, 0 failed, 14 skipped"]);
  },
);

Deno.test(
  "the gate tests the executable for Windows if Wine can be prepared, and stops Wine",
  { ignore: linux.ignore || root.ignore },
  async () => {
    const log = await Deno.makeTempFile({ prefix: "assume-role-test-" });
    try {
      const { code, last } = await runGate({
        deno: {
          "task build x86_64-pc-windows-msvc":
            `[ "$DENORT_BIN" = denort ] && mkdir -p dist && echo >dist/assume-role-1-x86_64-pc-windows-msvc.exe`,
          "task build": BUILT,
          "task test:windows":
            `[ "$ASSUME_ROLE_BIN" = "$WINE_DIR/assume-role.exe" ] && { ${PASSED}; }`,
        },
        kit: KIT,
        wineKit: `echo "$1" >>${log}; [ "$1" != setup ] || mkdir -p "$2"`,
      });
      // Two more steps with tests, and one more without tests, than without Wine.
      assertEquals([code, last], [0, "87 passed, 0 failed, 16 skipped"]);
      assertEquals(
        (await Deno.readTextFile(log)).trim().split("\n"),
        ["setup", "patch", "patch", "stop"],
      );
    } finally {
      await Deno.remove(log);
    }
  },
);

Deno.test(
  "the gate fails if the kit fails, or if the build with the kit fails",
  linux,
  async () => {
    const broken = await runGate({ kit: "exit 1" });
    assertEquals(
      [broken.code, broken.last],
      [1, "44 passed, 1 failed, 12 skipped"],
    );
    const unbuilt = await runGate({
      deno: { "task build": "exit 1" },
      kit: KIT,
    });
    assertEquals(
      [unbuilt.code, unbuilt.last],
      [1, "45 passed, 1 failed, 12 skipped"],
    );
  },
);

Deno.test(
  "the gate fails if one of its lanes (groups of steps that run in parallel) is killed",
  unix,
  async () => {
    for (
      const [words, lane] of [
        ["task test:crash", "with_others"],
        ["task test", "from_source"],
      ] as const
    ) {
      const { code, last, output } = await runGate({
        deno: { [words]: "kill -KILL $PPID" },
      });
      assertEquals(code, 1);
      assertStringIncludes(
        output,
        `== FAILED: ${lane} ended before its last step`,
      );
      // Two failures: the step in which the lane was killed, and the lane itself.
      assertMatch(last ?? "", /^\d\d passed, 2 failed, \d+ skipped$/);
    }
  },
);

Deno.test(
  "the gate prints its last line if the setup fails",
  unix,
  async () => {
    const { code, last } = await runGate({ deno: { "--version": "exit 1" } });
    assertEquals([code, last], [1, "0 passed, 3 failed, 0 skipped"]);
  },
);

Deno.test(
  "the gate prints its last line, and nothing after it, if it is terminated",
  unix,
  async () => {
    const endGate = 'kill -TERM $(ps -o ppid= -p "$PPID"); sleep 1; echo late';
    const { code, last } = await runGate({ deno: { "task test": endGate } });
    assertEquals(code, 143);
    assertMatch(last ?? "", /^\d+ passed, [2-4] failed, \d+ skipped$/);
  },
);
