import { assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path/join";
import { findOpener, openPage } from "../../lib/system/browser.ts";
import { unix } from "../guards.ts";

const PAGE = "<p>a secret</p>";

Deno.test("findOpener() returns a command only if there is a desktop", () => {
  const ssh = { SSH_CONNECTION: "192.0.2.1 1 192.0.2.2 22" };
  const cases: readonly (readonly [string, Record<string, string>, unknown])[] =
    [
      ["linux", {}, undefined],
      ["linux", { DISPLAY: "" }, undefined],
      ["linux", { DISPLAY: ":0" }, ["xdg-open"]],
      ["linux", { WAYLAND_DISPLAY: "wayland-0" }, ["xdg-open"]],
      ["linux", { DISPLAY: "localhost:10.0", ...ssh }, ["xdg-open"]],
      ["darwin", {}, ["open"]],
      ["darwin", ssh, undefined],
      ["windows", {}, ["rundll32", "url.dll,FileProtocolHandler"]],
      ["windows", ssh, undefined],
    ];
  for (const [os, env, opener] of cases) {
    assertEquals(findOpener(env, os), opener as string[] | undefined);
  }
});

/** Runs `work` with a script in place of the program that opens a browser. */
async function withOpener(
  script: string,
  work: (opener: [string, string], notes: string) => Promise<void>,
): Promise<void> {
  const directory = await Deno.makeTempDir();
  try {
    const path = join(directory, "opener");
    const notes = join(directory, "notes");
    await Deno.writeTextFile(path, `#!/bin/sh\n${script}\n`, { mode: 0o700 });
    await work([path, notes], notes);
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
  "openPage() returns the reason immediately if a page cannot be opened",
  unix,
  async () => {
    const started = performance.now();
    await withOpener("exit 3", async (opener) => {
      const [path] = opener;
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
      await openPage([missing], PAGE, {}, 60_000),
      `${missing} was not found`,
    );
    assertEquals(performance.now() - started < 30_000, true);
  },
);
