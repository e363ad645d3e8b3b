import { assertEquals } from "@std/assert";
import {
  formatBaseCredentials,
  formatCache,
  formatCalls,
  formatSettings,
} from "../../lib/output/explanation.ts";
import {
  type ExplainedCall,
  type IdentityCall,
  listPlannedCalls,
} from "../../lib/output/planned_calls.ts";
import type { View } from "../../lib/output/view.ts";
import type { SessionCall } from "../../lib/plan/sts_calls.ts";
import type { ExplainedSetting } from "../../lib/plan/explain_plan.ts";
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
const PIPE: View = { isColoured: false, isVerbose: false };
const SCREEN: View = { ...PIPE, columns: 80, home: "/home/alice" };
const calls = (calls: readonly ExplainedCall[], identity: IdentityCall) =>
  formatCalls(listPlannedCalls(calls, identity, CALL), PIPE);
const OPTION = { kind: "option", name: "--x" } as const;

Deno.test("formatSettings() prints each value as the user writes it, but no secret", () => {
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
    const line = formatSettings([setting], [], PIPE).split("\n")[1]!;
    assertEquals(line.trim().split("  ")[1], shown, name);
  }
});

Deno.test("formatCalls() lists the calls, or the reason if there are no calls", () => {
  const none = { kind: "none" } as const;
  const made = { call: CALL, state: none, isMade: true };
  const kept = { call: CALL, state: none, isMade: false };
  assertEquals(
    [
      calls([kept], "none"),
      calls([kept, made], "made unless cached"),
    ],
    [
      "calls:\n  none: the session is cached\n",
      `calls:
  GetCallerIdentity  sts.eu-west-1.amazonaws.com  eu-west-1  unless cached
  AssumeRole         sts.eu-west-1.amazonaws.com  eu-west-1  ${ARN}
`,
    ],
  );
});

Deno.test("formatCalls() shows whether a call needs an MFA code", () => {
  const shown = (more: Partial<SessionCall>) =>
    calls([
      { call: { ...CALL, ...more }, state: { kind: "none" }, isMade: true },
    ], "none").split("  ").at(-1);
  const { roleArn: _, ...session } = CALL;
  const mfa = { mayAsk: true };
  assertEquals(
    [
      shown({ mfa }),
      shown({ mfa: { ...mfa, serial: "S", token: "123456" } }),
      calls([{
        call: { ...session, action: "GetSessionToken", mfa },
        state: { kind: "none" },
        isMade: true,
      }], "none").split("  ").at(-1),
    ],
    [
      `${ARN}, with an MFA code if the role needs one\n`,
      `${ARN}, with an MFA code from S\n`,
      "with an MFA code\n",
    ],
  );
});

Deno.test("formatCache() shows how long each session is valid", () => {
  const shown = (state: Parameters<typeof formatCache>[0][0]["state"]) =>
    formatCache(
      [{ call: CALL, state, path: "/c/k.json", isMade: false }],
      { ...PIPE, isVerbose: true },
    );
  assertEquals(
    [
      shown({ kind: "none" }),
      shown({ kind: "fresh", left: 90_000, expiration: 0 }),
      shown({ kind: "stale", left: 5_000, expiration: 0 }),
      shown({ kind: "expired", left: -60_000, expiration: 0 }),
    ],
    ["none", "fresh, valid for 1m30s", "stale, valid for 5s", "expired 1m ago"]
      .map((text) => `cache:\n  ${ARN}  ${text}  /c/k.json\n`),
  );
});

Deno.test("formatBaseCredentials() prints the source of the credentials and no secret", () => {
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
      {
        kind: "static",
        credentials,
        fingerprint,
        profile: "a",
        file: "/home/alice/.boto",
      },
      "keys of the file /home/alice/.boto",
    ],
    [
      {
        kind: "mfa-session",
        source: { kind: "static", credentials, fingerprint, profile: "a" },
        durationSeconds: 900,
        fingerprint,
      },
      "keys of the profile 'a'",
    ],
    [
      { kind: "profile", permissions, fingerprint, profile: "a" },
      "credentials of the profile 'a'",
    ],
    [
      { kind: "machine", source: "EcsContainer", permissions, fingerprint },
      "credentials of the container",
    ],
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
    assertEquals(
      formatBaseCredentials(base, PIPE),
      `base credentials:\n  ${text}\n`,
    );
  }
});

Deno.test("formatSettings() counts settings with default values, and fits into 80 columns", () => {
  const file = {
    kind: "file",
    path: "/home/alice/infrastructure/live/production/assume-role.yaml",
    keys: [],
  } as const;
  const settings: readonly ExplainedSetting[] = [
    { name: "role", value: "admin", source: OPTION },
    { name: "rolePrefix", value: `${ARN}-`, source: file },
    { name: "duration", value: 3600, source: { kind: "default" } },
  ];
  assertEquals(
    formatSettings(settings, [], SCREEN),
    `settings:
  role         admin                                  option --x
  role_prefix  arn:aws:iam::111111111111:role/admin-
      ~/infrastructure/live/production/assume-role.yaml
  1 more have their default value: '-v' shows them
`,
  );
  const verbose = formatSettings(settings, [], { ...SCREEN, isVerbose: true });
  assertEquals(
    verbose.split("\n").at(-2),
    "  duration     1h                                     default",
  );
});

Deno.test("formatCalls() puts the role on a line of its own if the line is too long", () => {
  const made = { call: CALL, state: { kind: "none" }, isMade: true } as const;
  const planned = listPlannedCalls([made], "made", CALL);
  assertEquals(
    formatCalls(planned, SCREEN),
    `calls:
  GetCallerIdentity  sts.eu-west-1.amazonaws.com  eu-west-1  -
  AssumeRole         sts.eu-west-1.amazonaws.com  eu-west-1
      arn:aws:iam::111111111111:role/admin
`,
  );
});
