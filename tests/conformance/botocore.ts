/** Comparisons of assume-role's reader of AWS's files with botocore on generated files. */
import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path/join";
import fc from "fast-check";
import { BOM } from "../../lib/aws/ini_lines.ts";
import {
  parseSections,
  type Section,
  type SectionKind,
} from "../../lib/aws/ini_sections.ts";
import { parseProfiles } from "../../lib/aws/profiles.ts";
import { nastyFile } from "../aws/files.ts";
import { fixture, TestHome } from "../mod.ts";

/** Sections as botocore returns them; a nested block is an object. */
type Sections = Record<string, Record<string, string | Section>>;

/**
 * Generated files with `[default]` instead of `[first]`, because `[first]` in a config
 * file names no profile.
 */
const PROFILES_FILE = nastyFile.map((text) =>
  text.replace(/^\[first\]/, "[default]")
);

/** Runs a program of `tests/fixtures` that prints one line of JSON for each input. */
async function readWithPython(
  home: TestHome,
  name: string,
  inputs: readonly unknown[],
): Promise<(Record<string, unknown> | null)[]> {
  const { stdout, stderr } = await home.exec(
    ["python3", fixture(name)],
    { stdin: JSON.stringify(inputs), timeoutMs: 600_000 },
  );
  assertEquals(stderr, "");
  return stdout.trim().split("\n").map((line) => JSON.parse(line));
}

/** Reads files with botocore: returns the sections of each, or `null` for a refused file. */
export function readByBotocore(
  home: TestHome,
  paths: readonly string[],
): Promise<(Record<string, unknown> | null)[]> {
  return readWithPython(home, "botocore_raw.py", paths);
}

/** As `readByBotocore()`, but gets the texts of files instead of their paths. */
export async function readTextsByBotocore(
  texts: readonly string[],
): Promise<(Record<string, unknown> | null)[]> {
  await using home = new TestHome();
  return await readByBotocore(
    home,
    texts.map((text, i) => {
      const path = join(home.root, `${i}`);
      Deno.writeTextFileSync(path, text);
      return path;
    }),
  );
}

/**
 * Asserts that botocore and assume-role find the same sections, keys and values in
 * generated files, and that assume-role refuses no file that botocore reads.
 */
export async function compareSections(
  file: fc.Arbitrary<string>,
  count: number,
): Promise<void> {
  const texts = fc.sample(file, count);
  const found = await readTextsByBotocore(texts);
  const counts = { read: 0, refused: 0 };
  texts.forEach((text, i) => {
    const { sections, isUnreadable, isRepeated } = readByUs(text);
    const expected = found[i];
    if (expected) {
      assertEquals([isUnreadable, isRepeated], [false, false], text);
      assertEquals(sections, flatten(expected as Sections), text);
      counts.read++;
    } else {
      // botocore refuses a file also if a section or a key occurs twice.
      assert(isUnreadable || isRepeated, text);
      counts.refused++;
    }
  });
  assert(
    Math.min(...Object.values(counts)) > count / 20,
    JSON.stringify(counts),
  );
}

/**
 * Asserts that botocore and assume-role find the same profiles, SSO sessions and
 * services in generated pairs of a config file and a credentials file.
 */
export async function compareProfiles(count: number): Promise<void> {
  const pairs = fc.sample(fc.tuple(PROFILES_FILE, PROFILES_FILE), count);
  await using home = new TestHome();
  const paths = pairs.map((texts, i) =>
    texts.map((text, at) => {
      const path = join(home.root, `${i}.${at}`);
      Deno.writeTextFileSync(path, text);
      return path;
    })
  );
  const found = await readWithPython(home, "botocore_profiles.py", paths);
  let readable = 0;
  pairs.forEach(([config, credentials], i) => {
    const read = found[i];
    if (!read) return;
    readable++;
    const profiles = parseProfiles(config, credentials);
    const { profile, ...others } = read as Record<SectionKind, Sections>;
    assertEquals(
      Object.fromEntries(
        profiles.names().map((name) => [name, { ...profiles.get(name) }]),
      ),
      flatten(profile),
      `${config}\n---\n${credentials}`,
    );
    for (const [kind, sections] of Object.entries(others)) {
      for (const [name, section] of Object.entries(flatten(sections))) {
        const ours = profiles.section(kind as SectionKind, name);
        assertEquals({ ...ours }, section, config);
      }
    }
  });
  assert(readable > count / 20, `only ${readable} pairs can be read`);
}

/** Reads a text with assume-role, and finds the reasons for which botocore refuses it. */
function readByUs(text: string) {
  let isUnreadable = text.startsWith(BOM);
  let isRepeated = false;
  const sections = parseSections(text, {
    onUnreadable: () => isUnreadable = true,
    onDoubt: (_, { kind }) => isRepeated ||= kind !== "indented header",
  });
  const plain = [...sections].map(([name, section]) => [name, { ...section }]);
  return { sections: Object.fromEntries(plain), isUnreadable, isRepeated };
}

/** Returns the sections that botocore found; a nested key is named `outer.inner`. */
function flatten(found: Sections): Record<string, Section> {
  return Object.fromEntries(
    Object.entries(found).map(([name, section]) => [
      name,
      Object.fromEntries(
        Object.entries(section).flatMap(([key, value]) =>
          typeof value === "string" ? [[key, value]] : Object.entries(value)
            .map(([inner, value]) => [`${key}.${inner}`, value])
        ),
      ),
    ]),
  );
}
