import { assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path/join";
import {
  findOpeners,
  type Opener,
  openPage,
  pageAddress,
} from "../../lib/system/browser.ts";
import { unix } from "../guards.ts";

const PAGE = "<p>a secret</p>";

Deno.test("findOpeners() returns programs only if there is a desktop", () => {
  const ssh = { SSH_CONNECTION: "192.0.2.1 1 192.0.2.2 22" };
  const wsl = { WSL_DISTRO_NAME: "Ubuntu-24.04" };
  const windows = [
    "powershell.exe",
    "-NoProfile",
    "-NonInteractive",
    "-Command",
    String
      .raw`Start-Process -FilePath '\\wsl.localhost\Ubuntu-24.04\tmp\it''s'`,
  ];
  const path = "/tmp/it's";
  const linux = [["xdg-open", path]];
  const cases:
    readonly (readonly [string, Record<string, string>, string[][]])[] = [
      ["linux", {}, []],
      ["linux", { DISPLAY: "" }, []],
      ["linux", { DISPLAY: ":0" }, linux],
      ["linux", { WAYLAND_DISPLAY: "wayland-0" }, linux],
      ["linux", { DISPLAY: "localhost:10.0", ...ssh }, linux],
      ["linux", wsl, [["wslview", path], windows]],
      ["linux", { ...wsl, DISPLAY: ":0" }, [
        ["wslview", path],
        windows,
        ...linux,
      ]],
      ["linux", { ...wsl, ...ssh }, []],
      ["darwin", {}, [["open", path]]],
      ["darwin", ssh, []],
      ["windows", {}, [["rundll32", "url.dll,FileProtocolHandler", path]]],
      ["windows", ssh, []],
    ];
  for (const [os, env, expected] of cases) {
    const openers = findOpeners(env, os);
    assertEquals(
      openers.map(({ program, argsFor }) => [program, ...argsFor(path)]),
      expected,
    );
  }
});

Deno.test(
  "pageAddress() is a file: address that the program can open",
  unix,
  () => {
    const wsl = { WSL_DISTRO_NAME: "Ubuntu" };
    const address = "file:///tmp/a%20b/console.html";
    const path = "/tmp/a b/console.html";
    assertEquals(pageAddress(path, "firefox", {}), address);
    assertEquals(pageAddress(path, "firefox", wsl), address);
    assertEquals(pageAddress(path, "chrome.exe", {}), address);
    assertEquals(
      pageAddress(path, "/mnt/c/Chrome/chrome.exe", wsl),
      "file://wsl.localhost/Ubuntu/tmp/a%20b/console.html",
    );
  },
);

/** Creates an opener with a fixed first argument. */
function opener(program: string, notes: string): Opener {
  return { program, argsFor: (path) => [notes, path] };
}

/** Runs `work` with a script in place of the program that opens a browser. */
async function withOpener(
  script: string,
  work: (opener: Opener, notes: string) => Promise<void>,
): Promise<void> {
  const directory = await Deno.makeTempDir();
  try {
    const path = join(directory, "opener");
    const notes = join(directory, "notes");
    await Deno.writeTextFile(path, `#!/bin/sh\n${script}\n`, { mode: 0o700 });
    await work(opener(path, notes), notes);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

Deno.test(
  "openPage() passes a file that only the user can read, and removes the file",
  unix,
  async () => {
    const script =
      `{ cat "$2"; echo; echo "$2"; ls -l "$2"; ls -ld "\${2%/*}"; } >"$1"; exec sleep 0`;
    await withOpener(script, async (opener, notes) => {
      const env = { PATH: "/usr/bin:/bin" };
      assertEquals(await openPage(opener, PAGE, env, 2000), undefined);
      const [page, path, ...modes] = (await Deno.readTextFile(notes))
        .trimEnd().split("\n");
      assertEquals(page, PAGE);
      assertMatch(path!, /\/assume-role-[^/]+\/console\.html$/);
      assertEquals(modes.map((mode) => mode.slice(0, 10)), [
        "-rw-------",
        "drwx------",
      ]);
      for (const gone of [path!, join(path!, "..")]) {
        assertEquals(await Deno.stat(gone).catch(() => "gone"), "gone");
      }
    });
  },
);

Deno.test(
  "openPage() removes the file if a signal arrives while the opener starts",
  unix,
  async () => {
    const temporary = await Deno.makeTempDir();
    await withOpener("exec sleep 60", async ({ program }) => {
      const module = new URL("../../lib/system/browser.ts", import.meta.url);
      const script = `
        import { openPage } from "${module}";
        const opener = { program: "${program}", argsFor: () => [] };
        const signal = () => queueMicrotask(() => Deno.kill(Deno.pid, "SIGTERM"));
        await openPage(opener, "", {}, 60_000, signal).catch((error) =>
          console.log(error.name)
        );`;
      const { stdout, signal } = await new Deno.Command(Deno.execPath(), {
        args: ["eval", "--no-check", script],
        env: { TMPDIR: temporary },
      }).output();
      assertEquals(signal, null);
      assertEquals(new TextDecoder().decode(stdout), "InterruptedError\n");
      assertEquals(Array.from(Deno.readDirSync(temporary)), []);
    });
    await Deno.remove(temporary);
  },
);

Deno.test(
  "openPage() returns the reason immediately if a page cannot be opened",
  unix,
  async () => {
    const started = performance.now();
    await withOpener("exit 3", async (opener) => {
      const path = opener.program;
      assertEquals(
        await openPage(opener, PAGE, {}, 60_000),
        `${path} ended with status 3`,
      );
      await Deno.chmod(path, 0o600);
      assertEquals(
        await openPage(opener, PAGE, {}, 60_000),
        `${path}: permission denied`,
      );
    });
    const missing = "/nowhere/xdg-open";
    assertEquals(
      await openPage(opener(missing, ""), PAGE, {}, 60_000),
      `${missing} was not found`,
    );
    assertEquals(performance.now() - started < 30_000, true);
  },
);
