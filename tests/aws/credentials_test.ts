import { assertEquals } from "@std/assert";
import {
  type Credentials,
  isFresh,
  isShaped,
  timeLeft,
} from "../../lib/aws/credentials.ts";

const MINUTE = 60_000;
const OBTAINED = Date.UTC(2026, 0, 1);

/**
 * Creates credentials that were obtained at `OBTAINED` and are valid for the given
 * number of seconds.
 */
function session(seconds: number, clockOffset = 0): Credentials {
  return {
    accessKeyId: "ASIA1",
    secretAccessKey: "s",
    sessionToken: "t",
    expiration: OBTAINED + clockOffset + seconds * 1000,
    roleArn: "arn:aws:iam::111111111111:role/admin",
    assumedRoleArn: "arn:aws:sts::111111111111:assumed-role/admin/alice",
    obtainedAt: OBTAINED,
    clockOffset,
  };
}

/** Duration and margin in seconds, age in milliseconds, and the expected result of isFresh(). */
type Case = readonly [number, number, number, boolean];

function check(cases: readonly Case[], clockOffset = 0): void {
  for (const [seconds, margin, age, expected] of cases) {
    assertEquals(
      isFresh(session(seconds, clockOffset), margin, OBTAINED + age),
      expected,
      `${seconds} s, margin ${margin} s, after ${age} ms`,
    );
  }
}

Deno.test("timeLeft() uses AWS's clock", () => {
  for (const offset of [0, -3600_000, 86_400_000]) {
    const credentials = session(3600, offset);
    assertEquals(
      [0, 30 * MINUTE, 60 * MINUTE, 61 * MINUTE].map((age) =>
        timeLeft(credentials, OBTAINED + age)
      ),
      [60 * MINUTE, 30 * MINUTE, 0, -MINUTE],
    );
  }
});

Deno.test("isFresh() is false shortly before the expiry, even if this machine's clock is wrong", () => {
  for (const offset of [0, -3600_000, 86_400_000]) {
    check([
      [3600, 900, 0, true],
      [3600, 900, 45 * MINUTE - 1, true],
      [3600, 900, 45 * MINUTE, false],
      [3600, 900, 60 * MINUTE, false],
      [3600, 0, 60 * MINUTE - 1, true],
      [3600, 0, 60 * MINUTE, false],
    ], offset);
  }
});

Deno.test("isFresh() is false after half of the duration if the margin is longer than half of the duration", () => {
  check([
    [900, 900, 0, true],
    [900, 900, 7.5 * MINUTE - 1, true],
    [900, 900, 7.5 * MINUTE, false],
    [899, 900, MINUTE, true],
    [3600, 86_400, 30 * MINUTE - 1, true],
    [3600, 86_400, 30 * MINUTE, false],
  ]);
});

// A difference of less than two seconds between the clocks is ignored, so a session
// of 15m can seem to be slightly longer than 15m.
Deno.test("isFresh() is true for a new session whose duration equals the margin", () => {
  for (const error of [1, 500, 1999]) {
    const credentials = session(900 + error / 1000);
    assertEquals(
      isFresh(credentials, 900, OBTAINED + 5 * MINUTE),
      true,
      `the clock is ${error} ms slow`,
    );
  }
});

Deno.test("isFresh() is false for expired credentials, however short the margin", () => {
  check([
    [3600, 0, 60 * MINUTE + 1, false],
    [0, 0, 0, false],
    [-1, 900, 0, false],
    [-1, 900, -700, false],
  ]);
});

Deno.test("isFresh() is false if this machine's clock was set back by more than a minute", () => {
  check([
    [3600, 900, -MINUTE, true],
    [3600, 900, -MINUTE - 1, false],
    [3600, 900, -86_400_000, false],
  ]);
});

Deno.test("the times of every accepted entry can be formatted", () => {
  const isAccepted = (value: number) =>
    isShaped({ value }, { value: "number" });
  const limit = 4e15;
  assertEquals([isAccepted(limit), isAccepted(-limit)], [true, true]);
  assertEquals(Number.isNaN(new Date(limit + limit).getTime()), false);
  for (const value of [8.64e15, -8.64e15, limit + 1, 0.5, NaN, Infinity]) {
    assertEquals(isAccepted(value), false, `${value}`);
  }
});
