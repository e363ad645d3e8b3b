/** Tests the merge of the chunks that the process of an executable loads together. */
import { assertEquals, assertThrows } from "@std/assert";
import { join } from "@std/path/join";
import { mergeChunks } from "../../tools/merge_chunks.ts";
import { withBundle } from "./bundles.ts";

/** A bundle whose merged chunks use equal names, and share a class with other chunks. */
const BUNDLE: Readonly<Record<string, string>> = {
  "main.js":
    'import{a as x}from"./early-a.js";import{a as y}from"./early-b.js";async function n(){let{late:e}=await import("./late.js"),{s}=await import("./session-AAAAAAAA.js");globalThis.merged=[x.name,y(),e(new x),s(new x)].join()}import.meta.main&&await n();export{n as main};\n',
  "early-a.js": 'import"./early-b.js";class n{}export{n as a};\n',
  "early-b.js": 'var n="b";function e(){return n}export{e as a,n as b};\n',
  "late.js":
    'import{a as n}from"./early-a.js";import{p as s}from"./shared.js";function e(t){return t instanceof n&&s("late")}export{e as late};\n',
  "shared.js":
    'import n,{sep as r}from"node:path";function t(o){return n.basename(`x${r}${o}`)}import*as e from"node:path";export{t as p,e as w};\n',
  "session-AAAAAAAA.js":
    'import{a as n}from"./early-a.js";import{p as t,w as e}from"./shared.js";function r(o){return o instanceof n&&t(e.join("a","session"))}export{r as s};\n',
  "in_process-AAAAAAAA.js": 'import"./never.js";',
  ...Object.fromEntries(
    [
      ...["print", "load_sdk", "lock", "failure_format", "sandbox"],
      ...["assume_role", "save_session", "save_origin", "set_owner"],
    ].map((name) => [`${name}-AAAAAAAA.js`, "export{};\n"]),
  ),
};

Deno.test("merged chunks keep their values, and other chunks get the same classes", async () => {
  await withBundle(BUNDLE, async (directory) => {
    mergeChunks(directory);
    const { main } = await import(`file://${join(directory, "main.js")}`);
    await main();
    const { merged } = globalThis as { merged?: string };
    assertEquals(merged, "n,b,late,session");
    const names = Array.from(Deno.readDirSync(directory), ({ name }) => name);
    assertEquals(names.filter((name) => !name.includes("-")).sort(), [
      "early.js",
      "first_run.js",
      "late.js",
      "main.js",
      "printing.js",
      "worker_start.js",
    ]);
  });
});

Deno.test("a chunk that never loads in an executable is replaced", async () => {
  await withBundle(BUNDLE, (directory) => {
    mergeChunks(directory);
    assertEquals(
      Deno.readTextFileSync(join(directory, "in_process-AAAAAAAA.js")),
      'throw new Error("the AWS SDK runs in a worker");\n',
    );
  });
});

for (
  const [name, text, message] of [
    ["another form", 'export*from"./late.js";\n', "other imports or exports"],
    ["a cycle", 'import{a as n}from"./early-a.js";\n', "it imports itself"],
  ]
) {
  Deno.test(`chunks with ${name} are not merged`, async () => {
    await withBundle({ ...BUNDLE, "early-b.js": text! }, (directory) => {
      assertThrows(() => mergeChunks(directory), Error, message);
    });
  });
}

Deno.test("the build fails if a chunk to merge is missing", async () => {
  const { "lock-AAAAAAAA.js": _, ...others } = BUNDLE;
  await withBundle(others, (directory) => {
    assertThrows(() => mergeChunks(directory), Error, "0 chunks match");
  });
});
