import { assertEquals } from "@std/assert";
import {
  formatDocument,
  toExplainDocument,
  toWhoamiDocument,
} from "../../lib/output/json_documents.ts";
import type { ExplainedSetting } from "../../lib/plan/explain_plan.ts";
import type { Base, WebIdentityToken } from "../../lib/plan/plan.ts";
import { type DocumentName, parseDocument } from "../json_schemas.ts";

const ENDPOINTS = {
  partition: "aws",
  region: "eu-west-1",
  useFips: false,
  useDualstack: false,
};
const FINGERPRINT = { fingerprint: "f" };
const KEYS = {
  ...FINGERPRINT,
  kind: "static",
  credentials: { accessKeyId: "AKIA", secretAccessKey: "sekrit" },
} as const;
const PERMISSIONS = {
  permissions: {
    sections: { identity: {}, config: "" },
    read: [],
    write: [],
    net: [],
    run: false,
  },
};
const TOKENS: readonly WebIdentityToken[] = [
  { kind: "file", path: "/t", profile: "p" },
  { kind: "process", command: "print --password sekrit", profile: "p" },
  { kind: "github", url: "https://x", requestToken: "sekrit" },
];

function parse(
  name: DocumentName,
  document: Parameters<typeof formatDocument>[0],
): Record<PropertyKey, unknown> {
  const text = formatDocument(document);
  assertEquals(text.includes("sekrit"), false, text);
  return parseDocument(name, text);
}

function explain(
  base: Base,
  settings: readonly ExplainedSetting[] = [],
): Record<PropertyKey, unknown> {
  const plan = { base, endpoints: ENDPOINTS, mfa: { mayAsk: true } };
  const outcome = { plan, calls: [], session: { kind: "none" } } as const;
  return parse("explain", toExplainDocument(outcome, [], settings, []));
}

Deno.test("toExplainDocument() names each source of base credentials, without a secret", () => {
  const role: Base = {
    ...FINGERPRINT,
    kind: "role",
    plan: {
      role: {
        arn: "arn:aws:iam::111111111111:role/a",
        partition: "aws",
        accountId: "111111111111",
        roleName: "a",
      },
      request: {
        roleArn: "arn:aws:iam::111111111111:role/a",
        durationSeconds: 900,
      },
      base: { ...KEYS, profile: "p" },
      endpoints: ENDPOINTS,
      mfa: { mayAsk: true },
      forceRefresh: false,
      refreshBeforeExpiry: 900,
    },
  };
  const cases: readonly (readonly [Base, unknown])[] = [
    [KEYS, { kind: "environment" }],
    [{ ...KEYS, ownSession: "kept" }, {
      kind: "environment",
      own_session: "kept",
    }],
    [{ ...KEYS, profile: "p" }, { kind: "profile", profile: "p" }],
    [{ ...KEYS, file: "/b" }, { kind: "file", path: "/b" }],
    [{
      ...FINGERPRINT,
      kind: "process",
      profile: "p",
      words: ["print", "sekrit"],
    }, { kind: "profile", profile: "p" }],
    [{ ...FINGERPRINT, ...PERMISSIONS, kind: "profile", profile: "p" }, {
      kind: "profile",
      profile: "p",
    }],
    [
      {
        ...FINGERPRINT,
        ...PERMISSIONS,
        kind: "machine",
        source: "EcsContainer",
      },
      { kind: "container" },
    ],
    [
      {
        ...FINGERPRINT,
        ...PERMISSIONS,
        kind: "machine",
        source: "Ec2InstanceMetadata",
      },
      { kind: "instance" },
    ],
    [
      {
        ...FINGERPRINT,
        kind: "mfa-session",
        source: KEYS,
        durationSeconds: 900,
      },
      { kind: "environment" },
    ],
    [role, { kind: "profile", profile: "p" }],
    ...TOKENS.map((token) =>
      [{ ...FINGERPRINT, kind: "web-identity", token } as const, {
        kind: "web_identity",
        web_identity: token.kind === "github"
          ? { kind: "github" }
          : token.kind === "file"
          ? token
          : { kind: "process", profile: "p" },
      }] as const
    ),
  ];
  for (const [base, expected] of cases) {
    assertEquals(explain(base).base, expected);
  }
});

Deno.test("toExplainDocument() has values of each type, and hides secrets and the passwords of URLs", () => {
  const source = { kind: "default" } as const;
  const settings: readonly ExplainedSetting[] = [
    { name: "region", source },
    { name: "duration", value: 5400, source },
    { name: "noInput", value: false, source },
    { name: "tags", value: [["a", "b"], ["c", "d"]], source },
    { name: "policy", value: { json: '{"Statement":[]}' }, source },
    { name: "mfaToken", value: "sekrit", source },
    { name: "mfaCommand", value: "sekrit", source },
    { name: "externalId", value: "https://me:sekrit@host", source },
  ];
  const found = explain(KEYS, settings)
    .settings as readonly Record<string, unknown>[];
  assertEquals(
    found.map(({ source: _, ...setting }) => setting),
    [
      { name: "region" },
      { name: "duration", value: 5400 },
      { name: "no_input", value: false },
      { name: "tags", value: ["a=b", "c=d"] },
      { name: "policy", value: '{"Statement":[]}' },
      { name: "mfa_token", is_hidden: true },
      { name: "mfa_command", is_hidden: true },
      { name: "external_id", value: "https://me:***@host" },
    ],
  );
});

Deno.test("toWhoamiDocument() names each source of a web identity token", () => {
  for (const base of TOKENS) {
    const document = parse("whoami", toWhoamiDocument({ base }));
    assertEquals(Object.keys(document), ["base"]);
  }
});
