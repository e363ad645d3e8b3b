import fc from "fast-check";
import type { Entries } from "../../lib/aws/ini_editor.ts";

/** The number of files on which each property is tested. */
export const RUNS = Number(Deno.env.get("FC_RUNS") ?? 2000);

const from = (...texts: string[]) => fc.constantFrom(...texts);
const key = from(
  "k1",
  "k2",
  "k3",
  "region",
  "output",
  "K1",
  "aws_access_key_id",
);
const space = from("", " ", "\t", "  ");
const value = fc.oneof(
  from(
    "v",
    "v w",
    "a=b",
    "http://x",
    "",
    "\xff\xfe",
    "\xc3\xa9",
    "[ours]",
    "a;b",
    "a#b",
  ),
  fc.string({ unit: "binary-ascii", maxLength: 12 }).map((text) =>
    text.replace(/[\r\n\0]/g, "")
  ),
);
const header = from(
  "[ours]",
  "[other]",
  "[profile x]",
  "[\xc3\xa9]",
  "[o]",
  "[]",
  "[default]",
);

/** A line as people or tools write it, without the line end; a character is a byte. */
const line = fc.oneof(
  header,
  fc.tuple(from("[ours]", "[other]"), from(" # c", "  ", " ; [x]", "# c", "x"))
    .map((parts) => parts.join("")),
  fc.tuple(space, from("#", ";"), from(" [ours] k1 = v", "", " c")).map((
    parts,
  ) => parts.join("")),
  fc.tuple(key, space, from("=", ":"), space, value).map((parts) =>
    parts.join("")
  ),
  fc.tuple(space, key, from(" = "), value, space).map((parts) =>
    parts.join("")
  ),
  fc.tuple(value, key).map(([v, k]) => `s3 =\n  max = ${v}\n\t${k} = v`),
  fc.tuple(key, from("#", ";")).map(([k, c]) => `${k} = v ${c} comment`),
  space,
  from("garbage", "= v", "[", "]", "\xf0\x9f"),
);

/** The bytes of one of AWS's files. */
export const awsFile: fc.Arbitrary<Uint8Array> = fc.record({
  bom: from("", "", "\xEF\xBB\xBF"),
  eol: from("\n", "\n", "\r\n", "\r"),
  lines: fc.array(fc.tuple(line, fc.integer({ min: 0, max: 9 })), {
    maxLength: 25,
  }),
  cutEnd: fc.boolean(),
}).map(({ bom, eol, lines, cutEnd }) => {
  const text = bom +
    lines.map(([line, odd]) => line + (odd === 0 ? "\n" : eol)).join("");
  return toBytes(cutEnd ? text.replace(/[\r\n]+$/, "") : text);
});

const word = fc.stringMatching(/^[!-~]{1,30}$/).filter((text) =>
  !/^[#;]/.test(text)
);

/** Entries of a section: keys like assume-role's, with any values that AWS could return. */
export const entries: fc.Arbitrary<Entries> = fc.dictionary(
  from("k1", "k2", "k9", "aws_access_key_id", "x_assume_role_arn"),
  fc.oneof(
    word,
    from("new = er", "x/y+z==", "arn:aws:iam::111111111111:role/x", "é"),
  ),
  { minKeys: 1, noNullPrototype: true },
);

/** Converts a text to bytes; each character is one byte. */
export function toBytes(text: string): Uint8Array {
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}

/** Converts bytes to a text with one character for each byte, to compare and show them. */
export function toText(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
}
