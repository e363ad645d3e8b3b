import { assertEquals } from "@std/assert";
import {
  formatCache,
  formatCalls,
  formatSettings,
  formatStart,
} from "../../lib/output/explanation.ts";
import type { SessionCall } from "../../lib/plan/sts_calls.ts";
import type { ExplainedSetting } from "../../lib/plan/explain.ts";
import type { Base } from "../../lib/plan/plan.ts";

const ARN = "arn:aws:iam::111111111111:role/admin";
const CALL: SessionCall = {
  action: "AssumeRole",
  roleArn: ARN,
  region: "eu-west-1",
  host: "sts.eu-west-1.amazonaws.com",
  key: "k",
  forceRefresh: false,
};
const OPTION = { kind: "option", name: "--x" } as const;

Deno.test("formatSettings() shows each kind of value as it would be written, and no secret", () => {
  const cases: readonly (readonly [
    ExplainedSetting["name"],
    ExplainedSetting["value"],
    string,
  ])[] = [
    ["role", "admin", "admin"],
    ["duration", 5400, "1h30m"],
    ["mfaSession", 43_200, "12h"],
    ["noInput", false, "false"],
    ["mfaToken", "123456", "given"],
    ["tags", [["team", "a"], ["x", "y"]], "team=a,x=y"],
    ["envKeep", ["A", "B_*"], "A,B_*"],
    ["policy", { file: "p.json" }, "p.json"],
    ["policy", { json: '{"Statement":[]}' }, '{"Statement":[]}'],
    ["region", undefined, "-"],
  ];
  for (const [name, value, shown] of cases) {
    const setting = {
      name,
      source: OPTION,
      ...(value !== undefined && { value }),
    };
    const line = formatSettings([setting], []).split("\n")[1]!;
    assertEquals(line.trim().split("  ")[1], shown, name);
  }
});

Deno.test("formatCalls() has the calls that are made, or says why there are none", () => {
  const none = { kind: "none" } as const;
  const made = { call: CALL, state: none, isMade: true };
  const kept = { call: CALL, state: none, isMade: false };
  assertEquals(
    [
      formatCalls([], "none"),
      formatCalls([kept], "none"),
      formatCalls([kept, made], "made unless remembered"),
    ],
    [
      "calls:\n  none: there is no role\n",
      "calls:\n  none: it is in the cache\n",
      `calls:
  GetCallerIdentity  sts.eu-west-1.amazonaws.com  eu-west-1  unless it is remembered
  AssumeRole         sts.eu-west-1.amazonaws.com  eu-west-1  ${ARN}
`,
    ],
  );
});

Deno.test("formatCalls() tells of the code that a call may need", () => {
  const shown = (more: Partial<SessionCall>) =>
    formatCalls([
      { call: { ...CALL, ...more }, state: { kind: "none" }, isMade: true },
    ], "none").split("  ").at(-1);
  const { roleArn: _, ...session } = CALL;
  const mfa = { mayAsk: true };
  assertEquals(
    [
      shown({ mfa }),
      shown({ mfa: { ...mfa, serial: "S", token: "123456" } }),
      formatCalls([{
        call: { ...session, action: "GetSessionToken", mfa },
        state: { kind: "none" },
        isMade: true,
      }], "none").split("  ").at(-1),
    ],
    [
      `${ARN}, with a code if it wants one\n`,
      `${ARN}, with a code of S\n`,
      "with a code\n",
    ],
  );
});

Deno.test("formatCache() tells of each session for how long it is good", () => {
  const shown = (state: Parameters<typeof formatCache>[0][0]["state"]) =>
    formatCache([{ call: CALL, state, path: "/c/k.json", isMade: false }]);
  assertEquals(
    [
      shown({ kind: "none" }),
      shown({ kind: "fresh", left: 90_000 }),
      shown({ kind: "stale", left: 5_000 }),
      shown({ kind: "expired", left: -60_000 }),
    ],
    ["none", "fresh, good for 1m30s", "stale, good for 5s", "expired 1m ago"]
      .map((text) => `cache:\n  ${ARN}  ${text}  /c/k.json\n`),
  );
});

Deno.test("formatStart() tells where base credentials come from, and none of them", () => {
  const credentials = { accessKeyId: "AKIA", secretAccessKey: "sekrit" };
  const fingerprint = "f";
  const sections = { identity: {}, config: "" };
  const permissions = { sections, read: [], write: [], net: [], run: false };
  const bases: readonly (readonly [Base, string])[] = [
    [{ kind: "static", credentials, fingerprint }, "keys in the environment"],
    [
      { kind: "static", credentials, fingerprint, profile: "a" },
      "keys of the profile 'a'",
    ],
    [
      { kind: "profile", permissions, fingerprint, profile: "a" },
      "what the profile 'a' leads to",
    ],
    [{ kind: "chain", permissions, fingerprint }, "what the AWS SDK finds"],
    [
      {
        kind: "web-identity",
        fingerprint,
        token: { kind: "github", url: "https://x", requestToken: "sekrit" },
      },
      "web identity token of GitHub Actions",
    ],
  ];
  for (const [base, text] of bases) {
    assertEquals(formatStart(base), `base credentials:\n  ${text}\n`);
  }
});
