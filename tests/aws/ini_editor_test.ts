import { assertEquals } from "@std/assert";
import {
  type AwsFile,
  type Entries,
  formatAwsFile,
  parseAwsFile,
  readSection,
  removeSection,
  setSection,
} from "../../lib/aws/ini_editor.ts";
import { parseSections } from "../../lib/aws/ini_sections.ts";

const encoder = new TextEncoder();
const parse = (text: string) => parseAwsFile(encoder.encode(text));
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const format = (file: AwsFile) => decoder.decode(formatAwsFile(file));
const set = (text: string, name: string, entries: Entries) =>
  format(setSection(parse(text), name, entries));
const read = (file: AwsFile, name: string) => {
  const section = readSection(file, name);
  return section && { ...section };
};

Deno.test("setSection() adds a missing section at the end", () => {
  const cases: readonly (readonly [string, string])[] = [
    ["", "[x]\na = 1\nb = 2\n"],
    ["[y]\nc = 3\n", "[y]\nc = 3\n\n[x]\na = 1\nb = 2\n"],
    ["[y]\nc = 3", "[y]\nc = 3\n\n[x]\na = 1\nb = 2\n"],
    ["[y]\nc = 3\n\n", "[y]\nc = 3\n\n[x]\na = 1\nb = 2\n"],
    ["[y]\r\nc = 3\r\n", "[y]\r\nc = 3\r\n\r\n[x]\r\na = 1\r\nb = 2\r\n"],
    ["[y]\r\nc = 3", "[y]\r\nc = 3\r\n\r\n[x]\r\na = 1\r\nb = 2\r\n"],
    ["# [x]\n", "# [x]\n\n[x]\na = 1\nb = 2\n"],
    ["[xy]\n[ x ]\n", "[xy]\n[ x ]\n\n[x]\na = 1\nb = 2\n"],
    ["\uFEFF[y]\n", "\uFEFF[y]\n\n[x]\na = 1\nb = 2\n"],
  ];
  for (const [before, after] of cases) {
    assertEquals(set(before, "x", { a: "1", b: "2" }), after);
  }
});

Deno.test("if a section already has a key, setSection() changes only the value of that key", () => {
  const cases: readonly (readonly [string, string])[] = [
    ["[x]\na = old\n", "[x]\na = 1\n"],
    ["[x]\na=old", "[x]\na=1"],
    ["[x]\r\na   =\told  \r\n", "[x]\r\na   =\t1\r\n"],
    ["[x]\n  a = old\n", "[x]\n  a = 1\n"],
    // Keys are case-sensitive for the SDK for JavaScript, but not for botocore.
    ["[x]\nA = old\n", "[x]\na = 1\n"],
    ["[x] # c\n\n; c\na = b = c\n# d\n", "[x] # c\n\n; c\na = 1\n# d\n"],
    ["[x]\na =\n[y]\na = 2\n", "[x]\na =1\n[y]\na = 2\n"],
    ["\uFEFF[x]\na = old\n", "\uFEFF[x]\na = 1\n"],
    ["[y]\na = 2\n[x]\na = old\n", "[y]\na = 2\n[x]\na = 1\n"],
  ];
  for (const [before, after] of cases) {
    assertEquals(set(before, "x", { a: "1" }), after);
  }
});

Deno.test("setSection() adds a key after the last key of its section", () => {
  const cases: readonly (readonly [string, string])[] = [
    ["[x]\nb = 2\n\n# about y\n[y]\n", "[x]\nb = 2\na = 1\n\n# about y\n[y]\n"],
    ["[x]\nb = 2", "[x]\nb = 2\na = 1\n"],
    ["[x]", "[x]\na = 1\n"],
    ["[y]\r\n[x]\r\nb = 2\r", "[y]\r\n[x]\r\nb = 2\r\na = 1\r\n"],
    ["[x]\r\n[y]\r\n", "[x]\r\na = 1\r\n[y]\r\n"],
    ["[x]\ns3 =\n  a = 5\n[y]\n", "[x]\ns3 =\n  a = 5\na = 1\n[y]\n"],
    ["[x]\n# a = 0\n", "[x]\na = 1\n# a = 0\n"],
  ];
  for (const [before, after] of cases) {
    assertEquals(set(before, "x", { a: "1" }), after);
  }
});

