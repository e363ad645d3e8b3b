import { assertEquals } from "@std/assert";
import { parseProfiles } from "../../lib/aws/profiles.ts";
import { parseSections } from "../../lib/aws/ini_sections.ts";

function sections(text: string): Record<string, Record<string, string>> {
  return Object.fromEntries(
    [...parseSections(text)].map(([name, section]) => [name, { ...section }]),
  );
}

Deno.test("parseSections() reads keys and values", () => {
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
    ["A = 1\nB = 2", { a: "1", b: "2" }],
    ["a: b", { a: "b" }],
    ["a : b = c", { a: "b = c" }],
    ["a = b: c", { a: "b: c" }],
    ["a =", { a: "" }],
    ["__proto__ = b", { ["__proto__"]: "b" }],
  ];
  for (const [text, expected] of cases) {
    const found = parseSections(`[x]\n${text}\n`).get("x");
    assertEquals(Object.entries(found!), Object.entries(expected), text);
  }
});

Deno.test("parseSections() keeps text after a value, also if it looks like a comment", () => {
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
  assertEquals(sections(text), {
    x: { a: "b # after", c: "d ; after", e: "f#g;h", i: "#j", k: "# l" },
    y: { m: "n" },
  });
});

Deno.test("in a value of several lines, parseSections() keeps blank lines and removes comments", () => {
  const text = "[x]\na = 1\n\n  2\n# c\n  ; c\n  3\n\nb =\n\n  c = 4\n";
  assertEquals(sections(text), { x: { a: "1\n\n2\n3", "b.c": "4" } });
});

Deno.test("if a section and [DEFAULT] have a nested block of the same name, parseSections() ignores the block of [DEFAULT]", () => {
  const text = "[DEFAULT]\ns3 =\n  a = 1\nb =\n  c = 1\n[x]\ns3 =\n  d = 2\n";
  assertEquals(sections(text), { x: { "s3.d": "2", "b.c": "1" } });
});

Deno.test("parseSections() splits a nested block at every character that Python counts as a line end", () => {
  const text = "[x]\ns3 =\n  a = 1\u2028b = 2\x0bc = 3\x85 d = 4\n";
  assertEquals(sections(text), {
    x: { "s3.a": "1", "s3.b": "2", "s3.c": "3", "s3.d": "4" },
  });
});

Deno.test("parseSections() prefixes the keys of a nested block with the block's key", () => {
  const text = `[x]
a = 1
s3 =
  max = 10
\tmin = 2
b = 3
iam =
c = 4
  d = 5
[y]
  s3 =
    max = 10
  d = 5
`;
  assertEquals(sections(text), {
    x: {
      a: "1",
      "s3.max": "10",
      "s3.min": "2",
      b: "3",
      iam: "",
      // As in the AWS CLI, an indented line continues the value above.
      c: "4\nd = 5",
    },
    y: { "s3.max": "10", d: "5" },
  });
});

Deno.test("parseSections() merges sections with the same header", () => {
  assertEquals(sections("[x]\na = 1\nb = 1\n[y]\n[x]\nb = 2\nc = 2\n"), {
    x: { a: "1", b: "2", c: "2" },
    y: {},
  });
});

Deno.test("parseSections() reads LF, CRLF and CR, and a last line without a line end", () => {
  const expected = { x: { a: "1" }, y: { b: "2" } };
  for (
    const text of [
      "[x]\na = 1\n[y]\nb = 2",
      "[x]\r\na = 1\r\n\r\n[y]\r\nb = 2\r\n",
      "[x]\ra = 1\r[y]\rb = 2\r",
      "  [x]  \n  a = 1\n  [y]\n  b = 2\n",
    ]
  ) {
    assertEquals(sections(text), expected);
  }
  assertEquals(sections(""), {});
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

Deno.test("parseProfiles() merges the two files, and prefers values of the credentials file", () => {
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

Deno.test("parseProfiles() lists the profiles of both files, and no other sections", () => {
  const { names } = parseProfiles(CONFIG, CREDENTIALS);
  assertEquals([...names()].sort(), ["both", "default", "dev", "keys"]);
});

Deno.test("parseProfiles() finds the sections of SSO sessions and services", () => {
  const { section } = parseProfiles(CONFIG, CREDENTIALS);
  assertEquals({ ...section("sso-session", "corp") }, {
    sso_region: "eu-west-1",
  });
  assertEquals({ ...section("services", "local") }, {
    "sts.endpoint_url": "http://127.0.0.1:5000",
  });
  assertEquals(section("services", "corp"), undefined);
});

Deno.test("parseProfiles() uses the last of two sections for one profile", () => {
  const cases: readonly (readonly [string, Record<string, string>])[] = [
    ["[default]\na = 1\n[profile default]\nb = 2\n", { b: "2" }],
    ["[profile default]\nb = 2\n[default]\na = 1\n", { a: "1" }],
    [`[profile "default"]\na = 1\n[profile  default]\nb = 2\n`, { b: "2" }],
  ];
  for (const [config, expected] of cases) {
    const { get, names } = parseProfiles(config, "");
    assertEquals([get("default"), names()], [expected, ["default"]], config);
  }
});

Deno.test("parseProfiles() uses headers of the credentials file as profile names", () => {
  const { names } = parseProfiles(
    "[x]\na = 1\n[profile y]\n",
    "[profile x]\na = 1\n[ z ]\n",
  );
  assertEquals(names(), ["profile x", " z ", "y"]);
});

Deno.test("parseProfiles() returns no profiles if both files are empty", () => {
  const { get, names } = parseProfiles("", "");
  assertEquals([get("default"), names()], [undefined, []]);
});
