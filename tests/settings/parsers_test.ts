import { assertEquals, assertThrows } from "@std/assert";
import { InvalidValueError } from "../../lib/errors.ts";
import { FORMATS } from "../../lib/settings/options.ts";
import * as values from "../../lib/settings/parsers.ts";

interface Case {
  readonly parse: (text: string) => unknown;
  /** Valid texts, which the parser returns unchanged. */
  readonly good: readonly string[];
  readonly bad: readonly string[];
  readonly reason: string;
}

const CASES: readonly Case[] = [
  {
    parse: values.parsePrefix,
    good: ["", "arn:aws:iam::111111111111:role/", "007"],
    bad: ["a\nb", "a\rb", "a\0b"],
    reason: "the value contains a line break or a NUL character",
  },
  {
    parse: values.parseProfileNamePrefix,
    good: ["", "corp", "corp-eu.1_x@y/z", "é"],
    bad: ["a b", "a]", "[a", "a#b", "a;b", 'a"', "a'", "a=b", "a:b", "a\n"],
    reason:
      "a profile name cannot contain spaces, quotes or any of [ ] # ; = :",
  },
  {
    parse: values.parseSessionName,
    good: ["ab", "alice@example.com", "a+b=c,d.e-f_g", "x".repeat(64), "007"],
    bad: ["", "a", "x".repeat(65), "a b", "a/b", "a:b", "é!", "ab\n"],
    reason:
      "a session name must have 2 to 64 of the characters A-Z a-z 0-9 _ + = , . @ -",
  },
  {
    parse: values.parseRegion,
    good: ["eu-west-1", "us-gov-west-1", "us-isob-east-1", "aws-global"],
    bad: [
      "",
      "a",
      "-eu",
      "eu-",
      "EU-WEST-1",
      "eu.west",
      "eu-west-1/",
      "eu@evil.example",
      "eu\n",
      "x".repeat(64),
    ],
    reason: "write a region like eu-west-1",
  },
  {
    parse: values.parseMfaSerial,
    good: [
      "arn:aws:iam::111111111111:mfa/alice",
      "arn:aws-cn:iam::111111111111:mfa/path/a+b=c,d.e@f-g",
      "GAHT12345678",
      "x".repeat(256),
    ],
    bad: [
      "",
      "12345678",
      "x".repeat(257),
      "arn:aws:iam::1:mfa/a b",
      "é-é-é-é-é",
    ],
    reason:
      "an MFA device is an ARN like arn:aws:iam::111111111111:mfa/alice or a hardware serial number",
  },
  {
    parse: values.parseRoleArn,
    good: [
      "arn:aws:iam::111111111111:role/admin",
      "arn:aws-us-gov:iam::111111111111:role/admin",
      "arn:aws-iso-b:iam::111111111111:role/team/a/admin",
      "arn:aws:iam::000000000007:role/a+b=c,d.e@f-g_h",
    ],
    bad: [
      "",
      "admin",
      "arn:aws:iam::111:role/admin",
      "arn:aws:iam:us-east-1:111111111111:role/admin",
      "arn:aws:sts::111111111111:assumed-role/admin/x",
      "arn:aws:iam::111111111111:user/alice",
      "arn:aws:iam::111111111111:role/",
      "arn:aws:iam::111111111111:role",
      "arn::iam::111111111111:role/admin",
      " arn:aws:iam::111111111111:role/admin",
      "arn:aws:iam::111111111111:role/admin\n",
      "arn:aws:iam::111111111111:role/ad min",
    ],
    reason: "write the ARN of a role like arn:aws:iam::111111111111:role/admin",
  },
];

for (const { parse, good, bad, reason } of CASES) {
  Deno.test(`${parse.name}() accepts valid values and explains the format of invalid values`, () => {
    for (const text of good) assertEquals(parse(text), text);
    for (const text of bad) {
      const { name, message } = assertThrows(() => parse(text), text);
      assertEquals([name, message], ["InvalidValueError", reason], text);
    }
  });
}

// A role without a name does not exist, and its saved profile would be "111111111111-".
Deno.test("parseRoleArn() refuses a role that has a path but no name", () => {
  for (const path of ["admin/", "team/a/", "/"]) {
    const arn = `arn:aws:iam::111111111111:role/${path}`;
    assertThrows(() => values.parseRoleArn(arn), arn);
  }
});

