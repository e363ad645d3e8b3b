import { assertEquals, assertMatch } from "@std/assert";
import {
  colourMessages,
  formatLines,
  formatOwnText,
  isUnsafe,
  joinLines,
  sanitize,
  usesColour,
  wrapMessages,
} from "../../lib/settings/terminal_text.ts";

/** Characters that must never reach a terminal, one of each kind and both ends of each range. */
const UNSAFE = [
  0x00,
  0x07,
  0x08,
  0x0a,
  0x0d,
  0x1b,
  0x1f,
  0x7f,
  0x80,
  0x85,
  0x9b,
  0x9f,
  0xad,
  0x34f,
  0x61c,
  0x180e,
  0x200b,
  0x200d,
  0x200e,
  0x200f,
  0x2028,
  0x2029,
  0x202a,
  0x202e,
  0x2060,
  0x2066,
  0x2069,
  0x206f,
  0x3164,
  0xd800,
  0xdfff,
  0xfe00,
  0xfe0f,
  0xfeff,
  0xfff9,
  0xe0001,
  0xe0020,
  0xe007f,
  0xe0100,
  0xe0fff,
];

Deno.test("joinLines() replaces every character that a terminal interprets or does not show", () => {
  for (const code of UNSAFE) {
    const char = String.fromCodePoint(code);
    const name = `U+${code.toString(16)}`;
    assertEquals(joinLines([`a${char}b`]), "a b", name);
    assertEquals(joinLines([["x", `a${char}${char}b`]]), "x\ta b", name);
    assertEquals(sanitize(`${char}a${char}b${char}`), "a b", name);
    assertEquals(isUnsafe(`a${char}b`), true, name);
  }
  const shown = "Zürich ñ 漢字 \u{1f511} — “x” a\u0301";
  assertEquals(joinLines([shown]), shown);
  assertEquals(isUnsafe(shown), false);
});

Deno.test("formatLines() adds line breaks only between lines", () => {
  assertEquals(formatLines("a\nb", ["c\td", "e"]), "a b\nc d\te\n");
  assertEquals(joinLines(["a\r\nb", "c: "]), "a b\nc: ");
  assertEquals(formatOwnText("a\nb\u202e\n"), "a\nb \n");
});

Deno.test("joinLines() breaks the workflow commands of GitHub Actions", () => {
  for (
    const [line, expected] of [
      ["a ##[stop-commands]x ###[group]", "a # #[stop-commands]x ## #[group]"],
      ["::stop-commands::x", ": :stop-commands::x"],
      ["\u200b \u00a0::add-mask::e", "  \u00a0: :add-mask::e"],
      ["#\u200b#[x", "# #[x"],
      ["a::b # [c] #[d]", "a::b # [c] #[d]"],
    ] as const
  ) {
    assertEquals(joinLines([line]), expected);
    assertEquals(joinLines(["x", [line, "y"]]), `x\n${expected}\ty`);
  }
});

Deno.test("sanitize() shortens a long text in the middle, so that its end stays", () => {
  const text = sanitize(`Cannot read '${"x".repeat(5000)}': no such file`);
  assertEquals(text.length, 1001);
  assertMatch(text, /^Cannot read 'x+…x+': no such file$/);
});

Deno.test("sanitize() hides the passwords of URLs", () => {
  for (
    const [text, expected] of [
      ["http://me:S3cret@proxy:8080/x", "http://me:***@proxy:8080/x"],
      ["'https://:S3c@ret@proxy'", "'https://:***@proxy'"],
      ["http://me:S3/cr#et@proxy", "http://me:***@proxy"],
      ["//me:S3cret@proxy", "//me:***@proxy"],
      ["mkdir 'http:/me:S3cret@proxy'", "mkdir 'http:/me:***@proxy'"],
      ["https://proxy:8080/a@b", "https://proxy:8080/a@b"],
      ["arn:aws:iam::1:user/x@y", "arn:aws:iam::1:user/x@y"],
    ] as const
  ) assertEquals(sanitize(text), expected);
});

Deno.test("usesColour() follows NO_COLOR, FORCE_COLOR and TERM", () => {
  const cases: readonly (readonly [
    env: Record<string, string>,
    terminal: boolean,
    pipe: boolean,
  ])[] = [
    [{}, true, false],
    [{ TERM: "xterm" }, true, false],
    [{ TERM: "dumb" }, false, false],
    [{ NO_COLOR: "1" }, false, false],
    [{ NO_COLOR: "" }, true, false],
    [{ FORCE_COLOR: "1" }, true, true],
    [{ FORCE_COLOR: "" }, true, false],
    [{ FORCE_COLOR: "0" }, false, false],
    [{ FORCE_COLOR: "false" }, false, false],
    [{ FORCE_COLOR: "1", NO_COLOR: "1", TERM: "dumb" }, true, true],
  ];
  for (const [env, terminal, pipe] of cases) {
    assertEquals([usesColour(env, true), usesColour(env, false)], [
      terminal,
      pipe,
    ], JSON.stringify(env));
  }
});

Deno.test("colourMessages() colours the start of messages, and no other text", () => {
  const text = formatLines(
    "assume-role: error: assume-role: hint: a",
    "assume-role: warning: b",
    "assume-role: hint: c",
    "assume-role: note: d",
    "assume-role: e",
    "x assume-role: error: f",
  );
  assertEquals(
    colourMessages(text),
    `\x1b[31massume-role: error:\x1b[0m assume-role: hint: a
\x1b[33massume-role: warning:\x1b[0m b
\x1b[36massume-role: hint:\x1b[0m c
\x1b[36massume-role: note:\x1b[0m d
assume-role: e
x assume-role: error: f
`,
  );
});

Deno.test("wrapMessages() wraps at spaces, and keeps commands and quoted texts whole", () => {
  const wrap = (columns: number, ...lines: string[]) =>
    wrapMessages(formatLines(...lines), columns).trimEnd().split("\n");
  const cases: readonly (readonly [columns: number, string, string[]])[] = [
    [30, "assume-role: error: short", ["assume-role: error: short"]],
    [
      30,
      "assume-role: error: it's the user's own file",
      ["assume-role: error: it's the", "  user's own file"],
    ],
    [
      30,
      "assume-role: hint: write 'assume-role -r x true', then go on",
      [
        "assume-role: hint: write",
        "  'assume-role -r x true',",
        "  then go on",
      ],
    ],
    [
      30,
      "assume-role: hint: check the contents, then run: chmod go-rwx '/home/alice/.aws/credentials'",
      [
        "assume-role: hint: check the",
        "  contents, then",
        "  run: chmod go-rwx '/home/alice/.aws/credentials'",
      ],
    ],
    // The words are not ours, the terminal has no size, or is too narrow.
    [30, "another text that is longer than the line", [
      "another text that is longer than the line",
    ]],
    [0, "assume-role: error: longer than 0", [
      "assume-role: error: longer than 0",
    ]],
    [10, "assume-role: error: longer", ["assume-role: error: longer"]],
  ];
  for (const [columns, text, expected] of cases) {
    assertEquals(wrap(columns, text), expected, text);
  }
});
