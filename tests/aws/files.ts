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

/** A line as people or tools write it, without the line end; each character is one byte. */
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

/**
 * Generated entries for a section: some keys that assume-role writes, and some other
 * keys.
 */
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

const nastySpace = from(
  "",
  "",
  "",
  " ",
  "\t",
  "    ",
  "\xa0",
  "\x1f",
  "\u3000",
);
const nastyText = from(
  "v",
  "v w",
  "x = y",
  "a: b",
  "v # c",
  "v ;c",
  "#v",
  "'v'",
  '"v w"',
  "",
  "é",
  "a\u2028b = c",
  "a\x85b",
  "a = b\x0bc = d",
  "a\x0cb",
  "=x",
  "[a]",
  "\ufeff",
  "arn:aws:iam::111111111111:role/x",
);
const nastyLine = fc.tuple(
  nastySpace,
  fc.oneof(
    {
      weight: 3,
      arbitrary: fc.tuple(
        from("[", "[", "[", "[ ", "[["),
        from(
          "default",
          "a",
          "b",
          "DEFAULT",
          "profile a",
          "profile 'b c'",
          'profile "b c"',
          "sso-session 'My Corp'",
          "services x",
          "profile it's",
          "",
        ),
        from("]", "]", "]", "]", " ]", "] # c", "]x", "]]", ""),
      ).map((parts) => parts.join("")),
    },
    {
      weight: 6,
      arbitrary: fc.tuple(
        from("k1", "K1", "k2", "k3", "k4", "k5", "k6", "s3", "a b", "İ", "Σ"),
        nastySpace,
        from("=", "=", ":", " = ", "", "=="),
        nastySpace,
        nastyText,
      ).map((parts) => parts.join("")),
    },
    { weight: 1, arbitrary: from("", "", "# c", "; c", "#", "k7 =", "k8 =") },
    { weight: 1, arbitrary: nastyText },
  ),
  nastySpace,
).map((parts) => parts.join(""));

/**
 * Generated texts of AWS's files with all syntax that programs read differently: indentation,
 * nested blocks, quotes, comments, repeated keys and headers, and unusual line ends.
 */
export const nastyFile: fc.Arbitrary<string> = fc.record({
  bom: from("", "", "", "", "", "", "", "\ufeff"),
  eol: from("\n", "\n", "\r\n", "\r"),
  lines: fc.array(nastyLine, { maxLength: 8 }),
}).map(({ bom, eol, lines }) => bom + ["[first]", ...lines].join(eol));
