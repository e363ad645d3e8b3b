import { assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path/join";
import { findOpener, openPage } from "../../lib/system/browser.ts";

const unix = { ignore: Deno.build.os === "windows" };
const PAGE = "<p>a secret</p>";

Deno.test("findOpener() finds a desktop only where there is one", () => {
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

/** An opener that notes what it is given, and of what kind that is. */
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
  "openPage() hands over a file for its owner alone, and removes it",
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
  "openPage() tells why a page cannot be opened, and does not wait",
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
      `there is no ${missing}`,
    );
    assertEquals(performance.now() - started < 30_000, true);
  },
);
