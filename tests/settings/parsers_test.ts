import { assertEquals, assertThrows } from "@std/assert";
import { FORMATS } from "../../lib/settings/options.ts";
import * as values from "../../lib/settings/parsers.ts";

interface Case {
  readonly parse: (text: string) => unknown;
  /** Texts that stand for themselves. */
  readonly good: readonly string[];
  readonly bad: readonly string[];
  readonly reason: string;
}

const CASES: readonly Case[] = [
  {
    parse: values.parsePrefix,
    good: ["", "arn:aws:iam::111111111111:role/", "007"],
    bad: ["a\nb", "a\rb", "a\0b"],
    reason: "the value has a line break in it",
  },
  {
    parse: values.parseProfileNamePrefix,
    good: ["", "corp", "corp-eu.1_x@y/z", "é"],
    bad: ["a b", "a]", "[a", "a#b", "a;b", 'a"', "a'", "a=b", "a:b", "a\n"],
    reason: "a profile's name has no spaces, quotes or any of [ ] # ; = :",
  },
  {
    parse: values.parseSessionName,
    good: ["ab", "alice@example.com", "a+b=c,d.e-f_g", "x".repeat(64), "007"],
    bad: ["", "a", "x".repeat(65), "a b", "a/b", "a:b", "é!", "ab\n"],
    reason:
      "a session name has 2 to 64 of the characters A-Z a-z 0-9 _ + = , . @ -",
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
    reason: "a region is written like eu-west-1",
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
      "an MFA device is an ARN like arn:aws:iam::111111111111:mfa/alice, or a hardware serial number",
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
    reason: "a role's ARN is written like arn:aws:iam::111111111111:role/admin",
  },
];

for (const { parse, good, bad, reason } of CASES) {
  Deno.test(`${parse.name}() takes what AWS takes, and says how it is written`, () => {
    for (const text of good) assertEquals(parse(text), text);
    for (const text of bad) {
      const { name, message } = assertThrows(() => parse(text), text);
      assertEquals([name, message], ["InvalidValueError", reason], text);
    }
  });
}

// IAM has no role without a name, and the saved profile would be called "111111111111-".
Deno.test("parseRoleArn() refuses a role that has a path but no name", () => {
  for (const path of ["admin/", "team/a/", "/"]) {
    const arn = `arn:aws:iam::111111111111:role/${path}`;
    assertThrows(() => values.parseRoleArn(arn), arn);
  }
});

// IAM, CreateRole: a path has any of the characters from ! to DEL.
Deno.test("parseRoleArn() takes every path that IAM takes", () => {
  const arn = "arn:aws:iam::111111111111:role/team:a!/(b)/admin";
  assertEquals(values.parseRoleArn(arn), arn);
});

Deno.test("parseText() takes any text but an empty one or one of several lines", () => {
  for (const text of ["a", " ", "007", "true", "a=b", "é"]) {
    assertEquals(values.parseText(text), text);
  }
  for (
    const [text, reason] of [
      ["", "the value is empty"],
      ["a\nb", "the value has a line break in it"],
      ["a\r", "the value has a line break in it"],
      ["a\0", "the value has a line break in it"],
    ] as const
  ) {
    const { name, message } = assertThrows(() => values.parseText(text));
    assertEquals([name, message], ["InvalidValueError", reason]);
  }
});

Deno.test("parseBoolean() takes true and false only", () => {
  assertEquals([values.parseBoolean("true"), values.parseBoolean("false")], [
    true,
    false,
  ]);
  for (const text of ["", "True", "yes", "1", " true"]) {
    const { name, message } = assertThrows(() => values.parseBoolean(text));
    assertEquals(
      [name, message],
      ["InvalidValueError", "the value is either true or false"],
    );
  }
});

Deno.test("parseSessionDuration() takes 15m to 12h, as AssumeRole does", () => {
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
      ["InvalidValueError", "a session lasts from 15m to 12h"],
    );
  }
});

Deno.test("parseMfaToken() takes six digits, with space around them", () => {
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
      ["InvalidValueError", "an MFA code is six digits"],
    );
  }
});

Deno.test("parsePatterns() takes names with commas between them", () => {
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
        "the value is names of variables such as FOO,BAR_*",
      ],
    );
  }
});

Deno.test("parseFormat() takes each format, and names them all otherwise", () => {
  for (const format of FORMATS) {
    assertEquals(values.parseFormat(format), format);
  }
  for (const text of ["", "json", "ENV-NO-EXPORT"]) {
    const { name, message } = assertThrows(() => values.parseFormat(text));
    assertEquals(
      [name, message],
      ["InvalidValueError", `the formats are ${FORMATS.join(", ")}`],
    );
  }
});

Deno.test("the formats are those of the contract, the default first", () => {
  assertEquals([...FORMATS], [
    "env-no-export",
    "env",
    "fish",
    "powershell",
    "windows-cmd",
    "process",
  ]);
});
