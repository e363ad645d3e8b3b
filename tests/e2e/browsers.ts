/** Programs that stand in for browsers, and the browser of this machine. */
import { join } from "@std/path/join";
import { has, type TestHome } from "../mod.ts";

/**
 * Creates programs that run a script in place of a browser, and returns variables with which
 * assume-role finds these programs. There is no desktop.
 *
 * @param scripts the scripts, by the names of the programs
 */
export function withPrograms(
  home: TestHome,
  scripts: Readonly<Record<string, string>>,
): Record<"PATH" | "TMPDIR", string> {
  for (const [name, script] of Object.entries(scripts)) {
    const path = home.write(`bin/${name}`, `#!/bin/sh\n${script}\n`);
    Deno.chmodSync(path, 0o700);
  }
  const temporary = join(home.root, "tmp");
  Deno.mkdirSync(temporary, { recursive: true });
  return {
    PATH: `${join(home.project, "bin")}:${Deno.env.get("PATH")}`,
    TMPDIR: temporary,
  };
}

/** The name of Chromium on this machine; `undefined` if Chromium is not installed. */
export async function findChromium(): Promise<string | undefined> {
  for (const name of ["chromium", "chromium-browser", "google-chrome"]) {
    if (await has(name)) return name;
  }
  return undefined;
}
