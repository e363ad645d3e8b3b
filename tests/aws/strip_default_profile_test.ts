import { assertEquals } from "@std/assert";
import { loadSharedConfigFiles } from "@smithy/core/config";
import fc from "fast-check";
import { join } from "@std/path/join";
import {
  hasDefaultIdentity,
  stripDefaultProfile,
} from "../../lib/aws/strip_default_profile.ts";
import { formatAwsFile, parseAwsFile } from "../../lib/aws/ini_editor.ts";
import { isIdentityKey } from "../../lib/aws/profiles.ts";
import { parseSections } from "../../lib/aws/ini_sections.ts";
import { ANY_FILE, DEFAULT_FILES, OTHER_FILES } from "./default_files.ts";
import { awsFile, RUNS, toText } from "./files.ts";

const without = (bytes: Uint8Array) =>
  formatAwsFile(stripDefaultProfile(parseAwsFile(bytes)));
const withoutText = (text: string) =>
  new TextDecoder("utf-8", { ignoreBOM: true })
    .decode(without(new TextEncoder().encode(text)));

/** Reads the profiles of a file with the AWS SDK for JavaScript. */
async function readBySdk(
  bytes: Uint8Array,
): Promise<Record<string, Record<string, unknown>>[]> {
  const root = await Deno.makeTempDir();
  try {
    const path = join(root, "file");
    await Deno.writeFile(path, bytes);
    const { configFile, credentialsFile } = await loadSharedConfigFiles({
      filepath: path,
      configFilepath: path,
      ignoreCache: true,
    });
    return [configFile, credentialsFile] as Record<
      string,
      Record<string, unknown>
    >[];
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

const encoded = ANY_FILE.map((text) => new TextEncoder().encode(text));
const isIdentity = (section: Record<string, unknown> = {}) =>
  Object.keys(section).some(isIdentityKey);

Deno.test("stripDefaultProfile() removes the credentials and the role of 'default', and of no other profile", async () => {
  const others = DEFAULT_FILES[0]!.text.slice(
    DEFAULT_FILES[0]!.text.indexOf("[profile other]"),
  );
  for (const { text } of DEFAULT_FILES) {
    const left = withoutText(text);
    // Keys that some SDK reads as keys of another section are not removed.
    const isMoved = /^ *\[(?:other|a)\]/m.test(text);
    assertEquals(left.includes("AKIADEFAULT"), isMoved, text);
    assertEquals(left.endsWith(others), true, text);
    const bytes = new TextEncoder().encode(left);
    assertEquals(hasDefaultIdentity(bytes), false, text);
    for (const file of await readBySdk(bytes)) {
      assertEquals(isIdentity(file.default), false, text);
    }
  }
});

Deno.test("stripDefaultProfile() changes nothing if 'default' has no identity keys, such as access keys or role_arn", () => {
  for (const text of OTHER_FILES) assertEquals(withoutText(text), text);
});

Deno.test("stripDefaultProfile() removes values that continue on the next lines, but keeps settings and comments", () => {
  assertEquals(
    withoutText(
      "[default]\r\nrole_arn =\r\n  arn\r\n; why\r\n  more\r\ns3 =\r\n  a = b\r\n[x]\r\n  role_arn = y\r\n",
    ),
    "[default]\r\n; why\r\ns3 =\r\n  a = b\r\n[x]\r\n  role_arn = y\r\n",
  );
});

Deno.test("stripDefaultProfile() rewrites a header that some SDK does not recognize", () => {
  assertEquals(
    withoutText(
      "[default]\na = b\n  [x] # c\nrole_arn = y\n[z];c\nrole_arn = y",
    ),
    "[default]\na = b\n[x] # c\nrole_arn = y\n[z];c\nrole_arn = y",
  );
  assertEquals(
    withoutText("[default]\na = b\n[z];c\nrole_arn = y"),
    "[default]\na = b\n[z]\nrole_arn = y",
  );
});

Deno.test("stripDefaultProfile() keeps the keys of a section whose header is followed by text on the same line", () => {
  const keys = "aws_access_key_id = AKIA\naws_secret_access_key = s\n";
  for (
    const header of [
      "[prod] // the prod account",
      "[prod]# x",
      "[prod] // see [wiki]",
      "[prod] see [wiki] there",
      "  [prod] // x",
    ]
  ) {
    const text = `[default]\n${keys}${header}\n${keys}`;
    assertEquals(withoutText(text), `[default]\n[prod]\n${keys}`, header);
  }
  // The second header is not rewritten: the AWS CLI refuses a file with two sections `prod`.
  assertEquals(
    withoutText(`[prod]\n${keys}[default]\n${keys}[prod] // [x]\n${keys}`),
    `[prod]\n${keys}[default]\n[prod] // [x]\n`,
  );
});

Deno.test("stripDefaultProfile() keeps the keys of other profiles, also if text follows their headers", () => {
  const header = fc.tuple(
    fc.constantFrom("default", "profile default", "a", "b", "profile c"),
    fc.constantFrom("", " ", "x", " // x", "# x", " ; x", " = x", ": x"),
  ).map(([name, rest]) => `[${name}]${rest}`);
  const line = fc.oneof(
    header,
    fc.constantFrom(
      "aws_access_key_id = A",
      "role_arn = r",
      "region: x",
      "# [a]",
      "",
    ),
  );
  const others = (text: string) =>
    [...parseSections(text)].filter(([name]) => !/default/.test(name));
  fc.assert(
    fc.property(fc.array(line, { maxLength: 9 }), (lines) => {
      const text = lines.join("\n") + "\n";
      assertEquals(others(withoutText(text)), others(text));
    }),
    { numRuns: RUNS },
  );
});

Deno.test("whatever a file contains, stripDefaultProfile() leaves no identity keys of 'default' that the SDK finds", async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(awsFile, encoded), async (bytes) => {
      const once = without(bytes);
      assertEquals(toText(without(once)), toText(once));
      for (const file of await readBySdk(once)) {
        assertEquals(isIdentity(file.default), false);
      }
    }),
    { numRuns: RUNS / 4 },
  );
});

Deno.test("if no section could be 'default', stripDefaultProfile() only converts each CR without LF to CRLF", () => {
  fc.assert(
    fc.property(awsFile, (bytes) => {
      fc.pre(!/default/i.test(toText(bytes)));
      const text = toText(bytes).replace(/\r(?!\n)/g, "\r\n");
      assertEquals(toText(without(bytes)), text);
    }),
    { numRuns: RUNS },
  );
});
