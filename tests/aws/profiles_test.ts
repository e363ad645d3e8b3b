import { assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  openSections,
  parseProfiles,
  parseSections,
} from "../../lib/aws/profiles.ts";

function sections(text: string): Record<string, Record<string, string>> {
  return Object.fromEntries(
    [...parseSections(text)].map(([name, section]) => [name, { ...section }]),
  );
}

Deno.test("parseSections() reads keys and values as the SDK does", () => {
  const cases: readonly (readonly [string, Record<string, string>])[] = [
    ["a=b", { a: "b" }],
    ["a = b", { a: "b" }],
    ["\ta\t=\tb\t", { a: "b" }],
    ["a = b = c", { a: "b = c" }],
    ["a = b c", { a: "b c" }],
    ["a = 007", { a: "007" }],
    ["a = true", { a: "true" }],
    ['a = "b"', { a: '"b"' }],
    ["a = 1\na = 2", { a: "2" }],
    ["A = 1\na = 2", { A: "1", a: "2" }],
    ["a =", {}],
    ["= b", {}],
    ["a", {}],
    ["a: b", {}],
    ["__proto__ = b", { ["__proto__"]: "b" }],
  ];
  for (const [text, expected] of cases) {
    const found = parseSections(`[x]\n${text}\n`).get("x");
    assertEquals(Object.entries(found!), Object.entries(expected), text);
  }
});

Deno.test("parseSections() leaves comments out, but not a '#' or ';' within a value", () => {
  const text = `# before
; before
[x] ; after
# whole line
  ; indented
a = b # after
c = d ; after
e = f#g;h
i = #j
k = # l
[y]# not after a space
m = n
`;
  // As in the SDK: "[y]# not ..." is no header, so "m" still belongs to x.
  assertEquals(sections(text), {
    x: { a: "b", c: "d", e: "f#g;h", m: "n" },
  });
});

Deno.test("parseSections() names the keys of a nested block after its own key", () => {
  const text = `[x]
a = 1
s3 =
  max = 10
\tmin = 2
b = 3
iam =
c = 4
  d = 5
`;
  assertEquals(sections(text), {
    x: {
      a: "1",
      "s3.max": "10",
      "s3.min": "2",
      b: "3",
      c: "4",
      d: "5",
    },
  });
});

Deno.test("parseSections() takes a section that stands twice for one", () => {
  assertEquals(sections("[x]\na = 1\nb = 1\n[y]\n[x]\nb = 2\nc = 2\n"), {
    x: { a: "1", b: "2", c: "2" },
    y: {},
  });
});

Deno.test("parseSections() reads any line ends, a BOM and a file without a last line end", () => {
  const expected = { x: { a: "1" }, y: { b: "2" } };
  for (
    const text of [
      "[x]\na = 1\n[y]\nb = 2",
      "[x]\r\na = 1\r\n\r\n[y]\r\nb = 2\r\n",
      "\uFEFF[x]\na = 1\r\n[y]\nb = 2\n",
      "before = any\n[x]\na = 1\n[y]\nb = 2\n",
      "  [x]  \n  a = 1\n  [y]\n  b = 2\n",
    ]
  ) {
    assertEquals(sections(text), expected);
  }
  assertEquals(sections(""), {});
});

Deno.test("parseSections() drops the quotes of a prefixed name", () => {
  const text = `[profile a]
[profile "b"]
[profile 'c']
[profile "my dev"]
[profile\td]
[sso-session e]
[f]
`;
  assertEquals(Object.keys(sections(text)), [
    "profile a",
    "profile b",
    "profile c",
    "profile my dev",
    "profile d",
    "sso-session e",
    "f",
  ]);
});

Deno.test("openSections() reads of a file what parseSections() does", () => {
  const line = fc.oneof(
    fc.constantFrom(
      "[a]",
      "[profile a]",
      '[profile  "a"]',
      "[profile a b]",
      "[a   b] # c",
      "[]",
      "[a]# no header",
      "[a",
      "a = [a]",
      "a = a",
      "a =",
      "  b = 1",
      "\uFEFF[a]",
      "",
    ),
    fc.string({ unit: fc.constantFrom(..."[] a=#;\r\u2028\"'") }),
  );
  const lines = fc.array(line, { maxLength: 12 });
  const end = fc.constantFrom("\n", "\r\n");
  fc.assert(fc.property(lines, end, fc.string(), (lines, end, other) => {
    const text = lines.join(end);
    const whole = parseSections(text);
    const asked = ["a", "profile a", "a b", "profile a b", "", " ", other];
    for (const name of [...whole.keys(), ...asked]) {
      assertEquals(openSections(text).get(name), whole.get(name), name);
    }
    const sections = openSections(text);
    sections.get("a");
    assertEquals(sections.names(), [...whole.keys()]);
    assertEquals(sections.get("a"), whole.get("a"));
  }));
});

const CONFIG = `[default]
region = us-east-1
[profile dev]
region = eu-west-1
output = json
[profile both]
region = eu-west-1
aws_access_key_id = FROM-CONFIG
[unprefixed]
region = eu-west-1
[sso-session corp]
sso_region = eu-west-1
[services local]
sts =
  endpoint_url = http://127.0.0.1:5000
`;
const CREDENTIALS = `[keys]
aws_access_key_id = FROM-CREDENTIALS
[both]
aws_access_key_id = FROM-CREDENTIALS
`;

Deno.test("parseProfiles() puts the two files together, the credentials file first", () => {
  const { get } = parseProfiles(CONFIG, CREDENTIALS);
  const cases: Record<string, Record<string, string> | undefined> = {
    default: { region: "us-east-1" },
    dev: { region: "eu-west-1", output: "json" },
    keys: { aws_access_key_id: "FROM-CREDENTIALS" },
    both: { region: "eu-west-1", aws_access_key_id: "FROM-CREDENTIALS" },
    unprefixed: undefined,
    corp: undefined,
    "profile dev": undefined,
    none: undefined,
    __proto__: undefined,
  };
  for (const [name, expected] of Object.entries(cases)) {
    assertEquals(get(name), expected, name);
  }
});

Deno.test("parseProfiles() names the profiles of both files, and no other section", () => {
  const { names } = parseProfiles(CONFIG, CREDENTIALS);
  assertEquals([...names()].sort(), ["both", "default", "dev", "keys"]);
});

Deno.test("parseProfiles() finds the sections of other kinds", () => {
  const { section } = parseProfiles(CONFIG, CREDENTIALS);
  assertEquals({ ...section("sso-session", "corp") }, {
    sso_region: "eu-west-1",
  });
  assertEquals({ ...section("services", "local") }, {
    "sts.endpoint_url": "http://127.0.0.1:5000",
  });
  assertEquals(section("services", "corp"), undefined);
});

Deno.test("parseProfiles() takes [profile default] of the config file before [default]", () => {
  for (
    const config of [
      "[default]\na = 1\n[profile default]\nb = 2\n",
      "[profile default]\nb = 2\n[default]\na = 1\n",
    ]
  ) {
    const { get, names } = parseProfiles(config, "");
    assertEquals([get("default"), names()], [{ b: "2" }, ["default"]]);
  }
});

Deno.test("parseProfiles() has no profiles where there are no files", () => {
  const { get, names } = parseProfiles("", "");
  assertEquals([get("default"), names()], [undefined, []]);
});
