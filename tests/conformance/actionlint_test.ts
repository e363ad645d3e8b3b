/**
 * Checks the workflows with actionlint, which is built from its Go module. The test is
 * skipped if Go or the module cannot be had, except with `CI=true`.
 */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path/join";
import { ROOT } from "../mod.ts";

const MODULE = "github.com/rhysd/actionlint/cmd/actionlint@v1.7.12";
const IS_CI = Deno.env.get("CI") === "true";

interface Outcome {
  readonly code: number;
  readonly output: string;
}

async function run(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Outcome> {
  try {
    const { code, stdout, stderr } = await new Deno.Command(program, {
      args: [...args],
      cwd: ROOT,
      env,
    }).output();
    const text = new TextDecoder();
    return { code, output: text.decode(stdout) + text.decode(stderr) };
  } catch (error) {
    return { code: 127, output: String(error) };
  }
}

const bin = await Deno.makeTempDir({ prefix: "assume-role-test-" });
addEventListener("unload", () => Deno.removeSync(bin, { recursive: true }));
const install = await run("go", ["install", MODULE], { GOBIN: bin });
const actionlint = join(bin, "actionlint");

Deno.test({
  name: `actionlint finds no mistake in the workflows${
    install.code === 0 ? "" : " (skipped: Go or the module is missing)"
  }`,
  ignore: install.code !== 0 && !IS_CI,
  fn: async () => {
    assertEquals(install.code, 0, install.output);
    const workflows = [
      ".github/workflows/ci.yml",
      ".github/workflows/release.yml",
    ];
    const options = ["-no-color", "-shellcheck=", "-pyflakes="];
    assertEquals(await run(actionlint, [...options, ...workflows]), {
      code: 0,
      output: "",
    });
    const wrong = join(bin, "wrong.yml");
    const text = await Deno.readTextFile(join(ROOT, workflows[0]!));
    await Deno.writeTextFile(wrong, text.replace("matrix.os", "matrix.system"));
    const found = await run(actionlint, [...options, wrong]);
    assertEquals(found.code, 1);
    assertStringIncludes(found.output, 'property "system" is not defined');
  },
});
