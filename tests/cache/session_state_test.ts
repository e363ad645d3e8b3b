import { assertEquals } from "@std/assert";
import { join } from "@std/path/join";
import { loadState, stateOf } from "../../lib/cache/session_state.ts";
import type { Credentials } from "../../lib/aws/credentials.ts";
import { CacheDirectory } from "../../lib/cache/cache_directory.ts";

const NOW = Date.UTC(2026, 0, 1);
const ADMIN = "arn:aws:iam::111111111111:role/admin";
const CREDENTIALS: Credentials = {
  accessKeyId: "ASIA",
  secretAccessKey: "s",
  sessionToken: "t",
  expiration: NOW + 3600_000,
  roleArn: ADMIN,
  assumedRoleArn: "arn:aws:sts::111111111111:assumed-role/admin/alice",
  obtainedAt: NOW,
  clockOffset: 0,
};

Deno.test("as time passes, stateOf() returns fresh, then stale, then expired", () => {
  const at = (minutes: number) => {
    const { kind, left } = stateOf(
      CREDENTIALS,
      900,
      NOW + minutes * 60_000,
    ) as {
      kind: string;
      left: number;
    };
    return [kind, left / 60_000];
  };
  assertEquals([0, 44, 45, 59, 60, 70].map(at), [
    ["fresh", 60],
    ["fresh", 16],
    ["stale", 15],
    ["stale", 1],
    ["expired", 0],
    ["expired", -10],
  ]);
});

Deno.test("loadAll() finds all cached credentials, loadState() only the credentials of one role", async () => {
  const root = Deno.makeTempDirSync();
  try {
    const cacheDirectory = join(root, "cache");
    const cache = new CacheDirectory(cacheDirectory);
    const key = "0".repeat(64);
    const plan = { cacheDirectory, refreshBeforeExpiry: 900 };
    assertEquals(cache.loadAll(), []);
    assertEquals(loadState(plan, key, ADMIN, NOW), { kind: "none" });
    await cache.saveCredentials(key, CREDENTIALS);
    Deno.writeTextFileSync(join(cacheDirectory, `${"1".repeat(64)}.json`), "?");
    assertEquals(cache.loadAll(), [CREDENTIALS]);
    assertEquals(loadState(plan, key, ADMIN, NOW), {
      kind: "fresh",
      left: 3600_000,
      expiration: CREDENTIALS.expiration,
    });
    assertEquals(loadState(plan, key, "other", NOW), { kind: "none" });
    assertEquals(
      loadState({ refreshBeforeExpiry: 900 }, key, ADMIN, NOW),
      { kind: "none" },
    );
  } finally {
    Deno.removeSync(root, { recursive: true });
  }
});
