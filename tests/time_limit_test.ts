/** The limit of the time of each test, which the tasks set with `--preload`. */
import { assertEquals } from "@std/assert";
import { join } from "@std/path/join";

const PRELOAD = new URL("./time_limit.ts", import.meta.url).href;

const HANGING = `
const hang = () => new Promise((resolve) => setTimeout(resolve, 1e6));
Deno.test("a name and a function", hang);
Deno.test("a name, options and a function", {}, hang);
Deno.test({ name: "an object", fn: hang });
Deno.test(function named() { return hang(); });
Deno.test("a loop", () => { for (;;); });
Deno.test("a limit of its own", { timeout: 60_000 }, () =>
  new Promise((resolve) => setTimeout(resolve, 1000)));
Deno.test("a test after those that hang", () => {});
`;

Deno.test("a test that hangs fails, and the tests after it run", async () => {
  const directory = await Deno.makeTempDir();
  try {
    const path = join(directory, "hanging_test.ts");
    await Deno.writeTextFile(path, HANGING);
    const { stdout } = await new Deno.Command(Deno.execPath(), {
      args: [
        "test",
        "-A",
        "--no-prompt",
        "--no-config",
        "--no-check",
        `--preload=${PRELOAD}`,
        path,
      ],
      env: { NO_COLOR: "1", TEST_TIMEOUT_SECONDS: "0.05" },
      stderr: "null",
    }).output();
    const results = new TextDecoder().decode(stdout)
      .matchAll(/^(.+) \.\.\. (ok|FAILED) \(/gm);
    assertEquals(Object.fromEntries(results.map((it) => it.slice(1))), {
      "a name and a function": "FAILED",
      "a name, options and a function": "FAILED",
      "an object": "FAILED",
      "named": "FAILED",
      "a loop": "FAILED",
      "a limit of its own": "ok",
      "a test after those that hang": "ok",
    });
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
