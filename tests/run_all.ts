/**
 * Runs `deno task test` and `deno task test:e2e`: all tests but those of Windows, conformance,
 * crash and soak, or only those in the folders that the arguments name. Other arguments are
 * options of `deno test`.
 *
 * Most end-to-end tests start assume-role many times. Without `ASSUME_ROLE_BIN`, they start a
 * bundle, which this script makes from the sources as for a release: a start of the bundle
 * needs less time than a start of the sources. `e2e/sources_test.ts` runs the sources.
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

const FOLDERS = Deno.args.filter((it) => it.startsWith("tests/"));
const OPTIONS = Deno.args.filter((it) => !it.startsWith("tests/"));

/** Whether the arguments select a file of tests. */
function isSelected(path: string): boolean {
  return FOLDERS.length === 0 ||
    FOLDERS.some((folder) => path.startsWith(`${folder}/`));
}

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
  return [...new Set([...longest, ...found])].filter(isSelected);
}

/** Runs `deno test`, and returns whether all tests passed. */
async function test(
  args: readonly string[],
  bundle: string | undefined,
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
    env: {
      DENO_JOBS: Deno.env.get("DENO_JOBS") ?? `${jobs}`,
      ...(bundle !== undefined && { ASSUME_ROLE_BUNDLE: bundle }),
    },
  }).spawn();
  // `deno test` ends at this signal, also while a test listens for SIGTERM.
  const end = () => child.kill("SIGINT");
  if (Deno.build.os !== "windows") Deno.addSignalListener("SIGTERM", end);
  const { success } = await child.status;
  if (Deno.build.os !== "windows") Deno.removeSignalListener("SIGTERM", end);
  return success;
}

/** Runs the selected tests, and returns whether all of them passed. */
async function testAll(bundle?: string): Promise<boolean> {
  const examples = FOLDERS.length === 0 ? ["--doc", ...EXAMPLES] : [];
  const alone = ALONE.filter(isSelected);
  // Deno starts the files in this order.
  const together = [...listTogether(), ...examples];
  return await test(["--parallel", ...OPTIONS, ...together], bundle) &&
    (alone.length === 0 || await test([...OPTIONS, ...alone], bundle));
}

/** Runs the tests with a new bundle, and removes the bundle. */
async function testBundle(): Promise<boolean> {
  const bundle = await Deno.makeTempDir({ prefix: "assume-role-bundle-" });
  try {
    await makeBundle(bundle);
    return await testAll(bundle);
  } finally {
    await Deno.remove(bundle, { recursive: true });
  }
}

// Ctrl-C reaches the tests, too, and this script removes the bundle after the tests have ended.
if (Deno.build.os !== "windows") Deno.addSignalListener("SIGINT", () => {});
const hasPassed =
  await (Deno.env.get("ASSUME_ROLE_BIN") ? testAll() : testBundle());
Deno.exit(hasPassed ? 0 : 1);
