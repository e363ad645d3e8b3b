import { assertEquals, assertNotEquals } from "@std/assert";
import fc from "fast-check";
import { cacheKey } from "../../lib/plan/cache_key.ts";
import type { Plan, RoleRequest } from "../../lib/plan/plan.ts";

const few = (...texts: string[]) => fc.constantFrom(...texts);
const set = (...texts: string[]) => fc.uniqueArray(few(...texts));

/** A request, with each part from so few values that two are often nearly the same. */
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

const around = fc.record({
  fingerprint: few("f1", "f2"),
  serial: fc.option(few("arn:aws:iam::111111111111:mfa/a", "GAHT12345678"), {
    nil: undefined,
  }),
  sts: fc.option(few("http://127.0.0.1:1", "http://127.0.0.1:2"), {
    nil: undefined,
  }),
});

type Asked = readonly [
  RoleRequest,
  {
    fingerprint: string;
    serial?: string | undefined;
    sts?: string | undefined;
  },
];
const asked = fc.tuple(request as fc.Arbitrary<RoleRequest>, around);

function planOf([request, { fingerprint, serial, sts }]: Asked): Plan {
  return {
    role: { arn: request.roleArn, partition: "", accountId: "", roleName: "" },
    request,
    base: {
      kind: "chain",
      permissions: {
        sections: { identity: {}, config: "" },
        read: [],
        write: [],
        net: [],
        run: false,
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
    preserveEnv: [],
    server: false,
    sources: {},
  };
}

/** What a request means, written in another way than the key's. */
function meaning([request, around]: Asked): string {
  const { tags, transitiveTagKeys, policyArns, ...rest } = request;
  const sorted = (value: object) =>
    Object.entries(value).toSorted().map(String);
  return JSON.stringify({
    rest: sorted({ ...rest, ...around }).filter((text) => !text.endsWith(",")),
    empty: rest.externalId === "",
    tags: sorted(tags ?? {}),
    transitive: (transitiveTagKeys ?? []).toSorted(),
    arns: (policyArns ?? []).toSorted(),
  });
}

Deno.test("two requests share an entry if and only if they mean the same", async () => {
  await fc.assert(
    fc.asyncProperty(asked, asked, async (a, b) => {
      const compare = meaning(a) === meaning(b)
        ? assertEquals
        : assertNotEquals;
      compare(await cacheKey(planOf(a)), await cacheKey(planOf(b)));
    }),
    { numRuns: 3000 },
  );
});

Deno.test("one part that differs is enough for another entry", async () => {
  await fc.assert(
    fc.asyncProperty(asked, asked, fc.nat(), async (a, b, n) => {
      const parts = Object.keys(b[0]) as (keyof RoleRequest)[];
      const part = parts[n % parts.length]!;
      const changed: Asked = [{ ...a[0], [part]: b[0][part] }, a[1]];
      const compare = meaning(a) === meaning(changed)
        ? assertEquals
        : assertNotEquals;
      compare(await cacheKey(planOf(a)), await cacheKey(planOf(changed)));
    }),
    { numRuns: 3000 },
  );
});

Deno.test("the same request has the same entry, whatever the order of tags and policies", async () => {
  const reversed = (value: object) =>
    Object.fromEntries(Object.entries(value).reverse());
  await fc.assert(
    fc.asyncProperty(asked, async ([request, around]) => {
      const other = reversed({
        ...request,
        ...(request.tags && { tags: reversed(request.tags) }),
        ...(request.policyArns &&
          { policyArns: request.policyArns.toReversed() }),
        ...(request.transitiveTagKeys &&
          { transitiveTagKeys: request.transitiveTagKeys.toReversed() }),
      }) as unknown as RoleRequest;
      assertEquals(
        await cacheKey(planOf([request, around])),
        await cacheKey(planOf([other, around])),
      );
    }),
    { numRuns: 3000 },
  );
});
