import { assertEquals, assertNotEquals } from "@std/assert";
import fc from "fast-check";
import { cacheKey } from "../../lib/plan/cache_key.ts";
import type { Plan, RoleRequest } from "../../lib/plan/plan.ts";

const few = (...texts: string[]) => fc.constantFrom(...texts);
const set = (...texts: string[]) => fc.uniqueArray(few(...texts));

/** Random requests; each part has few values, so that two requests are often similar. */
const request = fc.record({
  roleArn: few(
    "arn:aws:iam::111111111111:role/admin",
    "arn:aws:iam::111111111111:role/a/admin",
    "arn:aws:iam::222222222222:role/admin",
    "arn:aws-cn:iam::111111111111:role/admin",
  ),
  durationSeconds: fc.constantFrom(900, 3600),
  roleSessionName: few("alice", "bob", "a,b"),
  externalId: few("a", "b", ""),
  sourceIdentity: few("a", "b"),
  tags: fc.dictionary(few("a", "b", "a=b"), few("", "1", "2", "b"), {
    noNullPrototype: true,
  }),
  transitiveTagKeys: set("a", "b", "a,b"),
  policy: few("{}", "{ }", '{"a":1}'),
  policyArns: set("arn:aws:iam::aws:policy/A", "arn:aws:iam::aws:policy/B"),
}, { requiredKeys: ["roleArn", "durationSeconds"] });

/**
 * Random values for the parts of a plan outside the request on which the cache key
 * depends.
 */
const surroundings = fc.record({
  fingerprint: few("f1", "f2"),
  serial: fc.option(few("arn:aws:iam::111111111111:mfa/a", "GAHT12345678"), {
    nil: undefined,
  }),
  sts: fc.option(few("http://127.0.0.1:1", "http://127.0.0.1:2"), {
    nil: undefined,
  }),
});

type Input = readonly [
  RoleRequest,
  {
    fingerprint: string;
    serial?: string | undefined;
    sts?: string | undefined;
  },
];
const input = fc.tuple(
  request as fc.Arbitrary<RoleRequest>,
  surroundings,
);

function createPlan([request, { fingerprint, serial, sts }]: Input): Plan {
  return {
    role: { arn: request.roleArn, partition: "", accountId: "", roleName: "" },
    request,
    base: {
      kind: "machine",
      source: "Ec2InstanceMetadata",
      permissions: {
        sections: { identity: {}, config: "" },
        read: [],
        net: [],
      },
      fingerprint,
    },
    endpoints: {
      partition: "aws",
      region: "r",
      useFips: false,
      useDualstack: false,
      ...(sts && { sts }),
    },
    mfa: { mayAsk: true, ...(serial && { serial }) },
    forceRefresh: false,
    refreshBeforeExpiry: 900,
    preserveEnv: { all: false, named: [], patterns: [] },
    server: false,
    sources: {},
  };
}

/** Formats everything that changes the session, without using `cacheKey()`. */
function formatMeaning([request, surroundings]: Input): string {
  const { tags, transitiveTagKeys, policyArns, ...rest } = request;
  const sorted = (value: object) =>
    Object.entries(value).toSorted().map(String);
  return JSON.stringify({
    rest: sorted({ ...rest, ...surroundings }).filter((text) =>
      !text.endsWith(",")
    ),
    empty: rest.externalId === "",
    tags: sorted(tags ?? {}),
    transitive: (transitiveTagKeys ?? []).toSorted(),
    arns: (policyArns ?? []).toSorted(),
  });
}

Deno.test("cacheKey() is equal if and only if two requests mean the same session", async () => {
  await fc.assert(
    fc.asyncProperty(input, input, async (a, b) => {
      const compare = formatMeaning(a) === formatMeaning(b)
        ? assertEquals
        : assertNotEquals;
      compare(await cacheKey(createPlan(a)), await cacheKey(createPlan(b)));
    }),
    { numRuns: 3000 },
  );
});

Deno.test("cacheKey() changes with every part of a request", async () => {
  await fc.assert(
    fc.asyncProperty(input, input, fc.nat(), async (a, b, n) => {
      const parts = Object.keys(b[0]) as (keyof RoleRequest)[];
      const part = parts[n % parts.length]!;
      const changed: Input = [{ ...a[0], [part]: b[0][part] }, a[1]];
      const compare = formatMeaning(a) === formatMeaning(changed)
        ? assertEquals
        : assertNotEquals;
      compare(
        await cacheKey(createPlan(a)),
        await cacheKey(createPlan(changed)),
      );
    }),
    { numRuns: 3000 },
  );
});

Deno.test("cacheKey() does not depend on the order of tags and policies", async () => {
  const reversed = (value: object) =>
    Object.fromEntries(Object.entries(value).reverse());
  await fc.assert(
    fc.asyncProperty(input, async ([request, surroundings]) => {
      const reordered = reversed({
        ...request,
        ...(request.tags && { tags: reversed(request.tags) }),
        ...(request.policyArns &&
          { policyArns: request.policyArns.toReversed() }),
        ...(request.transitiveTagKeys &&
          { transitiveTagKeys: request.transitiveTagKeys.toReversed() }),
      }) as unknown as RoleRequest;
      assertEquals(
        await cacheKey(createPlan([request, surroundings])),
        await cacheKey(createPlan([reordered, surroundings])),
      );
    }),
    { numRuns: 3000 },
  );
});
