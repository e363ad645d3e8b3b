import { assertEquals } from "@std/assert";
import { parseProcessOutput } from "../../lib/aws/process_output.ts";

const NOW = Date.UTC(2026, 0, 1);
const KEYS = { Version: 1, AccessKeyId: "A", SecretAccessKey: "s" };
const FOUND = { accessKeyId: "A", secretAccessKey: "s" };

const parse = (values: unknown) =>
  parseProcessOutput(JSON.stringify(values), NOW);

/** Returns the reason why values cannot be used. */
function reasonOf(values: unknown): string | undefined {
  const output = parse(values);
  return "reason" in output ? output.reason : undefined;
}

Deno.test("parseProcessOutput() reads keys with or without a session token, and ignores other values", () => {
  assertEquals(parse(KEYS), FOUND);
  assertEquals(parse({ ...KEYS, SessionToken: null, Expiration: null }), FOUND);
  assertEquals(parse({ ...KEYS, SessionToken: "", Other: [1] }), FOUND);
  assertEquals(
    parse({ ...KEYS, SessionToken: "t", AccountId: "111111111111" }),
    { ...FOUND, sessionToken: "t" },
  );
  assertEquals(parseProcessOutput(`\n ${JSON.stringify(KEYS)} \n`, NOW), FOUND);
});

Deno.test("parseProcessOutput() reads times in the formats that programs print", () => {
  const expiration = Date.UTC(2030, 11, 31, 23, 59, 59);
  for (
    const text of [
      "2030-12-31T23:59:59Z",
      "2030-12-31T23:59:59.000Z",
      "2030-12-31T23:59:59.000000000Z",
      "2030-12-31T23:59:59+00:00",
      "2031-01-01T01:59:59+02:00",
      "2030-12-31T18:59:59-0500",
      "2030-12-31 23:59:59 UTC",
      "2030-12-31 23:59:59+0000",
    ]
  ) {
    assertEquals(
      parse({ ...KEYS, Expiration: text }),
      { ...FOUND, expiration },
      text,
    );
  }
});

Deno.test("parseProcessOutput() refuses times that are over, have no time zone or are no times", () => {
  const expired = "credentials that have expired";
  const noTime = "an Expiration that is not a time";
  for (
    const [value, reason] of [
      ["2025-12-31T23:59:59Z", expired],
      ["2026-01-01T00:00:00Z", expired],
      ["2030-12-31T23:59:59", noTime],
      ["2030-13-31T23:59:59Z", noTime],
      ["", noTime],
      ["never", noTime],
      [4102444800, noTime],
      [true, noTime],
    ] as const
  ) assertEquals(reasonOf({ ...KEYS, Expiration: value }), reason);
});

Deno.test("parseProcessOutput() refuses output that is not version 1 or has no keys", () => {
  const noVersion = 'JSON without "Version": 1';
  const noKeys = "JSON without AccessKeyId or SecretAccessKey";
  for (const values of [{}, [], null, 1, "x", { ...KEYS, Version: "1" }]) {
    assertEquals(reasonOf(values), noVersion);
  }
  const none: readonly unknown[] = [undefined, null, "", 1, {}];
  for (const value of none) {
    assertEquals(reasonOf({ ...KEYS, AccessKeyId: value }), noKeys);
    assertEquals(reasonOf({ ...KEYS, SecretAccessKey: value }), noKeys);
  }
  assertEquals(
    reasonOf({ ...KEYS, SessionToken: 1 }),
    "a SessionToken that is not a text",
  );
  assertEquals(reasonOf({ Version: 1, constructor: 1 }), noKeys);
  for (const text of ["", "hello", "{", "{}{}"]) {
    const output = parseProcessOutput(text, NOW);
    assertEquals("reason" in output && output.reason, "no JSON");
  }
});
