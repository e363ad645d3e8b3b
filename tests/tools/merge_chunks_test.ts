/** Tests the merge of the chunks that load before a command starts. */
import { assertEquals, assertThrows } from "@std/assert";
import { join } from "@std/path/join";
import { mergeChunks } from "../../tools/merge_chunks.ts";

/** A bundle whose early chunks use equal names, and share a class with later chunks. */
const BUNDLE: Readonly<Record<string, string>> = {
  "main.js":
    'import{a as x}from"./early-a.js";import{a as y}from"./early-b.js";import{t as w}from"./worker-part.js";async function n(){let{late:e}=await import("./late.js");globalThis.merged=[x.name,y(),w,e(new x)].join()}import.meta.main&&await n();export{n as main};\n',
  "early-a.js": 'import"./early-b.js";class n{}export{n as a};\n',
  "early-b.js": 'var n="b";function e(){return n}export{e as a,n as b};\n',
  "late.js":
    'import{a as n}from"./early-a.js";function e(t){return t instanceof n}export{e as late};\n',
  "worker-part.js": 'var n="w";export{n as t};\n',
  "worker.js": 'import{t as n}from"./worker-part.js";n;\n',
};

async function withBundle(
  files: Readonly<Record<string, string>>,
  test: (directory: string) => void | Promise<void>,
): Promise<void> {
  const directory = await Deno.makeTempDir({ prefix: "assume-role-test-" });
  try {
    for (const [name, text] of Object.entries(files)) {
      await Deno.writeTextFile(join(directory, name), text);
    }
    await test(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

Deno.test("merged chunks keep their values, and later chunks get the same classes", async () => {
  await withBundle(BUNDLE, async (directory) => {
    mergeChunks(directory, "worker.js");
    const { main } = await import(`file://${join(directory, "main.js")}`);
    await main();
    const { merged } = globalThis as { merged?: string };
    assertEquals(merged, "n,b,w,true");
    const names = Array.from(Deno.readDirSync(directory), ({ name }) => name);
    assertEquals(names.sort(), [
      "early.js",
      "late.js",
      "main.js",
      "worker-part.js",
      "worker.js",
    ]);
  });
});

Deno.test("a chunk of another form is not merged", async () => {
  const broken = { ...BUNDLE, "early-b.js": 'export*from"./late.js";\n' };
  await withBundle(broken, (directory) => {
    assertThrows(
      () => mergeChunks(directory, "worker.js"),
      Error,
      "Cannot merge early-b.js: it has other imports or exports",
    );
  });
});
