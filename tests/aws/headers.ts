import fc from "fast-check";

/** The keys and values of each section, by the name in the section's header. */
export type Sections = Readonly<
  Record<string, Readonly<Record<string, string>>>
>;

/** A file, and the expected sections, or the number of the line that the AWS CLI refuses. */
export interface HeaderCase {
  readonly text: string;
  readonly expected: Sections | number;
}

const DEFAULT = "[default]\nk = d\n";

const file = (text: string, expected: Sections | number): HeaderCase => ({
  text,
  expected,
});

/**
 * Creates a file with a header after `[default]`, and expects the AWS CLI to read the
 * header as `name`.
 */
const below = (header: string, name: string): HeaderCase =>
  file(`${DEFAULT}${header}\nk = p\n`, {
    default: { k: "d" },
    [name]: { k: "p" },
  });

/** Files with headers of every kind, each with the sections that botocore reads. */
export const HEADER_CASES: readonly HeaderCase[] = [
  // Text after the last bracket is ignored. https://github.com/smithy-lang/smithy-rs/issues/1488
  below("[prod] // the prod account", "prod"),
  below("[prod]# x", "prod"),
  below("[prod] # x", "prod"),
  below("[prod];x", "prod"),
  below("[prod]x = y", "prod"),
  below("[profile prod]# live", "profile prod"),
  below("[prod]\t", "prod"),
  // The name ends at the last closing bracket, even if that bracket is in a comment.
  below("[a]b]c", "a]b"),
  below("[prod] // see [wiki]", "prod] // see [wiki"),
  below("[prod] # see [wiki] there", "prod] # see [wiki"),
  below("[[x]]", "[x]"),
  below("[x] [y]", "x] [y"),
  below("[]]", "]"),
  // White space, quotes and upper case are part of the name.
  below("[ prod ]", " prod "),
  below("[ ]", " "),
  below("[\tprod]", "\tprod"),
  below("[Default]", "Default"),
  below("[profile  x]", "profile  x"),
  below(`[profile "my dev"]`, `profile "my dev"`),
  below(`["prod"]`, `"prod"`),
  below("[é 日]", "é 日"),
  below("[a#b;c = d]", "a#b;c = d"),
  below("[a # b]", "a # b"),
  // White space by Python's rules, before or after a header, is ignored.
  below("[prod]\xa0\u3000\x85", "prod"),
  file("[default]\n\xa0\x1f[prod]\nk = p\n", { default: {}, prod: { k: "p" } }),
  // Files that the AWS CLI refuses: a header has no name or no bracket, or other text
  // precedes the header.
  file(`${DEFAULT}[]\nk = p\n`, 3),
  file(`${DEFAULT}[prod\nk = p\n`, 3),
  file(`${DEFAULT}[prod // x\nk = p\n`, 3),
  file(`${DEFAULT}prod]\nk = p\n`, 3),
  file(`${DEFAULT}x [prod]\nk = p\n`, 3),
  file(`${DEFAULT}// [prod]\nk = p\n`, 3),
  file(`${DEFAULT}\u200b[prod]\nk = p\n`, 3),
  file(`${DEFAULT}\ufeff[prod]\nk = p\n`, 3),
  file(`[prod\nk = p\n`, 1),
  file(`k = p\n${DEFAULT}`, 1),
  file(`\n# c\n  x\n${DEFAULT}`, 3),
  // A line with '=' or ':' is a key, even if the line starts with a bracket.
  file(`${DEFAULT}[prod = x\nb = 1\n`, {
    default: { k: "d", "[prod": "x", b: "1" },
  }),
  file(`${DEFAULT}x [prod] = y\n`, { default: { k: "d", "x [prod]": "y" } }),
  file(`${DEFAULT}k2: [prod]\n`, { default: { k: "d", k2: "[prod]" } }),
  // Lines that start with `#` or `;` are comments, not headers.
  file(`${DEFAULT}# [prod]\nb = 1\n; [x]\n  # [y]\nc = 2\n`, {
    default: { k: "d", b: "1", c: "2" },
  }),
  file(`# c\n\n  ; c\n${DEFAULT}`, { default: { k: "d" } }),
  // A header that is indented below a key is a part of that key's value.
  file(`${DEFAULT}  [prod]\nb = p\n`, { default: { k: "d\n[prod]", b: "p" } }),
  file(`${DEFAULT}\t[prod]\n\tb = p\n`, { default: { k: "d\n[prod]\nb = p" } }),
  file(`${DEFAULT}# c\n  [prod]\nb = p\n`, {
    default: { k: "d\n[prod]", b: "p" },
  }),
  file(`${DEFAULT}\xa0[prod]x\nb = p\n`, {
    default: { k: "d\n[prod]x", b: "p" },
  }),
  file(`[default]\ns3 =\n  [prod]\n`, 3),
  // A header that is indented no further than the key above is a header.
  file(`[default]\n  k = d\n  [prod]\n  k = p\n`, {
    default: { k: "d" },
    prod: { k: "p" },
  }),
  file(`[default]\n    k = d\n  [prod]\nk = p\n`, {
    default: { k: "d" },
    prod: { k: "p" },
  }),
  file(`  [default]\n  [prod]\nk = p\n`, { default: {}, prod: { k: "p" } }),
  file(`[default]\n    [prod]\nk = p\n`, { default: {}, prod: { k: "p" } }),
  file(`    [default]\nk = d\n    [prod]\n`, { default: { k: "d\n[prod]" } }),
  file(`[default]\n  k = d\nb = 1\n  [prod]\n`, {
    default: { k: "d", b: "1\n[prod]" },
  }),
  // CRLF and CR end a line, too; U+2028 does not.
  file(`${DEFAULT}[prod]x\nk = p\n`.replaceAll("\n", "\r\n"), {
    default: { k: "d" },
    prod: { k: "p" },
  }),
  file(`${DEFAULT}[prod]x\nk = p\n`.replaceAll("\n", "\r"), {
    default: { k: "d" },
    prod: { k: "p" },
  }),
  file("[default]\rk = d\n[prod] x\r\nk = p", {
    default: { k: "d" },
    prod: { k: "p" },
  }),
  file(`${DEFAULT}b = x\u2028[prod]\nc = 1\n`, {
    default: { k: "d", b: "x\u2028[prod]", c: "1" },
  }),
  // The keys of `[DEFAULT]` are added to all sections.
  file(`[DEFAULT]\nk = 1\nb = 1\n[prod]\nk = p\n`, {
    prod: { k: "p", b: "1" },
  }),
  file(`[prod]\nk =\n[DEFAULT]\nk = 1\n`, { prod: { k: "" } }),
  file(`[default]\n[DEFAULT] // x\nk = 1\n`, { default: { k: "1" } }),
  file("", {}),
];

