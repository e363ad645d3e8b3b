import { assertEquals } from "@std/assert";
import { KeyLocator } from "../../lib/config/key_position.ts";

type Case = readonly [text: string, keys: string[], at: string];

function check(cases: readonly Case[]): void {
  for (const [text, keys, expected] of cases) {
    const { line, column } = new KeyLocator(text).locate(keys);
    assertEquals(`${line}:${column}`, expected, text);
  }
}

Deno.test("locate() finds a key at the top of the file", () => {
  check([
    ["duration: 1h\n", ["duration"], "1:1"],
    ["a: b\n\nduration: 1h", ["duration"], "3:1"],
    ["a: b\r\nduration: 1h\r\n", ["duration"], "2:1"],
    ["\uFEFFduration: 1h\n", ["duration"], "1:1"],
    ["{a: b, duration: 1h}\n", ["duration"], "1:8"],
    ["---\n  duration: 1h\n", ["duration"], "2:3"],
  ]);
});

Deno.test("locate() skips the same word in comments, values and other keys", () => {
  check([
    ["# duration: 2h\nduration: 1h\n", ["duration"], "2:1"],
    ["a: duration\nduration: 1h\n", ["duration"], "2:1"],
    ["a: |\n  duration: 2h\nduration: 1h\n", ["duration"], "3:1"],
    ["duration_x: a\nduration: 1h\n", ["duration"], "2:1"],
    ["roles:\n  duration:\n    a: b\nduration: 1h\n", ["duration"], "4:1"],
    ["a: a\n", ["a"], "1:1"],
  ]);
});

Deno.test("locate() finds a nested key under its own parents", () => {
  const text =
    "duration: 1h\nroles:\n  a:\n    duration: 2h\n  b:\n    duration: 3h\n";
  check([
    [text, ["duration"], "1:1"],
    [text, ["roles"], "2:1"],
    [text, ["roles", "a"], "3:3"],
    [text, ["roles", "a", "duration"], "4:5"],
    [text, ["roles", "b", "duration"], "6:5"],
    ["roles: {b: {duration: 1h}}", ["roles", "b", "duration"], "1:13"],
  ]);
});

Deno.test("locate() falls back to the nearest parent, then to the beginning", () => {
  check([
    ["roles:\n  a:\n    b: c\n", ["roles", "a", "none"], "2:3"],
    ["roles:\n  a: b\n", ["roles", "none"], "1:1"],
    ["\na: b\n", ["none"], "1:1"],
    ["\na: b\n", [], "1:1"],
    ["", ["a"], "1:1"],
  ]);
});

Deno.test("locate() finds each key of a mapping, also if a name is a part of another name", () => {
  const names = [
    "a",
    "aa",
    "a a",
    "a:a",
    "role",
    "roles",
    "r1",
    "r10",
    "é",
    "x y z",
  ];
  const quoted = names.map((name) => `  "${name}": {a: b, aa: c}`);
  const plain = names.map((name) => `  ${name}:\n    aa: a\n    a: "a: b"`);
  for (const entries of [quoted, plain]) {
    const text = `# roles: a: aa: r1:\nroles:\n${entries.join("\n")}\n`;
    const locator = new KeyLocator(text);
    for (const [at, name] of names.entries()) {
      const height = entries === quoted ? 1 : 3;
      const { line, column } = locator.locate(["roles", name]);
      const expected = [3 + at * height, entries === quoted ? 4 : 3];
      assertEquals([line, column], expected, name);
      const inner = locator.locate(["roles", name, "a"]);
      assertEquals(inner.line, entries === quoted ? line : line + 2, name);
    }
  }
});
