/**
 * Makes the executables: `deno task build [target ...]`, into `dist/`. Without a
 * target it is the one of this machine; `all` makes every one that is published,
 * and `SHA256SUMS`.
 *
 * The modules are bundled and minified first: then little has to be loaded before
 * a command starts, and the executable carries no package that is not used.
 */
import config from "../deno.json" with { type: "json" };
import { PERMISSION_FLAGS } from "./permissions.ts";

/** What is published, by Deno's names for targets. */
export const TARGETS = [
  "x86_64-unknown-linux-gnu",
  "aarch64-unknown-linux-gnu",
  "x86_64-apple-darwin",
  "aarch64-apple-darwin",
  "x86_64-pc-windows-msvc",
] as const;

/** Stands in the sources where the commit belongs. */
const COMMIT_PLACEHOLDER = "0".repeat(40);
/** The modules that are loaded by their address: the command line and the worker. */
const ENTRIES = ["main.ts", "lib/sandbox/worker.ts"];

/** A Deno that compiles; another one than ours where only that has a base. */
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

/** The commit that is built; `-dirty` where files have changed since. */
async function readCommit(): Promise<string> {
  try {
    const commit = (await run("git", ["rev-parse", "HEAD"])).trim();
    const changes = await run("git", ["status", "--porcelain", "-uno"]);
    return changes === "" ? commit : `${commit}-dirty`;
  } catch {
    return "unknown";
  }
}

/** Makes the few small modules that an executable is compiled from. */
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
    // Of packages in two forms, the one of which no more is taken than is used.
    { DENO_CONDITIONS: "module" },
  );
  const commit = await readCommit();
  for (const path of filesBelow(directory)) {
    const text = await Deno.readTextFile(path);
    // A package of the old kind would bring all of itself, and a good part of Node.
    if (text.includes("createRequire")) {
      throw new Error(`a package of the old kind is in ${path}`);
    }
    await Deno.writeTextFile(path, text.replace(COMMIT_PLACEHOLDER, commit));
    // The executable keeps the time: it is to be the same from the same commit.
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
      // It would be in a directory that others can write to, and is run as it is.
      "--no-code-cache",
      // Code that runs once is not worth a compiler, and one that makes machine code
      // is better not there at all beside secrets. It saves memory and time.
      "--v8-flags=--lite-mode",
      "--no-check", // the sources are checked; this would embed types of Node's
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
