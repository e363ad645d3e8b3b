import { assertEquals, assertThrows } from "@std/assert";
import { TARGETS } from "../../tools/build.ts";
import { formatFormula } from "../../tools/formula.ts";
import { releaseNotes, versionOfTag } from "../../tools/release_notes.ts";

const CHANGELOG = `# Changelog

All of it.

## Unreleased

- Not yet.

## 1.1.0 - 2026-02-01

### Added

- Two.

## [1.0.0] - 2026-01-01

- One.
`;

Deno.test("releaseNotes() returns only the section of the given version", () => {
  assertEquals(
    releaseNotes(CHANGELOG, "1.1.0"),
    "### Added\n\n- Two.\n",
  );
  assertEquals(releaseNotes(CHANGELOG, "1.0.0"), "- One.\n");
  for (const version of ["1.0", "1.1.0-rc.1", "2.0.0", ""]) {
    assertThrows(() => releaseNotes(CHANGELOG, version), Error, "no section");
  }
  assertThrows(() => releaseNotes("## 1.0.0\n\n## 0.9.0\n- x\n", "1.0.0"));
});

Deno.test("versionOfTag() accepts only the tag of the built version", () => {
  assertEquals(versionOfTag("v1.0.0", "1.0.0"), "1.0.0");
  for (const tag of ["1.0.0", "v1.0.1", "v1.0.0-rc.1", ""]) {
    assertThrows(() => versionOfTag(tag, "1.0.0"), Error, "The tag is");
  }
});

Deno.test("formatFormula() writes the address and the checksum of each executable", () => {
  const sums = TARGETS.map((target, i) =>
    `${`${i}`.repeat(64)}  assume-role-1.0.0-${target}${
      target.includes("windows") ? ".exe" : ""
    }\n`
  );
  const formula = formatFormula("1.0.0", sums.join(""));
  const found = [...formula.matchAll(/url "(.*)"\n\s*sha256 "(.*)"/g)]
    .map(([, url, sum]) => `${sum}  ${url!.split("/").at(-1)}\n`);
  assertEquals(found.sort(), sums.slice(0, 4).sort());
  assertEquals(formula.match(/^\s*end$/gm)?.length, 9);
  assertThrows(() => formatFormula("1.0.0", ""), Error, "no SHA-256");
  assertThrows(() => formatFormula("1.0.1", sums.join("")), Error);
});
