/** The time for long lists and files grows with their length only, not with its square. */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { threadCpuUsage } from "node:process";
import { parseProfiles } from "../lib/aws/profiles.ts";
import { parseConfig } from "../lib/config/parse.ts";
import { ConfigError } from "../lib/errors.ts";
import { mergeTags, parseTagKeys } from "../lib/settings/session_parsers.ts";
import { suggest } from "../lib/settings/suggest.ts";

/** The factor between the two lengths, and between the numbers of calls. */
const FACTOR = 8;
/** The number of calls with the greater length. */
const CALLS = 5;
/** The greatest accepted factor between the two times; for a quadratic function, it is 8. */
const MAX_RATIO = 4;
const ARN = "arn:aws:iam::111111111111:role";

/**
 * Returns the processor time of some calls, in milliseconds. The time is that of this thread,
 * in steps of 10 ms: neither other processes nor the tests in other threads matter.
 */
function measure(calls: number, work: () => void): number {
  const before = threadCpuUsage();
  for (let call = 0; call < calls; call++) work();
  const { user, system } = threadCpuUsage(before);
  return (user + system) / 1000;
}

const parse = (text: string) => parseConfig(text, "/a.yaml", "user");
const lines = (count: number, line: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => line(at)).join("\n");
const rolesYaml = (count: number) =>
  `roles:\n${lines(count, (at) => `  r${at}: ${ARN}/r${at}`)}\n`;

/** Functions that get a length, and return the work to measure. */
const WORK: Readonly<
  Record<string, readonly [length: number, (length: number) => () => void]>
> = {
  "tags": [10_000, (length) => {
    const tags = Array.from(
      { length },
      (_, at) => [`k${at}`, "v"] as const,
    );
    return () => assertThrows(() => mergeTags(tags), Error, "at most 50 tags");
  }],
  "tags in YAML": [2000, (length) => {
    const text = `tags:\n${lines(length, (at) => `  k${at}: v`)}\n`;
    return () => parse(text);
  }],
  "keys of tags": [10_000, (length) => {
    const text = lines(length, (at) => `k${at}`).replaceAll("\n", ",");
    return () => parseTagKeys(text);
  }],
  "roles": [2000, (length) => {
    const text = rolesYaml(length);
    return () => parse(text);
  }],
  "positions of roles": [1000, (length) => {
    const text = rolesYaml(length);
    return () => {
      const { roles, locate } = parse(text);
      let line = 2;
      for (const name of roles.keys()) {
        assertEquals(locate(["roles", name]), { line: line++, column: 3 });
      }
    };
  }],
  "an unknown key after many keys": [1000, (length) => {
    const text = `${rolesYaml(length)}wrong: x\n`;
    return () =>
      assertThrows(
        () => parse(text),
        ConfigError,
        `/a.yaml:${length + 2}:1: unknown key 'wrong'`,
      );
  }],
  "a long line with colons and spaces": [10_000, (length) => {
    const text = `region: "${" : a".repeat(length)}${" ".repeat(length)}"\n`;
    return () => assertThrows(() => parse(text), ConfigError, ":1:1: ");
  }],
  "a long key": [50_000, (length) => {
    const text = `${"a".repeat(length)}: x\n`;
    return () => assertThrows(() => parse(text), ConfigError, "unknown key");
  }],
  "a long value with references": [20_000, (length) => {
    const text = `region: "${"\\x41".repeat(length)}"\n`;
    return () => assertThrows(() => parse(text), ConfigError);
  }],
  "AWS profiles": [2000, (length) => {
    const text = lines(length, (at) => `[profile p${at}]\nregion = x\n`);
    return () => {
      const profiles = parseProfiles(text, "", {
        config: "config",
        credentials: "credentials",
        checkEncoding: () => {},
        checkTrust: () => Promise.resolve(),
      });
      assertEquals(profiles.names().length, length);
    };
  }],
  "a mistyped word": [2000, (length) => {
    const word = "a".repeat(length);
    return () => {
      assertEquals(suggest(word, ["role", "region"]), undefined);
    };
  }],
};

for (const [name, [length, prepare]] of Object.entries(WORK)) {
  Deno.test(`time grows with the length only: ${name}`, () => {
    const [short, long] = [prepare(length), prepare(length * FACTOR)];
    short(); // lets the engine compile the functions
    const shortMs = measure(CALLS * FACTOR, short);
    const longMs = measure(CALLS, long);
    // Below some tens of milliseconds, the steps of the clock decide.
    const ratio = longMs / Math.max(shortMs, 50);
    assert(ratio <= MAX_RATIO, `${shortMs} ms, ${longMs} ms`);
  });
}

Deno.test("YAML whose aliases expand to too many values, or that contains itself, is an error", () => {
  const levels = (first: string, next: (at: number) => string) =>
    `    a0: &a0 ${first}\n` + lines(9, (at) => `    a${at + 1}: ${next(at)}`);
  const maps = levels(
    "{x: y}",
    (at) =>
      `&a${at + 1} {${
        Array.from({ length: 10 }, (_, key) => `k${key}: *a${at}`).join(", ")
      }}`,
  );
  const lists = levels(
    "[x]",
    (at) =>
      `&a${at + 1} [${Array.from({ length: 10 }, () => `*a${at}`).join(", ")}]`,
  );
  for (
    const text of [
      `policy:\n  Statement:\n${maps}\n`,
      `policy:\n  Statement:\n${lists}\n`,
      `tags:\n${maps}\n`,
      `roles:\n${maps}\n`,
      "policy: &a {Statement: *a}\n",
      "policy: {Statement: &a [*a]}\n",
      "roles: &a {admin: *a}\n",
    ]
  ) {
    assertThrows(
      () => parse(text),
      ConfigError,
      "Cannot read /a.yaml: the YAML has too many values",
    );
  }
  const { roles } = parse(
    `roles:\n  a: &a\n    role_arn: ${ARN}/a\n  b: *a\n`,
  );
  assertEquals(roles.get("b")?.roleArn, `${ARN}/a`);
});

Deno.test("deeply nested YAML is an error", () => {
  for (const depth of [10_000, 100_000]) {
    for (const text of ["[".repeat(depth), "- ".repeat(depth)]) {
      assertThrows(() => parse(`policy: ${text}`), ConfigError, "Cannot read");
    }
  }
});
