/** Tests modules with V8's compiled code. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path/join";
import { precompile } from "../../tools/precompile.ts";
import { withBundle } from "./bundles.ts";

const COMPILER = join(import.meta.dirname!, "../../tools/code_cache.ts");

const BUNDLE: Readonly<Record<string, string>> = {
  "module.js":
    'import{later as a,value as n}from"./other.js";import e,{sep as t}from"node:path";var s=`${n} \u{1F511} \u00e9`;async function r(){let{late:o}=await import("./late.js");return[s,o,e.sep===t,a===setTimeout,import.meta.url.slice(-10),(function(){return this})()].join()}export{r as run,s as text};\n',
  "other.js": 'export const value="other",later=setTimeout;\n',
  "late.js": 'export const late="late";\n',
  "program.js":
    'import{run,text}from"./module.js";console.log(text);console.log(await run());\n',
  // Prints whether V8 accepts the compiled code.
  "accepts.js":
    'import{Script}from"node:vm";const d=import.meta.dirname;console.log(!new Script(Deno.readTextFileSync(d+"/module.script"),{cachedData:Deno.readFileSync(d+"/module.code")}).cachedDataRejected);\n',
};

const OUTPUT =
  "other \u{1F511} \u00e9\nother \u{1F511} \u00e9,late,true,true,/module.js,\n";

/** Runs a program of Deno with the same flags of V8 as the compiler. */
async function run(...words: readonly string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--quiet", "-A", "--no-config"],
      ...["--v8-flags=--lite-mode,--no-lazy", ...words],
    ],
  }).output();
  assert(success, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

async function compile(directory: string, isCompressed = false) {
  const modules = [{ file: "module.js", isCompressed }];
  await precompile(
    directory,
    modules,
    async (files) => void await run(COMPILER, ...files),
  );
}

for (const isCompressed of [false, true]) {
  const what = isCompressed ? "compressed compiled code" : "compiled code";
  Deno.test(`a module with ${what} has the values of the module`, async () => {
    await withBundle(BUNDLE, async (directory) => {
      const program = join(directory, "program.js");
      assertEquals(await run(program), OUTPUT);
      await compile(directory, isCompressed);
      assertEquals(await run(program), OUTPUT);
      // The code is in use: without it, the program fails.
      Deno.removeSync(join(directory, "module.code"));
      await assertRejects(() => run(program), Error, "No such file");
    });
  });
}

Deno.test("V8 accepts the compiled code, and compiles the script if the code is for another V8", async () => {
  await withBundle(BUNDLE, async (directory) => {
    await compile(directory);
    assertEquals(await run(join(directory, "accepts.js")), "true\n");
    const code = join(directory, "module.code");
    const bytes = Deno.readFileSync(code);
    Deno.writeFileSync(code, bytes.with(4, bytes[4]! ^ 1)); // the hash of the version
    assertEquals(await run(join(directory, "accepts.js")), "false\n");
    assertEquals(await run(join(directory, "program.js")), OUTPUT);
  });
});

Deno.test("the files with their times are the same in every build", async () => {
  const builds: unknown[] = [];
  while (builds.length < 2) {
    await withBundle(BUNDLE, async (directory) => {
      await compile(directory);
      builds.push(
        ["module.js", "module.script", "module.code"].map((name) => {
          const path = join(directory, name);
          return [Deno.readFileSync(path), Deno.statSync(path).mtime];
        }),
      );
    });
  }
  assertEquals(builds[0], builds[1]);
});

Deno.test("a module with names that would mean something else is refused", async () => {
  for (
    const [text, message] of [
      ["globalThis.process.exit();", "module.js uses globalThis.process"],
      ["var import_meta;", "module.js uses the name import_meta"],
    ]
  ) {
    await withBundle({ "module.js": `${text}\n` }, async (directory) => {
      await assertRejects(() => compile(directory), Error, message);
    });
  }
});
