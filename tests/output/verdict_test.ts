import { assertEquals } from "@std/assert";
import type { PlannedCall } from "../../lib/output/planned_calls.ts";
import { formatVerdict } from "../../lib/output/verdict.ts";
import type { RolePlan } from "../../lib/plan/plan.ts";

const PIPE = { isColoured: false, isVerbose: false };
const ARN = "arn:aws:iam::111111111111:role/admin";
const BASE: RolePlan["base"] = {
  kind: "static",
  credentials: { accessKeyId: "AKIA", secretAccessKey: "sekrit" },
  fingerprint: "f",
  profile: "default",
};
const START = {
  base: BASE,
  endpoints: {
    partition: "aws",
    region: "eu-west-1",
    useFips: false,
    useDualstack: false,
  },
  mfa: { mayAsk: true },
};
const PLAN: RolePlan = {
  ...START,
  role: {
    arn: ARN,
    partition: "aws",
    accountId: "111111111111",
    roleName: "admin",
  },
  request: { roleArn: ARN, durationSeconds: 3600 },
  forceRefresh: false,
  refreshBeforeExpiry: 900,
};
const IDENTITY: PlannedCall = { action: "GetCallerIdentity", mfa: "none" };
const ASSUME: PlannedCall = { action: "AssumeRole", roleArn: ARN, mfa: "none" };
const NONE = { kind: "none" } as const;

Deno.test("formatVerdict() says what a run would do: the role, the base credentials, the calls and the MFA code", () => {
  const verdict = (calls: readonly PlannedCall[]) =>
    formatVerdict({ plan: PLAN, calls, session: NONE }, PIPE);
  const start =
    `A run would assume ${ARN} from keys of the profile 'default', by`;
  assertEquals(
    [
      verdict([ASSUME]),
      verdict([IDENTITY, { ...ASSUME, mfa: "possible" }]),
      verdict([{ ...IDENTITY, condition: "identity_not_cached" }, {
        ...ASSUME,
        mfa: "required",
      }]),
      formatVerdict({
        plan: PLAN,
        calls: [],
        session: {
          kind: "fresh",
          left: 3_420_000,
          expiration: Date.UTC(2026, 0, 31, 12, 30, 59),
        },
      }, PIPE),
      formatVerdict({ plan: START, calls: [], session: NONE }, PIPE),
    ],
    [
      `${start} 1 call, without an MFA code.\n`,
      `${start} 2 calls, with an MFA code if the role needs one.\n`,
      `${start} at most 2 calls, with an MFA code.\n`,
      `A run would use the cached session of ${ARN}, valid until 2026-01-31 12:30 UTC (57m), and make no call.\n`,
      "No role given: a run would start from keys of the profile 'default'.\n",
    ],
  );
});
