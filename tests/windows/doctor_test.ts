/** `--doctor`, `--init` and messages about files. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path/join";
import { toWindows, windows, type WindowsHome } from "./windows.ts";

windows(
  "--doctor says whether the console can ask, and names no shell",
  async ({ home, run }) => {
    const piped = await run("--doctor");
    assertEquals(piped.status, 0);
    assertMatch(
      piped.stdout,
      /^warning +terminal: cannot prompt, because stdin is not the console, so assume-role cannot ask; /m,
    );
    assertEquals(/\\bsh\\b|shell|stty/.test(piped.stdout), false, piped.stdout);
    const { screen } = await home.runOnConsole("--doctor -v", []);
    assertStringIncludes(screen, "terminal: prompts are possible");
  },
);

windows(
  "--doctor does not claim to know which users have access",
  async ({ run }) => {
    const { stdout } = await run("--doctor -v");
    assertEquals(/other users cannot|safe for secrets/.test(stdout), false);
    assertMatch(
      stdout,
      /^ok +C:\\.*\\credentials: found; the access of other users is not checked on Windows$/m,
    );
    assertMatch(
      stdout,
      /^ok +cache: C:\\.* is used; the access of other users is not checked on Windows$/m,
    );
  },
);

/** Removes a file of the home, and makes a directory of the same name. */
function makeDirectory(home: WindowsHome, name: string): string {
  const path = join(home.home, name);
  try {
    Deno.removeSync(path);
  } catch {
    // There is no file.
  }
  Deno.mkdirSync(path);
  return toWindows(path);
}

for (
  const name of [
    ".aws/config",
    ".aws/credentials",
    ".aws/assume-role.yaml",
  ]
) {
  windows(
    `a directory at the path of ~/${name} is named as the cause`,
    async ({ home, run }) => {
      const path = makeDirectory(home, name);
      const { stderr } = await run("-r admin cmd /c exit");
      assertStringIncludes(stderr, `Cannot read ${path}: is a directory`);
      const { stdout } = await run("--doctor");
      assertStringIncludes(stdout, `${path}: is a directory`);
    },
  );
}

windows(
  "--init writes assume-role.yaml, and refuses to overwrite the file",
  async ({ home, run }) => {
    const cwd = toWindows(home.home);
    const first = await run("--init", { cwd });
    assertEquals(first.status, 0);
    assertStringIncludes(first.stderr, `wrote ${cwd}\\assume-role.yaml\n`);
    assertMatch(home.readHome("assume-role.yaml"), /role_prefix: /);
    const second = await run("--init", { cwd });
    assertEquals(second.status, 125);
  },
);
