import { assertEquals, assertRejects } from "@std/assert";
import { createRetryStrategy } from "../../lib/aws/retry_strategy.ts";

const START = 1_000_000;

/** Reports failures of one call to a strategy; returns the delays and the last error. */
async function retry(
  failures: readonly Parameters<
    ReturnType<typeof createRetryStrategy>["refreshRetryTokenForRetry"]
  >[1][],
  callMs = 30_000,
): Promise<readonly number[]> {
  let time = START;
  const strategy = createRetryStrategy({
    now: () => time,
    random: () => 0.5,
    timeouts: { attemptMs: 10_000, callMs },
  });
  let token = await strategy.acquireInitialRetryToken("");
  const delays: number[] = [];
  for (const failure of failures) {
    try {
      token = await strategy.refreshRetryTokenForRetry(token, failure);
    } catch {
      break;
    }
    delays.push(token.getRetryDelay());
    time += token.getRetryDelay();
  }
  return delays;
}

const failure = (name: string, message = "") =>
  Object.assign(new Error(message), { name, $fault: "client" });
const TRANSIENT = { errorType: "TRANSIENT" } as const;
const THROTTLING = { errorType: "THROTTLING" } as const;
const CLIENT_ERROR = { errorType: "CLIENT_ERROR" } as const;

Deno.test("createRetryStrategy() retries twice, with a delay that doubles", async () => {
  assertEquals(await retry(Array(5).fill(TRANSIENT)), [50, 100]);
  assertEquals(await retry(Array(5).fill(THROTTLING)), [500, 1000]);
  // The SDK's own strategy does not retry status 509; the AWS CLI does.
  assertEquals(await retry([{ errorType: "SERVER_ERROR" }]), [50]);
  assertEquals(await retry([CLIENT_ERROR]), []);
});

Deno.test("createRetryStrategy() retries if AWS cannot get the keys of a web identity's provider", async () => {
  for (
    const [name, message, delays] of [
      [
        "InvalidIdentityToken",
        "Couldn't retrieve verification key from your identity provider, please reference AssumeRoleWithWebIdentity documentation for requirements",
        [500],
      ],
      ["IDPCommunicationErrorException", "the request timed out", [500]],
      ["InvalidIdentityToken", "Incorrect token audience", []],
      ["InvalidIdentityTokenException", "No OpenIDConnect provider found", []],
      ["AccessDenied", "Couldn't retrieve verification key", []],
    ] as const
  ) {
    const error = failure(name, message);
    assertEquals(await retry([{ ...CLIENT_ERROR, error }]), [...delays]);
  }
});

Deno.test("createRetryStrategy() retries if an answer is unreadable", async () => {
  const error = Object.assign(new SyntaxError("<html>"), { $response: {} });
  assertEquals(await retry([{ ...CLIENT_ERROR, error }]), [50]);
});

Deno.test("createRetryStrategy() waits as long as AWS says, within the time of the call", async () => {
  const later = (seconds: number) => ({
    ...THROTTLING,
    retryAfterHint: new Date(START + seconds * 1000),
  });
  assertEquals(await retry([later(7)]), [7000]);
  assertEquals(await retry([later(40)]), []);
  assertEquals(await retry([TRANSIENT, THROTTLING], 1000), [50]);
});

Deno.test("createRetryStrategy() marks an error after an attempt that AWS may have carried out", async () => {
  const unsent = failure("NoAnswer", "client error (Connect): refused");
  for (
    const [first, isMarked] of [
      [TRANSIENT, true],
      [{ ...TRANSIENT, error: failure("NoAnswer", "connection reset") }, true],
      [{ ...TRANSIENT, error: unsent }, false],
      [THROTTLING, false],
    ] as const
  ) {
    const strategy = createRetryStrategy({ now: Date.now, random: () => 0 });
    const token = await strategy.acquireInitialRetryToken("");
    const error = failure("AccessDenied");
    const last = { ...CLIENT_ERROR, error };
    const next = await strategy.refreshRetryTokenForRetry(token, first);
    await assertRejects(() => strategy.refreshRetryTokenForRetry(next, last));
    assertEquals("hasLostAnswer" in error, isMarked);
  }
});
