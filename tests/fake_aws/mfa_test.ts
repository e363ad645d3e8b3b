/** MFA codes at the fake AWS. */
import { GetSessionTokenCommand } from "@aws-sdk/client-sts";
import { assertEquals, assertRejects } from "@std/assert";
import { WORLD } from "../e2e/worlds.ts";
import { SERIAL } from "../identifiers.ts";
import type { ActionContext } from "./actions.ts";
import { ALICE_KEYS, sts } from "./clients.ts";
import { checkCode } from "./mfa.ts";
import { Refusal } from "./refusal.ts";
import { FakeAws } from "./server.ts";
import { stepAt, totp } from "./totp.ts";
import { ALICE } from "./world.ts";

const STEP_MS = 30_000;
const STARTED = 1_800_000_000_000;

/** Sends the code of a time step, `steps` after the start, at a time after the start. */
async function send(steps: number, afterMs: number): Promise<boolean> {
  const secret = ALICE.devices![0]!.secret!;
  const context: ActionContext = {
    world: WORLD,
    caller: { ...ALICE, arn: "", userId: "", user: ALICE },
    params: new URLSearchParams({
      SerialNumber: SERIAL,
      TokenCode: await totp(secret, stepAt(STARTED) + steps),
    }),
    now: STARTED + afterMs,
    started: STARTED,
    pageSize: 100,
    usedCodes: new Set(),
    mint: () => {
      throw new Error("no session is issued");
    },
  };
  return await checkCode(context);
}

Deno.test("a code of the time of the start stays valid, for tests on slow machines", async () => {
  for (const steps of [-1, 0, 1]) {
    for (const afterMs of [0, 4 * STEP_MS]) {
      assertEquals(await send(steps, afterMs), true, `${steps}, ${afterMs}`);
    }
  }
  assertEquals(await send(5, 4 * STEP_MS), true);
});

Deno.test("the codes of a test differ and stay valid, however long the test takes", async () => {
  let clockOffset = 0;
  await using aws = new FakeAws(WORLD, {
    get clockOffset() {
      return clockOffset;
    },
  });
  const codes = new Set<string>();
  for (const step of [1, 0, -1]) {
    codes.add(await aws.code(ALICE, SERIAL, step));
    clockOffset += STEP_MS;
  }
  assertEquals(codes.size, 3);
  const client = sts(aws, ALICE_KEYS);
  for (const TokenCode of codes) {
    const input = { SerialNumber: SERIAL, TokenCode };
    await client.send(new GetSessionTokenCommand(input));
  }
});

Deno.test("codes before the start and codes of the future are refused", async () => {
  for (const [steps, afterMs] of [[-2, 0], [2, 0], [6, 4 * STEP_MS]] as const) {
    await assertRejects(() => send(steps, afterMs), Refusal);
  }
});
