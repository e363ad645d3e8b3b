import { assertEquals } from "@std/assert";
import { join } from "@std/path/join";
import config from "../../deno.json" with { type: "json" };

const ROOT = join(import.meta.dirname!, "..", "..");

/** The files in which programs of Deno are started, apart from the tests. */
const CALLERS = [
  ".ci/run",
  ".github/workflows/ci.yml",
  ".github/workflows/release.yml",
  "action.yml",
  "deno.json",
  "tools/build.ts",
  "tools/verify_bundler.ts",
];

/** Lines that may turn off the lock file, because they load no code of packages. */
const EXCEPTIONS = [
  // The bundle has no imports of packages.
  'tools/build.ts: "--no-lock",',
  // The hash of esbuild is in `tools/verify_bundler.ts`.
  'tools/verify_bundler.ts: args: ["cache", "--quiet", "--no-lock", "--no-config", specifier],',
];

Deno.test("deno.json makes every program of Deno fail if deno.lock lacks a package", () => {
  assertEquals(config.lock, { frozen: true });
});

Deno.test("no script and no workflow turns off deno.lock", () => {
  const found = CALLERS.flatMap((path) =>
    Deno.readTextFileSync(join(ROOT, path)).split("\n")
      .filter((line) => /--no-lock|frozen(?:-lockfile)?=|"--lock/.test(line))
      .map((line) => `${path}: ${line.trim()}`)
  );
  assertEquals(found, EXCEPTIONS);
});
