import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  parseAwsFile,
  readSection,
  sectionNames,
} from "../../lib/aws/ini_editor.ts";
import { parseProfiles } from "../../lib/aws/profiles.ts";
import {
  parseSections,
  parseSubject,
  splitWords,
} from "../../lib/aws/ini_sections.ts";
import { ConfigError } from "../../lib/errors.ts";
import { HEADER_CASES, HEADER_FILE, SUBJECT_CASES } from "./headers.ts";

const encode = (text: string) => new TextEncoder().encode(text);

Deno.test("parseSections() finds the headers that the AWS CLI finds", () => {
  for (const { text, expected } of HEADER_CASES) {
    const refused: number[] = [];
    const sections = parseSections(text, {
      onUnreadable: (line) => refused.push(line),
    });
    if (typeof expected === "number") {
      assertEquals(refused[0], expected, text);
      continue;
    }
    const found = Object.fromEntries(
      [...sections].map(([name, section]) => [name, { ...section }]),
    );
    assertEquals([found, refused], [expected, []], text);
  }
});

Deno.test("parseProfiles() throws with the path and line if the AWS CLI refuses a file", () => {
  for (const { text, expected } of HEADER_CASES) {
    if (typeof expected !== "number") continue;
    const paths = { config: "/c", credentials: "/k" };
    const reason =
      `line ${expected} is neither a section nor a key with a value`;
    for (
      const [profiles, path] of [
        [parseProfiles(text, "", paths), "/c"],
        [parseProfiles("", text, paths), "/k"],
      ] as const
    ) {
      const expectedText = `Cannot read ${path}: ${reason}`;
      const calls = [
        () => profiles.get("default"),
        () => profiles.names(),
        () => profiles.section("services", "x"),
      ];
      for (const call of calls) {
        assertThrows(call, ConfigError, expectedText, text);
      }
    }
  }
});

Deno.test("parseProfiles() throws an error that names a byte order mark", () => {
  for (const text of ["\uFEFF[default]\nk = d\n", "\uFEFF"]) {
    assertThrows(
      () => parseProfiles(text, "").names(),
      ConfigError,
      "Cannot read ~/.aws/config: the file starts with a byte order mark",
    );
  }
});

Deno.test("sectionNames() finds the headers that parseSections() finds", () => {
  const check = (text: string) => {
    const names = [...parseSections(text).keys()];
    const file = parseAwsFile(encode(text));
    const found = sectionNames(file).filter((name) => name !== "DEFAULT");
    assertEquals(found, names, text);
    for (const name of names) {
      assertEquals(readSection(file, name) === undefined, false, text);
    }
  };
  HEADER_CASES.forEach(({ text }) => check(text));
  fc.assert(fc.property(HEADER_FILE, check), { numRuns: 2000 });
});

Deno.test("parseSubject() recognizes profiles, SSO sessions and services", () => {
  for (const [header, expected] of SUBJECT_CASES) {
    const subject = parseSubject(header);
    const found = subject && `${subject.kind}: ${subject.name}`;
    assertEquals(found, expected, header);
  }
});

Deno.test("splitWords() splits as Python's shlex does", () => {
  const cases: readonly (readonly [string, readonly string[] | undefined])[] = [
    ["", []],
    [" \t", []],
    ["a  b", ["a", "b"]],
    [`a"b c"d 'e'`, ["ab cd", "e"]],
    [`'' ""`, ["", ""]],
    ["a\\ b", ["a b"]],
    [`"\\"" '\\'`, [`"`, "\\"]],
    ["a#b # c", ["a#b", "#", "c"]],
    ["a\xa0b", ["a\xa0b"]],
    [`"`, undefined],
    ["'", undefined],
    ["\\", undefined],
    [`"\\`, undefined],
  ];
  for (const [text, expected] of cases) {
    assertEquals(splitWords(text), expected, text);
  }
});
