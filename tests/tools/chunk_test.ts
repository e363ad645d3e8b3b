import { assertEquals, assertThrows } from "@std/assert";
import { formatImport, parseChunk } from "../../tools/chunk.ts";

const IMPORTS = [
  [
    'import{a as n,b}from"./x.js";',
    { names: [["a", "n"], ["b", "b"]], from: "./x.js" },
  ],
  ['import"./x.js";', { names: [], from: "./x.js" }],
  ['import n from"node:os";', { names: [["default", "n"]], from: "node:os" }],
  ['import*as n from"node:fs";', { names: [["*", "n"]], from: "node:fs" }],
  [
    'import n,{a as t}from"node:fs";',
    { names: [["default", "n"], ["a", "t"]], from: "node:fs" },
  ],
] as const;

Deno.test("a chunk is split into imports, code and exports", () => {
  for (const [text, expected] of IMPORTS) {
    const chunk = parseChunk("a.js", `var e=1;${text}f();export{e as x,y};\n`);
    assertEquals(chunk, {
      file: "a.js",
      imports: [expected],
      body: "var e=1;f();",
      exports: [["e", "x"], ["y", "y"]],
    });
  }
});

Deno.test("formatted imports have the same meaning", () => {
  for (const [, expected] of IMPORTS) {
    const { imports } = parseChunk("a.js", formatImport(expected));
    assertEquals(imports, [expected]);
  }
  const both = { names: [["*", "n"], ["a", "t"]], from: "node:fs" } as const;
  assertEquals(parseChunk("a.js", formatImport(both)).imports, [
    { names: [["*", "n"]], from: "node:fs" },
    { names: [["a", "t"]], from: "node:fs" },
  ]);
});

Deno.test("words in strings are no imports", () => {
  const text = 'f("import{a}from\\"./x.js\\";",`import "./y.js"`);';
  assertEquals(parseChunk("a.js", text).imports, []);
});

Deno.test("imports and exports of other forms are refused", () => {
  for (
    const text of [
      'export*from"./x.js";',
      'export{a}from"./x.js";f();',
      "export const a=1;",
      'import{a}from"npm:x";',
      'import a from"../x.js";',
    ]
  ) {
    assertThrows(
      () => parseChunk("a.js", `f();${text}g()`),
      Error,
      "Cannot read a.js: it has other imports or exports",
    );
  }
});
