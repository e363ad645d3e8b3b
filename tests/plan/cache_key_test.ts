import { assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { cacheKey } from "../../lib/plan/cache_key.ts";
import type { Plan } from "../../lib/plan/plan.ts";

const ADMIN = "arn:aws:iam::111111111111:role/admin";
const PLAN: Plan = {
  role: {
    arn: ADMIN,
    partition: "aws",
    accountId: "111111111111",
    roleName: "admin",
  },
  request: {
    roleArn: ADMIN,
    roleSessionName: "alice",
    durationSeconds: 3600,
  },
  base: {
    kind: "static",
    credentials: { accessKeyId: "AKIA1", secretAccessKey: "s" },
    fingerprint: "f1",
  },
  endpoints: {
    partition: "aws",
    region: "us-east-1",
    useFips: false,
    useDualstack: false,
  },
  mfa: { mayAsk: true },
  cacheDirectory: "/cache",
  forceRefresh: false,
  refreshBeforeExpiry: 900,
  savedProfile: { file: "/credentials", name: "p" },
  preserveEnv: { all: false, named: [], patterns: [] },
  server: false,
  sources: {},
};
const { roleSessionName: _, ...UNNAMED } = PLAN.request;

Deno.test("cacheKey() returns a hexadecimal file name", async () => {
  assertMatch(await cacheKey(PLAN), /^[0-9a-f]{64}$/);
});

Deno.test("cacheKey() differs for everything that changes the session", async () => {
  const { base, endpoints, mfa, request } = PLAN;
  const plans: Record<string, Plan> = {
    "none": PLAN,
    "base": { ...PLAN, base: { ...base, fingerprint: "f2" } },
    "role": {
      ...PLAN,
      request: { ...request, roleArn: ADMIN.replace("role/", "role/x/") },
    },
    "partition": {
      ...PLAN,
      request: { ...request, roleArn: ADMIN.replace("aws", "aws-cn") },
    },
    "session name": {
      ...PLAN,
      request: { ...request, roleSessionName: "bob" },
    },
    "no session name": { ...PLAN, request: UNNAMED },
    "duration": { ...PLAN, request: { ...request, durationSeconds: 900 } },
    "MFA device": { ...PLAN, mfa: { ...mfa, serial: "GAHT12345678" } },
    "STS": { ...PLAN, endpoints: { ...endpoints, sts: "http://127.0.0.1:5" } },
  };
  const keys = new Map<string, string>();
  for (const [name, plan] of Object.entries(plans)) {
    const key = await cacheKey(plan);
    assertEquals(keys.get(key), undefined, name);
    keys.set(key, name);
  }
});

Deno.test("cacheKey() differs if characters move from the end of the fingerprint to the beginning of the role's ARN", async () => {
  const { base, request } = PLAN;
  const key = (fingerprint: string, roleArn: string) =>
    cacheKey({
      ...PLAN,
      base: { ...base, fingerprint },
      request: { ...request, roleArn },
    });
  assertNotEquals(await key("a", "bc"), await key("ab", "c"));
  assertNotEquals(await key('a","b', "c"), await key("a", 'b","c'));
});

Deno.test("cacheKey() ignores everything that does not change the session", async () => {
  const { base, endpoints, mfa } = PLAN;
  const { savedProfile: _saved, ...unsaved } = PLAN;
  const plans: Plan[] = [
    { ...PLAN, forceRefresh: true },
    { ...PLAN, refreshBeforeExpiry: 0 },
    { ...PLAN, preserveEnv: { all: true, named: [], patterns: [] } },
    { ...PLAN, region: "eu-west-1" },
    { ...PLAN, cacheDirectory: "/other" },
    { ...PLAN, sources: { role: { kind: "default" } } },
    {
      ...PLAN,
      base: {
        kind: "machine",
        source: "Ec2InstanceMetadata",
        permissions: {
          sections: { identity: {}, config: "" },
          read: [],
          net: [],
        },
        profile: "p",
        fingerprint: base.fingerprint,
      },
    },
    { ...PLAN, endpoints: { ...endpoints, region: "eu-west-1" } },
    { ...PLAN, mfa: { ...mfa, token: "123456", mayAsk: false } },
    unsaved,
  ];
  const expected = await cacheKey(PLAN);
  for (const [i, plan] of plans.entries()) {
    assertEquals(await cacheKey(plan), expected, `plan ${i}`);
  }
});
