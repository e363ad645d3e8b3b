import { assertEquals } from "@std/assert";
import { parseProfiles } from "../../lib/aws/profiles.ts";
import { parseConfig } from "../../lib/config/parse.ts";
import { sessionCalls } from "../../lib/plan/sts_calls.ts";
import { cacheKey, mfaSessionKey } from "../../lib/plan/cache_key.ts";
import type { Plan } from "../../lib/plan/plan.ts";
import { resolvePlan } from "../../lib/plan/resolve_plan.ts";
import { PREFIX } from "../identifiers.ts";

const KEYS = { AWS_ACCESS_KEY_ID: "AKIA", AWS_SECRET_ACCESS_KEY: "s" };

async function createPlan(
  role: string,
  project: string,
  env: Record<string, string> = KEYS,
): Promise<Plan> {
  return await resolvePlan({
    options: { role, region: "eu-west-1" },
    variables: {},
    configs: [parseConfig(project, "project.yaml", "project")],
    profiles: parseProfiles("", ""),
    env,
    home: undefined,
    readText: () => Promise.resolve("x.e30.x"),
  });
}

async function formatCalls(
  ...given: Parameters<typeof createPlan>
): Promise<readonly string[]> {
  const calls = await sessionCalls(await createPlan(...given));
  return calls.map(({ action, roleArn, host, mfa }) =>
    `${action} ${roleArn ?? ""} ${host} ${mfa === undefined ? "" : "mfa"}`
      .trim()
  );
}

Deno.test("sessionCalls() lists the calls of a role chain in order", async () => {
  const host = "sts.eu-west-1.amazonaws.com";
  const chain = `role_prefix: ${PREFIX}\nroles:\n  end:\n    via: start\n`;
  assertEquals(await formatCalls("end", chain), [
    `AssumeRole ${PREFIX}start ${host} mfa`,
    `AssumeRole ${PREFIX}end ${host}`,
  ]);
  assertEquals(
    await formatCalls("a", `role_prefix: ${PREFIX}\nmfa_session: 12h\n`),
    [`GetSessionToken  ${host} mfa`, `AssumeRole ${PREFIX}a ${host}`],
  );
  assertEquals(
    await formatCalls("a", `role_prefix: ${PREFIX}\n`, {
      AWS_WEB_IDENTITY_TOKEN_FILE: "/token",
    }),
    [`AssumeRoleWithWebIdentity ${PREFIX}a ${host}`],
  );
});

Deno.test("sessionCalls() returns the keys of the cache entries that a run uses", async () => {
  const env = { ...KEYS, AWS_ENDPOINT_URL: "http://127.0.0.1:5000" };
  const plan = await createPlan(
    "a",
    `role_prefix: ${PREFIX}\nmfa_session: 12h\n`,
    env,
  );
  const keys = (await sessionCalls(plan)).map(({ key }) => key);
  assertEquals(keys, [await mfaSessionKey(plan), await cacheKey(plan)]);
});

Deno.test("sessionCalls() returns the hosts that the SDK calls", async () => {
  const cases: readonly (readonly [string, Record<string, string>, string])[] =
    [
      ["aws", {}, "sts.eu-west-1.amazonaws.com"],
      ["aws-cn", {}, "sts.cn-north-1.amazonaws.com.cn"],
      [
        "aws",
        { AWS_USE_FIPS_ENDPOINT: "true" },
        "sts-fips.eu-west-1.amazonaws.com",
      ],
      [
        "aws-us-gov",
        { AWS_USE_FIPS_ENDPOINT: "true" },
        "sts.us-gov-west-1.amazonaws.com",
      ],
      ["aws", { AWS_USE_DUALSTACK_ENDPOINT: "true" }, "sts.eu-west-1.api.aws"],
      [
        "aws",
        { AWS_ENDPOINT_URL: "http://u:p@localhost:4566/x" },
        "localhost:4566",
      ],
    ];
  for (const [partition, env, host] of cases) {
    const arn = `arn:${partition}:iam::111111111111:role/a`;
    assertEquals(await formatCalls(arn, "", { ...KEYS, ...env }), [
      `AssumeRole ${arn} ${host} mfa`,
    ]);
  }
});
