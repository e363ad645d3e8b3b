/**
 * Limits the cost of a cached run by limiting its actions: it reads the files that are
 * named here, writes nothing, asks nobody on the network and loads no SDK. A
 * stopwatch would only say that something has become slower.
 */
import { e2e } from "../mod.ts";
import { assertEquals } from "@std/assert";
import { join } from "@std/path/join";
import { warm } from "./test_home.ts";

const ROOT = join(import.meta.dirname!, "..", "..");

for (const kind of ["cached", "recalled"] as const) {
  e2e(`a ${kind} run reads a handful of files, and touches nothing else`, {
    ignore: Deno.build.os === "windows",
    home: warm,
  }, async ({ aws, home }) => {
    // The second run is the first that finds the saved profile in ~/.aws/credentials.
    // Another build, such as the executable, remembers for itself.
    const main = join(ROOT, "main.ts");
    const deno = [Deno.execPath(), "run", "--quiet"];
    await home.exec([...deno, "-A", main, "-r", "admin", "true"]);
    const cache = join(home.path, ".aws/assume-role/cache");
    const names = Array.from(Deno.readDirSync(cache), ({ name }) => name);
    const needed = names.filter((name) =>
      /^[0-9a-f]{64}\.json$/.test(name) ||
      kind === "recalled" && name.startsWith("plan-")
    );
    const above: string[] = [];
    for (let at = home.project; at !== "/"; at = join(at, "..")) {
      above.push(join(at, "assume-role.yaml"));
    }
    const files = [
      ...above,
      "/assume-role.yaml",
      ...["assume-role.yaml", "config", "credentials"]
        .map((name) => join(home.path, ".aws", name)),
      cache,
      ...needed.map((name) => join(cache, name)),
      // One that is recalled needs none of our modules beyond those of a start.
      ...(kind === "cached" ? [join(ROOT, "lib")] : []),
    ];
    const before = aws.calls.length;
    // Not as broad as the cache's directory: the permission for that has all in it.
    const denied = names.filter((name) => !needed.includes(name))
      .map((name) => join(cache, name));
    const result = await home.exec([
      ...deno,
      "--no-prompt",
      `--allow-read=${files.join()}`,
      `--deny-read=${denied.join()}`,
      "--deny-write",
      "--deny-net",
      "--deny-ffi",
      "--deny-import",
      "--allow-env",
      "--allow-run",
      "--allow-sys=uid,gid",
      main,
      "-r",
      "admin",
      "printenv",
      "ASSUME_ROLE_ARN",
    ]);
    assertEquals([result.stdout, result.stderr, result.status], [
      "arn:aws:iam::111111111111:role/admin\n",
      "",
      0,
    ]);
    assertEquals(aws.calls.length - before, 0);
  });
}