/** Headers of `~/.aws/config` with their kinds and names. */
export const SUBJECT_CASES: readonly (readonly [
  header: string,
  subject: string | undefined,
])[] = [
  ["default", "profile: default"],
  ["profile default", "profile: default"],
  [`profile "default"`, "profile: default"],
  [" default ", undefined],
  ["Default", undefined],
  [`"default"`, undefined],
  ["prod", undefined],
  ["profile prod", "profile: prod"],
  ["profile\tprod", "profile: prod"],
  ["profile   prod  ", "profile: prod"],
  [" profile prod", undefined],
  ["Profile prod", undefined],
  ["profile", undefined],
  ["profile ", undefined],
  ["profile a b", undefined],
  [`profile "a b"`, "profile: a b"],
  ["profile 'a b'", "profile: a b"],
  ["profile a\\ b", "profile: a b"],
  [`profile a" "b`, "profile: a b"],
  [`profile "a\\"b"`, `profile: a"b`],
  [`profile "a\\b"`, "profile: a\\b"],
  ["profile 'a\\b'", "profile: a\\b"],
  [`profile "a`, undefined],
  ["profile it's", undefined],
  ["profile a\\", undefined],
  [`profile ""`, "profile: "],
  ["profiles prod", "profile: prod"],
  [`profile"x y" prod`, "profile: prod"],
  ["profile.prod", undefined],
  ["profile\xa0prod", undefined],
  ["profile a]b", "profile: a]b"],
  ["profile a#b", "profile: a#b"],
  ["sso-session corp", "sso-session: corp"],
  ["sso-session 'My Corp'", "sso-session: My Corp"],
  ["sso-session My Corp", undefined],
  ["services local", "services: local"],
  ["service local", undefined],
];

const space = fc.constantFrom("", "", "", " ", "\t", "   ", "\xa0", "\x1f");
const line = fc.tuple(
  space,
  fc.oneof(
    fc.tuple(
      fc.constantFrom("[", "[", "[[", " [ ", "x["),
      fc.constantFrom("a", "profile b", "DEFAULT", "", "c d", "é"),
      fc.constantFrom("]", "]", "] // x", "]# y", "]z]", "]]", ""),
    ).map((parts) => parts.join("")),
    fc.tuple(
      fc.constantFrom("k1", "K2", "k3", "[k4", "k5 k6"),
      fc.constantFrom("=", " = ", ":", " : ", "\xa0=", ""),
      fc.constantFrom("v", "v w", "[a]", "x = y", ""),
    ).map((parts) => parts.join("")),
    fc.constantFrom("", "# c", "; [a]", "x"),
  ),
  space,
).map((parts) => parts.join(""));

/** Files with many lines that look like headers. */
export const HEADER_FILE: fc.Arbitrary<string> = fc.tuple(
  fc.array(line, { maxLength: 7 }),
  fc.constantFrom("\n", "\n", "\r\n", "\r"),
).map(([lines, eol]) => ["[first]", ...lines].join(eol));
