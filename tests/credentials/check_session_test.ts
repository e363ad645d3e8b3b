import { assertEquals, assertThrows } from "@std/assert";
import { checkSession } from "../../lib/credentials/check_session.ts";
import { AwsError } from "../../lib/errors.ts";

const NOW = Date.UTC(2026, 0, 1);
const HOUR = 3600_000;
const ROLE = "arn:aws:iam::111111111111:role/path/admin";
const SESSION = "arn:aws:sts::111111111111:assumed-role/admin/alice";

/** Checks a session of one hour with the given ARN that ends at the given time. */
function check(
  assumedRoleArn: string,
  left: number,
  clockOffset = 0,
  accessKeyId = "ASIA",
): void {
  checkSession(
    {
      accessKeyId,
      secretAccessKey: "s",
      sessionToken: "t",
      assumedRoleArn,
      expiration: NOW + left,
      clockOffset,
    },
    { roleArn: ROLE, durationSeconds: 3600, baseKeyId: "BASE" },
    NOW,
  );
}

Deno.test("checkSession() accepts the requested session, by AWS's clock", () => {
  check(SESSION, HOUR);
  check(SESSION, 1000);
  check(SESSION, HOUR + 60_000);
  check(SESSION, 9 * HOUR, 8 * HOUR);
  check(SESSION, -7 * HOUR, -8 * HOUR);
});

Deno.test("checkSession() refuses a session of another role, an expired session and a session that lasts too long", () => {
  const fault = (arn: string, left: number, offset?: number) =>
    assertThrows(() => check(arn, left, offset), AwsError).message;
  for (
    const arn of [
      SESSION.replace("1111", "2111"),
      SESSION.replace("/admin/", "/other/"),
      SESSION.replace("assumed-role", "federated-user"),
      "arn:aws:iam::111111111111:user/admin",
    ]
  ) {
    assertEquals(
      fault(arn, HOUR),
      `Cannot assume ${ROLE}: the answer has a session of ${arn}`,
    );
  }
  for (const [left, offset] of [[0, 0], [-HOUR, 0], [HOUR, 2 * HOUR]]) {
    assertEquals(
      fault(SESSION, left!, offset),
      `Cannot assume ${ROLE}: the session in the answer has expired`,
    );
  }
  for (const left of [HOUR + 10 * 60_000, 1000 * HOUR, NaN]) {
    assertEquals(
      fault(SESSION, left),
      `Cannot assume ${ROLE}: the session in the answer lasts longer than requested`,
    );
  }
});

Deno.test("checkSession() refuses a long-term access key and the base credentials' own key", () => {
  for (const key of ["AKIAIOSFODNN7EXAMPLE", "BASE"]) {
    assertEquals(
      assertThrows(() => check(SESSION, HOUR, 0, key), AwsError).message,
      `Cannot assume ${ROLE}: the answer has no temporary access key`,
    );
  }
});