Deno.test("setSection() sets the last occurrence of a repeated key in a repeated section", () => {
  assertEquals(
    set("[x]\na = 0\n[y]\n[x]\na = 0\na = 0\nb = 0\n", "x", {
      a: "1",
      c: "2",
    }),
    "[x]\na = 0\n[y]\n[x]\na = 0\na = 1\nb = 0\nc = 2\n",
  );
});

Deno.test("setSection() distinguishes names that are not ASCII", () => {
  const text = "[é]\na = é\n[è]\na = 0\n";
  assertEquals(set(text, "è", { a: "1" }), "[é]\na = é\n[è]\na = 1\n");
  assertEquals(set(text, "ê", { a: "1" }), text + "\n[ê]\na = 1\n");
});

Deno.test("setSection() finds a header whose name is not ASCII, even if a byte of the name is white space in Latin-1", () => {
  // The last byte of "à" in UTF-8, 0xA0, is a no-break space in Latin-1.
  for (const name of ["à", "à#b", "à;b", "日本"]) {
    const text = `[x]\nb = 2\n[${name}]\nc = 3\n`;
    assertEquals(
      set(text, "x", { a: "1" }),
      `[x]\nb = 2\na = 1\n[${name}]\nc = 3\n`,
    );
    assertEquals(set(text, name, { c: "1" }), text.replace("3", "1"));
  }
});

Deno.test("setSection() ends a section at the same line as the AWS SDK", () => {
  for (const header of ["[]", "[ ]", "  [y]", "[y] # c", "[y]z]"]) {
    const text = `[x]\nb = 2\n${header}\na = 0\n`;
    assertEquals(
      set(text, "x", { a: "1" }),
      `[x]\nb = 2\na = 1\n${header}\na = 0\n`,
    );
  }
});

Deno.test("setSection() encodes a non-ASCII value as UTF-8", () => {
  const text = set("[x]\na = 0\n", "x", { a: "é日", b: "日" });
  assertEquals(text, "[x]\na = é日\nb = 日\n");
});

// Values come from answers of servers, and a server must not be able to add a profile.
Deno.test("setSection() does not let a value start a new line", () => {
  const evil = "1\n[default]\ncredential_process = evil";
  for (const text of ["", "[x]\na = 0\n"]) {
    let after = text;
    try {
      after = set(text, "x", { a: evil });
    } catch {
      // setSection() may also refuse the value: then no profile is added.
    }
    assertEquals(parseSections(after).get("default"), undefined);
  }
});

Deno.test("readSection() returns the keys of the section, and skips comments and continuation lines", () => {
  const cases: readonly (readonly [string, Entries | undefined])[] = [
    ["", undefined],
    ["[y]\na = 1\n", undefined],
    ["# [x]\na = 1\n", undefined],
    ["[x]", {}],
    ["[x]\n\n# a = 1\n", {}],
    ["[x]\na=1\n B\t=\t2 3 \r\n", { a: "1" }],
    ["[x]\na = b = c\nd =\n", { a: "b = c", d: "" }],
    ["[x]\na = 1\n[y]\nb = 2\n[x]\na = 3\nc = 4\n", { a: "3", c: "4" }],
    ["[x]\ns3 =\n  a = 5\nb = 6\n", { s3: "", b: "6" }],
    ["\uFEFF[x] ; c\na = 1", { a: "1" }],
  ];
  for (const [text, expected] of cases) {
    assertEquals(read(parse(text), "x"), expected, JSON.stringify(text));
  }
});

Deno.test("readSection() reads a section whose lines are all indented", () => {
  // Both boto3 and the SDK read two keys of the profile here.
  const text = "[x]\n  a = 1\n  b = 2\n";
  assertEquals(read(parse(text), "x"), { a: "1", b: "2" });
  assertEquals(set(text, "x", { b: "3" }), "[x]\n  a = 1\n  b = 3\n");
});

Deno.test("removeSection() removes only the sections with the given name", () => {
  const cases: readonly (readonly [string, string])[] = [
    ["", ""],
    ["[y]\nb = 2\n", "[y]\nb = 2\n"],
    ["[x]\na = 1\n", ""],
    ["[y]\nb = 2\n\n[x]\na = 1\n", "[y]\nb = 2\n"],
    [
      "[x]\na = 1\ns3 =\n  c = 2\n\n# about y\n[y]\n",
      "\n# about y\n[y]\n",
    ],
    ["[x]\na = 1\n[y]\n[x]\nb = 2\n# end\n", "[y]\n# end\n"],
  ];
  for (const [before, after] of cases) {
    assertEquals(format(removeSection(parse(before), "x")), after);
  }
});
