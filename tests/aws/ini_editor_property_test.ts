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
import { awsFile, entries, RUNS, toText } from "./files.ts";

const text = (file: AwsFile) => toText(formatAwsFile(file));
const decoded = (file: AwsFile) =>
  new TextDecoder("utf-8", { ignoreBOM: true }).decode(formatAwsFile(file));

/** Tries a property on many files and entries; a failure tells the smallest. */
function forAll(check: (bytes: Uint8Array, entries: Entries) => void): void {
  fc.assert(fc.property(awsFile, entries, check), { numRuns: RUNS });
}

Deno.test("a file that is parsed and formatted is the same, byte for byte", () => {
  forAll((bytes) => assertEquals(formatAwsFile(parseAwsFile(bytes)), bytes));
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      assertEquals(formatAwsFile(parseAwsFile(bytes)), Uint8Array.from(bytes));
    }),
    { numRuns: RUNS },
  );
});

Deno.test("what is set in any file is read from it", () => {
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

Deno.test("what is set in a section of ours is read from it by the SDK's rules", () => {
  forAll((bytes, entries) => {
    const before = parseAwsFile(bytes);
    // Sections that we did not write are refused before it comes to this.
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

Deno.test("no other section of any file reads otherwise than before", () => {
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

Deno.test("a section that is new is added after all that is there", () => {
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

Deno.test("in a section that is there, every line but the set keys' stays as it is", () => {
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

Deno.test("setting the same twice changes nothing", () => {
  forAll((bytes, entries) => {
    const once = setSection(parseAwsFile(bytes), "ours", entries);
    assertEquals(text(setSection(once, "ours", entries)), text(once));
  });
});

Deno.test("a section that was added to any file is removed without a trace", () => {
  forAll((bytes, entries) => {
    const before = parseAwsFile(bytes);
    fc.pre(!sectionNames(before).includes("ours"));
    const after = text(
      removeSection(setSection(before, "ours", entries), "ours"),
    );
    // Only a last line that had no end has got one, and a blank last line may be gone.
    assertEquals(after.replace(/\s+$/, ""), toText(bytes).replace(/\s+$/, ""));
  });
});

const ended = (line: string) => line.replace(/[\r\n]+$/, "");
const toBinary = (value: string) => toText(new TextEncoder().encode(value));