// "CreateRole", IAM API Reference: a path can contain the characters from ! to DEL.
Deno.test("parseRoleArn() accepts every path that IAM accepts", () => {
  const arn = "arn:aws:iam::111111111111:role/team:a!/(b)/admin";
  assertEquals(values.parseRoleArn(arn), arn);
});

Deno.test("parseText() refuses empty text and text with line breaks", () => {
  for (const text of ["a", " ", "007", "true", "a=b", "é"]) {
    assertEquals(values.parseText(text), text);
  }
  for (
    const [text, reason] of [
      ["", "the value is empty"],
      ["a\nb", "the value contains a line break or a NUL character"],
      ["a\r", "the value contains a line break or a NUL character"],
      ["a\0", "the value contains a line break or a NUL character"],
    ] as const
  ) {
    const { name, message } = assertThrows(() => values.parseText(text));
    assertEquals([name, message], ["InvalidValueError", reason]);
  }
});

Deno.test("parseBoolean() accepts only true and false", () => {
  assertEquals([values.parseBoolean("true"), values.parseBoolean("false")], [
    true,
    false,
  ]);
  for (const text of ["", "True", "yes", "1", " true"]) {
    const { name, message } = assertThrows(() => values.parseBoolean(text));
    assertEquals(
      [name, message],
      ["InvalidValueError", "the value must be true or false"],
    );
  }
});

Deno.test("parseSessionDuration() accepts 15m to 12h, as AssumeRole does", () => {
  const cases: readonly (readonly [string, number])[] = [
    ["15m", 900],
    ["900", 900],
    ["1h30m", 5400],
    ["12h", 43_200],
  ];
  for (const [text, seconds] of cases) {
    assertEquals(values.parseSessionDuration(text), seconds);
  }
  for (const text of ["0", "899", "14m59s", "12h1s", "43201", "13h"]) {
    const { name, message } = assertThrows(
      () => values.parseSessionDuration(text),
      text,
    );
    assertEquals(
      [name, message],
      ["InvalidValueError", "a session can last from 15m to 12h"],
    );
  }
});

Deno.test("parseMfaToken() accepts six digits with white space around them", () => {
  for (
    const [text, code] of [
      ["123456", "123456"],
      ["000007", "000007"],
      [" 123456\r\n", "123456"],
    ] as const
  ) {
    assertEquals(values.parseMfaToken(text), code);
  }
  for (const text of ["", "12345", "1234567", "12 345", "123 456", "١٢٣٤٥٦"]) {
    const { name, message } = assertThrows(
      () => values.parseMfaToken(text),
      text,
    );
    assertEquals(
      [name, message],
      ["InvalidValueError", "an MFA code must have six digits"],
    );
  }
});

Deno.test("parsePatterns() splits names at commas", () => {
  const cases: readonly (readonly [string, string[]])[] = [
    ["FOO", ["FOO"]],
    ["FOO,BAR_*", ["FOO", "BAR_*"]],
    [" FOO , BAR ", ["FOO", "BAR"]],
    ["*", ["*"]],
    ["ProgramFiles(x86)", ["ProgramFiles(x86)"]],
  ];
  for (const [text, patterns] of cases) {
    assertEquals(values.parsePatterns(text), patterns);
  }
  for (const text of ["", ",", "FOO,", "A B", "FOO=bar"]) {
    const { name, message } = assertThrows(
      () => values.parsePatterns(text),
      text,
    );
    assertEquals(
      [name, message],
      [
        "InvalidValueError",
        "write names of variables like FOO,BAR_*",
      ],
    );
  }
});

Deno.test("parseFormat() accepts each format and lists all formats in the error", () => {
  for (const format of FORMATS) {
    assertEquals(values.parseFormat(format), format);
  }
  for (const text of ["", "json", "ENV-NO-EXPORT"]) {
    const { name, message } = assertThrows(() => values.parseFormat(text));
    assertEquals(
      [name, message],
      ["InvalidValueError", `use one of the formats ${FORMATS.join(", ")}`],
    );
  }
});

Deno.test("FORMATS lists the documented formats, the default first", () => {
  assertEquals([...FORMATS], [
    "env-no-export",
    "env",
    "fish",
    "powershell",
    "windows-cmd",
    "nushell",
    "process",
    "github",
  ]);
});

Deno.test("parseProfileNamePrefix() refuses characters that a terminal does not show", () => {
  for (const text of ["a\u202eb", "a\u200bb", "\u2066a"]) {
    assertThrows(
      () => values.parseProfileNamePrefix(text),
      InvalidValueError,
      "the value contains a character that a terminal does not show",
    );
  }
});
