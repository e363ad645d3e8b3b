import { join } from "@std/path/join";
import { has } from "../e2e/test_home.ts";

const CLIENTS = join(import.meta.dirname!, "clients");
const NODE = join(CLIENTS, "node");
const JAVA = join(CLIENTS, "java");

/** The directory of the Node programs and their packages. */
export const NODE_CLIENTS = NODE;

/**
 * Returns test options for clients that need these programs. If a program is missing,
 * the test is skipped on a developer's machine, and fails in CI.
 */
export async function needs(
  ...programs: readonly string[]
): Promise<{ readonly ignore: boolean }> {
  if (Deno.env.get("CI") === "true") return { ignore: false };
  const found = await Promise.all(programs.map(has));
  return { ignore: found.includes(false) };
}

/** Installs the packages of `clients/node`, unless they match the lock file. */
export async function installNodeClients(): Promise<void> {
  const installed = modified(join(NODE, "node_modules", ".package-lock.json"));
  if (installed > modified(join(NODE, "package-lock.json"))) return;
  await install("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"]);
}

/**
 * Fetches the packages of `clients/java`.
 *
 * @returns a function from a home directory to the argv of the Java program
 */
export async function installJavaClient(): Promise<
  (home: string) => readonly string[]
> {
  const list = await Deno.makeTempFile();
  try {
    const goal = "dependency:build-classpath";
    await install("mvn", ["-q", "-B", goal, `-Dmdep.outputFile=${list}`]);
    const classPath = await Deno.readTextFile(list);
    return (home) => [
      "java",
      // Java takes the home directory from the system, not from `HOME`.
      `-Duser.home=${home}`,
      "-cp",
      classPath,
      join(JAVA, "Caller.java"),
    ];
  } finally {
    await Deno.remove(list);
  }
}

/** Runs a package manager in the directory of its packages. */
async function install(
  manager: "npm" | "mvn",
  args: readonly string[],
): Promise<void> {
  const { success, stdout, stderr } = await new Deno.Command(manager, {
    args: [...args],
    cwd: manager === "npm" ? NODE : JAVA,
  }).output();
  if (success) return;
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  throw new Error(`${manager} failed: ${text(stdout)}${text(stderr)}`);
}

/** Returns the time of a file's last change in milliseconds; 0 if the file is missing. */
function modified(path: string): number {
  try {
    return Deno.statSync(path).mtime?.getTime() ?? 0;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return 0;
    throw error;
  }
}
