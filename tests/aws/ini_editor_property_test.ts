import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  type AwsFile,
  type Entries,
  formatAwsFile,
  parseAwsFile,
  readSection,
  removeSection,
  sectionNames,
  setSection,
} from "../../lib/aws/ini_editor.ts";
import { parseSections } from "../../lib/aws/ini_sections.ts";
import { awsFile, entries, nastyFile, RUNS, toText } from "./files.ts";

const text = (file: AwsFile) => toText(formatAwsFile(file));
const decoded = (file: AwsFile) =>
  new TextDecoder("utf-8", { ignoreBOM: true }).decode(formatAwsFile(file));

/** Tests a property on many files and entries; a failure shows the smallest input. */
function forAll(check: (bytes: Uint8Array, entries: Entries) => void): void {
  fc.assert(fc.property(awsFile, entries, check), { numRuns: RUNS });
}

Deno.test("formatAwsFile() returns the bytes that parseAwsFile() was given", () => {
  forAll((bytes) => assertEquals(formatAwsFile(parseAwsFile(bytes)), bytes));
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      assertEquals(formatAwsFile(parseAwsFile(bytes)), Uint8Array.from(bytes));
    }),
    { numRuns: RUNS },
  );
});

Deno.test("readSection() returns the entries that setSection() has set, in any file", () => {
  forAll((bytes, entries) => {
    const before = parseAwsFile(bytes);
    const after = parseAwsFile(
      formatAwsFile(setSection(before, "ours", entries)),
    );
    assertEquals(
      { ...readSection(after, "ours") },
      { ...readSection(before, "ours"), ...entries },
    );
  });
});

Deno.test("parseSections() returns the entries that setSection() has set in the section", () => {
  forAll((bytes, entries) => {
    const before = parseAwsFile(bytes);
    // Skip files that already have the section, because the other keys of that section
    // would remain.
    fc.pre(!sectionNames(before).includes("ours"));
    const after = setSection(
      setSection(before, "ours", { k1: "old" }),
      "ours",
      entries,
    );
    const expected = { k1: "old", ...entries };
    assertEquals({ ...parseSections(decoded(after)).get("ours") }, expected);
  });
});

Deno.test("readSection() and parseSections() find the same values, if each value has only one line", () => {
  fc.assert(
    fc.property(nastyFile, (text) => {
      // Skip an indented `[`: readSection() ends the section there, parseSections() may not.
      let isDoubtful = /^\s+\[/m.test(text) || text.includes("[DEFAULT]");
      const sections = parseSections(text, {
        onUnreadable: () => isDoubtful = true,
      });
      fc.pre(!isDoubtful);
      const file = parseAwsFile(new TextEncoder().encode(text));
      const nested = (key: string) => key.includes(".");
      for (const [name, section] of sections) {
        const read = readSection(file, name) ?? {};
        for (const [key, value] of Object.entries(read)) {
          const found = section[key];
          const isBlock = found === undefined && value === "" &&
            Object.keys(section).some((other) => other.startsWith(`${key}.`));
          if (!isBlock) assertEquals(found?.split("\n")[0], value, text);
        }
        const keys = Object.keys(section).filter((key) => !nested(key));
        assertEquals(keys.filter((key) => !(key in read)), [], text);
      }
    }),
    { numRuns: RUNS },
  );
});

Deno.test("setSection() does not change how other sections are read", () => {
  forAll((bytes, entries) => {
    const before = parseAwsFile(bytes);
    const after = setSection(before, "ours", entries);
    for (const name of sectionNames(before)) {
      if (name === "ours") continue;
      assertEquals({ ...readSection(after, name) }, {
        ...readSection(before, name),
      });
    }
  });
});

Deno.test("setSection() adds a new section at the end of the file", () => {
  forAll((bytes, entries) => {
    const before = parseAwsFile(bytes);
    fc.pre(!sectionNames(before).includes("ours"));
    const after = text(setSection(before, "ours", entries));
    assert(after.startsWith(toText(bytes)));
    const added = after.slice(bytes.length).replace(/\r\n?/g, "\n");
    const lines = Object.entries(entries).map(([key, value]) =>
      `${key} = ${toBinary(value)}\n`
    );
    assertEquals(added.replace(/^\n+/, ""), `[ours]\n${lines.join("")}`);
  });
});

Deno.test("setSection() leaves every line of a section unchanged, except the lines of the keys that it sets", () => {
  forAll((bytes, entries) => {
    const before = parseAwsFile(bytes);
    fc.pre(sectionNames(before).includes("ours"));
    const after = setSection(before, "ours", entries);
    const keyOf = (line: string) =>
      /^\s*([^=:]*?)\s*[=:]/.exec(line)?.[1]?.toLowerCase();
    const others = (file: AwsFile) =>
      file.lines.filter((line) => !((keyOf(line) ?? "") in entries)).map(ended);
    assertEquals(others(after), others(before));
  });
});

Deno.test("setSection() changes nothing if the entries are already set", () => {
  forAll((bytes, entries) => {
    const once = setSection(parseAwsFile(bytes), "ours", entries);
    assertEquals(text(setSection(once, "ours", entries)), text(once));
  });
});

Deno.test("removeSection() undoes the addition of a section to any file", () => {
  forAll((bytes, entries) => {
    const before = parseAwsFile(bytes);
    fc.pre(!sectionNames(before).includes("ours"));
    const after = text(
      removeSection(setSection(before, "ours", entries), "ours"),
    );
    // Two differences remain: the last line gets a line end, and a blank last line can be lost.
    assertEquals(after.replace(/\s+$/, ""), toText(bytes).replace(/\s+$/, ""));
  });
});

const ended = (line: string) => line.replace(/[\r\n]+$/, "");
const toBinary = (value: string) => toText(new TextEncoder().encode(value));
