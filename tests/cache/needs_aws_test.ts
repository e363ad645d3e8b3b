import { assertEquals } from "@std/assert";
import { join } from "@std/path/join";
import { CacheDirectory } from "../../lib/cache/cache_directory.ts";
import { needsAws } from "../../lib/cache/needs_aws.ts";

const KEY = "a".repeat(64);
const SESSION = "b".repeat(64);
const OTHER = "c".repeat(64);
const NOW = 1_800_000_000_000;
const ROLE_ARN = "arn:aws:iam::111111111111:role/admin";

const credentials = (leftSeconds: number, roleArn = ROLE_ARN) => ({
  accessKeyId: "ASIA1",
  secretAccessKey: "secret",
  sessionToken: "token",
  expiration: NOW + leftSeconds * 1000,
  roleArn,
  assumedRoleArn: "arn:aws:sts::111111111111:assumed-role/admin/alice",
  obtainedAt: NOW - 3_600_000,
  clockOffset: 0,
});

const PLAN = {
  session: SESSION,
  role: { arn: ROLE_ARN },
  preserveEnv: { all: false, named: [], patterns: [] },
  refreshBeforeExpiry: 300,
  profiles: [],
  missing: [],
  stamps: [],
};

/** Prepares a cache, and returns the prediction for a run. */
async function needs(
  prepare: (cache: CacheDirectory) => Promise<unknown> | void,
  options = {},
): Promise<boolean> {
  const root = Deno.makeTempDirSync();
  try {
    const directory = join(root, "cache");
    const cache = new CacheDirectory(directory);
    cache.prepare();
    await prepare(cache);
    const inputs = { directory, key: KEY } as Parameters<typeof needsAws>[0];
    return needsAws(inputs, options, NOW);
  } finally {
    Deno.removeSync(root, { recursive: true });
  }
}

Deno.test("a run needs AWS if there is no session, or the session of its plan is missing or expires soon", async () => {
  assertEquals(await needs(() => {}), true);
  assertEquals(await needs((cache) => cache.savePlan(KEY, PLAN)), true);
  for (const [left, expected] of [[301, false], [299, true]] as const) {
    const needed = await needs(async (cache) => {
      await cache.savePlan(KEY, PLAN);
      await cache.saveCredentials(SESSION, credentials(left));
    });
    assertEquals(needed, expected, `${left} seconds are left`);
  }
  const ofOtherRole = await needs(async (cache) => {
    await cache.savePlan(KEY, PLAN);
    await cache.saveCredentials(SESSION, credentials(3600, `${ROLE_ARN}2`));
  });
  assertEquals(ofOtherRole, true);
});

Deno.test("without a stored plan, a run may find a cached session that it can use", async () => {
  const save = (cache: CacheDirectory) =>
    cache.saveCredentials(OTHER, credentials(3600));
  assertEquals(await needs(save), false);
  assertEquals(await needs(save, { forceRefresh: ["true"] }), true);
});

Deno.test("a run starts no worker while another run holds a lock, unless -f is given", async () => {
  const lock = (cache: CacheDirectory) =>
    Deno.writeTextFileSync(cache.lockPath(SESSION), "");
  assertEquals(await needs(lock), false);
  assertEquals(await needs(lock, { forceRefresh: ["true"] }), true);
  const planned = await needs(async (cache) => {
    await cache.savePlan(KEY, PLAN);
    lock(cache);
  });
  assertEquals(planned, false);
});
