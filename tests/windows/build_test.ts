/** The build of the executable, by Deno for Windows. */
import { assertEquals } from "@std/assert";
import { join } from "@std/path/join";
import { ROOT } from "../e2e/test_home.ts";
import { deno, fixture, toWindows, windows } from "./windows.ts";

windows("the executable can be built on Windows", async ({ home }) => {
  const directory = join(home.root, "bundle");
  const { status, stderr } = await home.exec(
    [...deno(fixture("bundle.ts")), toWindows(directory)],
    {
      cwd: toWindows(ROOT),
      // Deno fetches esbuild; an intercepting proxy's certificate is the system's.
      env: { DENO_TLS_CA_STORE: "system,mozilla" },
    },
  );
  assertEquals(status, 0, stderr);
  assertEquals(
    Deno.readTextFileSync(join(directory, "early.js")).length > 1000,
    true,
  );
});
