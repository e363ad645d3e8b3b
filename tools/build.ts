/**
 * Builds executables in `dist/`: `deno task build [target ...]`. Without a target,
 * the task builds for this machine; `all` builds for all published targets. If
 * targets are given, the task also writes `SHA256SUMS`.
 *
 * The modules are first bundled and minified, so that little code is loaded before
 * a command starts and the executable has no unused packages.
 */
import config from "../deno.json" with { type: "json" };
import { PERMISSION_FLAGS } from "./permissions.ts";

/** The published targets, by Deno's names. */
export const TARGETS = [
  "x86_64-unknown-linux-gnu",
  "aarch64-unknown-linux-gnu",
  "x86_64-apple-darwin",
  "aarch64-apple-darwin",
  "x86_64-pc-windows-msvc",
] as const;

/** The placeholder in the source code, which the build replaces by the commit. */
const COMMIT_PLACEHOLDER = "0".repeat(40);
/** The modules that are loaded by path: the command line and the worker. */
const ENTRIES = ["main.ts", "lib/sandbox/worker.ts"];

/**
 * The Deno executable that compiles; by default, the Deno that runs this script.
 * `COMPILE_DENO` names another Deno executable, for example if the base executable
 * (denort) can be downloaded only for another version of Deno.
 */
const COMPILER = Deno.env.get("COMPILE_DENO") ?? Deno.execPath();

const root = new URL("..", import.meta.url).pathname;
const dist = `${root}dist`;
const bundle = `${dist}/bundle`;

async function run(
  program: string,
  args: string[],
  env: Record<string, string> = {},
): Promise<string> {
  const { success, stdout } = await new Deno.Command(program, {
    args,
    cwd: root,
    env,
    stdout: "piped",
    stderr: "inherit",
  }).output();
  if (!success) throw new Error(`${program} ${args[0]} failed`);
  return new TextDecoder().decode(stdout);
}

/** Reads the current commit, with `-dirty` appended if files have changed since the commit. */
async function readCommit(): Promise<string> {
  try {
    const commit = (await run("git", ["rev-parse", "HEAD"])).trim();
    const changes = await run("git", ["status", "--porcelain", "-uno"]);
    return changes === "" ? commit : `${commit}-dirty`;
  } catch {
    return "unknown";
  }
}

/** Bundles the modules that an executable is compiled from. */
export async function makeBundle(directory: string): Promise<void> {
  await Deno.remove(directory, { recursive: true }).catch(() => {});
  await run(
    Deno.execPath(),
    [
      "bundle",
      "--quiet",
      "--platform=deno",
      "--code-splitting",
      "--minify",
      `--outdir=${directory}`,
      ...ENTRIES,
    ],
    // Selects the ESM build of packages, so that unused code is left out.
    { DENO_CONDITIONS: "module" },
  );
  const commit = await readCommit();
  for (const path of filesBelow(directory)) {
    const text = await Deno.readTextFile(path);
    // Refuse a CommonJS package: the bundle would contain the whole package and a part of
    // Node.
    if (text.includes("createRequire")) {
      throw new Error(`Cannot bundle ${path}: it has a CommonJS package`);
    }
    await Deno.writeTextFile(path, text.replace(COMMIT_PLACEHOLDER, commit));
    // Set a fixed time, because the executable stores the modification time, and all
    // builds of a commit must be identical.
    await Deno.utime(path, 0, 0);
  }
}

function filesBelow(directory: string): string[] {
  return Array.from(Deno.readDirSync(directory)).flatMap((entry) => {
    const path = `${directory}/${entry.name}`;
    return entry.isDirectory ? filesBelow(path) : [path];
  });
}

async function compile(target: string | undefined): Promise<string> {
  const name = target === undefined
    ? "assume-role"
    : `assume-role-${config.version}-${target}`;
  const isWindows = target?.includes("windows") ??
    Deno.build.os === "windows";
  const output = `${dist}/${name}${isWindows ? ".exe" : ""}`;
  await run(
    COMPILER,
    [
      "compile",
      "--quiet",
      "--no-lock",
      "--no-config",
      // Without this flag, Deno would run code from its code cache, which is in a directory
      // that other users can write to, and would not check the code.
      "--no-code-cache",
      // Turns off V8's compilers. This saves memory and time, because most code runs only
      // once. This is also safer in a process that holds secrets.
      "--v8-flags=--lite-mode",
      "--no-check", // already done; checking here would embed Node's types
      "--unstable-worker-options",
      ...PERMISSION_FLAGS,
      ...ENTRIES.slice(1).flatMap((entry) => [
        "--include",
        `${bundle}/${entry.replace(/\.ts$/, ".js")}`,
      ]),
      ...(target === undefined ? [] : ["--target", target]),
      "--output",
      output,
      `${bundle}/main.js`,
    ],
  );
  return output;
}

async function sha256(path: string): Promise<string> {
  const digest = await crypto.subtle.digest(
    "SHA-256",
    await Deno.readFile(path),
  );
  return Array.from(
    new Uint8Array(digest),
    (byte) => byte.toString(16).padStart(2, "0"),
  ).join("");
}

if (import.meta.main) {
  const targets = Deno.args.includes("all") ? TARGETS : Deno.args;
  await Deno.mkdir(dist, { recursive: true });
  await makeBundle(bundle);
  const outputs: string[] = [];
  for (const target of targets.length === 0 ? [undefined] : targets) {
    outputs.push(await compile(target));
  }
  if (targets.length > 0) {
    const lines: string[] = [];
    for (const path of outputs) {
      lines.push(`${await sha256(path)}  ${path.split("/").at(-1)}\n`);
    }
    await Deno.writeTextFile(`${dist}/SHA256SUMS`, lines.join(""));
  }
  await Deno.remove(bundle, { recursive: true });
}
