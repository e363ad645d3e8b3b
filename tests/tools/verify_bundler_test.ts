import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path/join";
import { listFiles } from "../../tools/files.ts";
import { makeBundle } from "../../tools/bundle.ts";
import {
  ESBUILD_VERSION,
  verifyUsedBundler,
} from "../../tools/verify_bundler.ts";
import { findDenoCache } from "../../tools/deno_cache.ts";
import { unix } from "../guards.ts";

Deno.test(
  "the build does not start an esbuild with another hash than the expected one",
  unix,
  async () => {
    const root = await Deno.makeTempDir({ prefix: "assume-role-test-" });
    try {
      const denoDir = join(root, "deno");
      const { denoDir: filled } = await findDenoCache();
      await Deno.mkdir(denoDir);
      await Deno.symlink(join(filled, "npm"), join(denoDir, "npm"));
      // Deno's own place of esbuild on Linux with an x86-64 processor.
      const folder = join(denoDir, "dl", `esbuild-${ESBUILD_VERSION}-1`);
      const esbuild = join(folder, "esbuild-linux-x64");
      await Deno.mkdir(folder, { recursive: true });
      const started = join(root, "started");
      const script = `#!/bin/sh\necho >${started}\n`;
      await Deno.writeTextFile(esbuild, script, { mode: 0o755 });
      await assertRejects(
        () => makeBundle(join(root, "bundle"), { denoDir }),
        Error,
        `The SHA-256 of ${esbuild} is `,
      );
      assertEquals(listFiles(root).includes(started), false);
    } finally {
      await Deno.remove(root, { recursive: true });
    }
  },
);

Deno.test("verifyUsedBundler() refuses a Deno that uses another version of esbuild", async () => {
  const root = await Deno.makeTempDir({ prefix: "assume-role-test-" });
  try {
    await assertRejects(
      () => verifyUsedBundler({ DENO_DIR: root }),
      Error,
      `does not use version ${ESBUILD_VERSION}`,
    );
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});
