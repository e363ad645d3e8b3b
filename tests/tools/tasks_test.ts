import { assertEquals } from "@std/assert";
import { join } from "@std/path/join";
import config from "../../deno.json" with { type: "json" };

const TESTS = join(import.meta.dirname!, "..");

function* walk(folder: string): Generator<string> {
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    if (isDirectory) yield* walk(join(folder, name));
    else if (name.endsWith(".ts")) yield join(folder, name);
  }
}

Deno.test("tasks that start programs of the project first fetch their packages", () => {
  const tasks = Object.entries(config.tasks).filter(([name]) =>
    /^(?:test|demo|bench)\b/.test(name)
  );
  assertEquals(tasks.length > 8, true);
  for (const [name, task] of tasks) {
    assertEquals(
      (task as { dependencies?: unknown }).dependencies,
      ["fetch"],
      name,
    );
  }
});

// Without --quiet, Deno can print "Download …" on stderr even for a cached package.
Deno.test("tests start programs of Deno with --quiet", () => {
  const loud = /(?:execPath\(\),|\bdeno,|\bargs: \[)\s*"run"(?!,\s*"--quiet")/g;
  const found = [...walk(TESTS)].flatMap((path) =>
    (Deno.readTextFileSync(path).match(loud) ?? []).map((text) => [path, text])
  );
  assertEquals(found, []);
});
