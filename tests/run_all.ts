/**
 * Runs `deno task test`: all tests but those of Windows, conformance, crash and soak.
 *
 * Most end-to-end tests start assume-role many times. They start a bundle, which this script
 * makes from the sources as for a release: a start of the bundle needs less time than a start
 * of the sources. `e2e/sources_test.ts` runs the sources.
 */
import { join } from "@std/path/join";
import { relative } from "node:path";
import { makeBundle } from "../tools/bundle.ts";
import { listEntries, listFiles } from "../tools/files.ts";

const ROOT = join(import.meta.dirname!, "..");

/** Directories whose tests have tasks of their own. */
const OTHER_TASKS = ["conformance", "crash", "soak", "windows"];

/** Files and directories with examples that are tests. */
const EXAMPLES = ["README.md", "CONTRIBUTING.md", "docs", "mod.ts", "lib"];

/** Tests that run alone, after all other tests, because a busy machine changes the results. */
const ALONE = [
  "tests/e2e/flood_test.ts",
  "tests/system/slow_clients_test.ts",
];

/** End-to-end tests that take longest, which start first so that none is left at the end. */
const LONGEST = [
  "server",
  "hostile_inputs",
  "hostile_files",
  "identity_center",
  "credential_process",
  "answer_limits",
];

/**
 * The number of test files that run at the same time for each processor, because tests mostly
 * wait for programs and for time to pass.
 */
const FILES_PER_PROCESSOR = 3;
/** The greatest number of test files that run at the same time. */
const MAX_FILES = 12;

/** Lists the tests that can run at the same time, the longest first. */
function listTogether(): string[] {
  const found = listEntries(join(ROOT, "tests"))
    .filter(({ name }) => !OTHER_TASKS.includes(name))
    .flatMap(({ name, isDirectory }) =>
      isDirectory
        ? listFiles(join(ROOT, "tests", name))
        : [join(ROOT, "tests", name)]
    )
    .map((path) => relative(ROOT, path).replaceAll("\\", "/"))
    .filter((path) => path.endsWith("_test.ts") && !ALONE.includes(path))
    .sort();
  const longest = LONGEST.map((name) => `tests/e2e/${name}_test.ts`);
  return [...new Set([...longest, ...found])];
}

/** Runs `deno test` with the bundle, and returns whether all tests passed. */
async function test(
  bundle: string,
  args: readonly string[],
): Promise<boolean> {
  const jobs = Math.min(
    FILES_PER_PROCESSOR * navigator.hardwareConcurrency,
    MAX_FILES,
  );
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "test",
      "-A",
      "--no-prompt",
      "--trace-leaks",
      "--preload=tests/time_limit.ts",
      ...args,
    ],
    cwd: ROOT,
    env: { ASSUME_ROLE_BUNDLE: bundle, DENO_JOBS: `${jobs}` },
  }).spawn();
  // `deno test` ends at this signal, also while a test listens for SIGTERM.
  const end = () => child.kill("SIGINT");
  if (Deno.build.os !== "windows") Deno.addSignalListener("SIGTERM", end);
  const { success } = await child.status;
  if (Deno.build.os !== "windows") Deno.removeSignalListener("SIGTERM", end);
  return success;
}

// This script removes the bundle after the tests have ended. Ctrl-C reaches the tests, too.
if (Deno.build.os !== "windows") Deno.addSignalListener("SIGINT", () => {});
const bundle = await Deno.makeTempDir({ prefix: "assume-role-bundle-" });
let hasPassed: boolean;
try {
  await makeBundle(bundle);
  hasPassed = await test(bundle, [
    "--parallel",
    "--doc",
    ...Deno.args,
    // Deno starts the files in this order.
    ...listTogether(),
    ...EXAMPLES,
  ]) && await test(bundle, [...Deno.args, ...ALONE]);
} finally {
  await Deno.remove(bundle, { recursive: true });
}
Deno.exit(hasPassed ? 0 : 1);
