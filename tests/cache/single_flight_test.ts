import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path/join";
import {
  type CachePolicy,
  singleFlight,
} from "../../lib/cache/single_flight.ts";
import type { Credentials } from "../../lib/aws/credentials.ts";
import { CacheDirectory } from "../../lib/cache/cache_directory.ts";
import { unix } from "../guards.ts";
import { LockCounter } from "../system/lock_counter.ts";

const ROLE_ARN = "arn:aws:iam::111111111111:role/admin";
const KEY = "0".repeat(64);
const NOW = Date.UTC(2026, 0, 1);

/** Creates credentials that are valid for an hour and identified by a number. */
function numbered(number: number, obtainedAt = NOW): Credentials {
  return {
    accessKeyId: `ASIA${number}`,
    secretAccessKey: "s",
    sessionToken: "t",
    expiration: obtainedAt + 3600_000,
    roleArn: ROLE_ARN,
    assumedRoleArn: "arn:aws:sts::111111111111:assumed-role/admin/alice",
    obtainedAt,
    clockOffset: 0,
  };
}

/** A temporary cache, and a counter of obtained credentials. */
class Bench implements AsyncDisposable {
  readonly root: string;
  readonly directory: string;
  readonly cache: CacheDirectory;
  obtained = 0;
  now = NOW;

  constructor() {
    this.root = Deno.makeTempDirSync();
    this.directory = join(this.root, "cache");
    this.cache = new CacheDirectory(this.directory);
  }

  get path(): string {
    return join(this.directory, `${KEY}.json`);
  }

  obtain = (): Promise<Credentials> => {
    this.obtained++;
    return Promise.resolve(numbered(this.obtained, this.now));
  };

  get(
    policy: Partial<CachePolicy> = {},
    obtain = this.obtain,
  ): ReturnType<typeof singleFlight> {
    const whole = {
      roleArn: ROLE_ARN,
      forceRefresh: false,
      refreshBeforeExpiry: 900,
      now: () => this.now,
      ...policy,
    };
    return singleFlight(this.cache, KEY, whole, { onWait() {} }, obtain);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.root, { recursive: true });
  }
}

const fresh = (number: number, obtainedAt = NOW) => ({
  credentials: numbered(number, obtainedAt),
  fromCache: false,
});
const hit = (number: number, obtainedAt = NOW) => ({
  credentials: numbered(number, obtainedAt),
  fromCache: true,
});

Deno.test("singleFlight() obtains credentials once, and again when a refresh is due", async () => {
  await using bench = new Bench();
  assertEquals(await bench.get(), fresh(1));
  assertEquals(await bench.get(), hit(1));
  bench.now = NOW + 45 * 60_000 - 1;
  assertEquals(await bench.get(), hit(1));
  bench.now = NOW + 45 * 60_000;
  assertEquals(await bench.get(), fresh(2, bench.now));
  assertEquals(await bench.get(), hit(2, bench.now));
});

Deno.test("singleFlight() keeps the credentials of different keys apart", async () => {
  await using bench = new Bench();
  await bench.get();
  const policy = {
    roleArn: ROLE_ARN,
    forceRefresh: false,
    refreshBeforeExpiry: 900,
    now: () => NOW,
  };
  assertEquals(
    await singleFlight(
      bench.cache,
      "1".repeat(64),
      policy,
      { onWait() {} },
      bench.obtain,
    ),
    fresh(2),
  );
  assertEquals(await bench.get(), hit(1));
});

Deno.test("with forceRefresh, singleFlight() obtains new credentials although the cached credentials are fresh", async () => {
  await using bench = new Bench();
  await bench.get();
  bench.now += 1;
  assertEquals(
    await bench.get({ forceRefresh: true }),
    fresh(2, bench.now),
  );
  assertEquals(await bench.get(), hit(2, bench.now));
});

Deno.test("singleFlight() uses credentials that were obtained while it waited for the lock, even with forceRefresh", async () => {
  for (const forceRefresh of [false, true]) {
    await using bench = new Bench();
    await bench.get();
    bench.now += 50 * 60_000;
    // The second call waits for the lock that the first call holds.
    const first = bench.get({ forceRefresh });
    const second = bench.get({ forceRefresh });
    const results = await Promise.all([first, second]);
    assertEquals(
      results.map(({ credentials }) => credentials),
      [numbered(2, bench.now), numbered(2, bench.now)],
    );
    assertEquals(results.filter(({ fromCache }) => !fromCache).length, 1);
    assertEquals(bench.obtained, 2);
  }
});

Deno.test("singleFlight() obtains credentials once for 20 simultaneous calls, with at most two locks each", async () => {
  await using bench = new Bench();
  using locks = new LockCounter();
  const results = await Promise.all(
    Array.from({ length: 20 }, () => bench.get()),
  );
  assertEquals(bench.obtained, 1);
  assertEquals(
    results.map(({ credentials }) => credentials),
    Array(20).fill(numbered(1)),
  );
  assertEquals(results.filter(({ fromCache }) => !fromCache).length, 1);
  assertEquals(
    [...Deno.readDirSync(bench.directory)].map(({ name }) => name),
    [`${KEY}.json`],
  );
  assert(locks.count <= 2 * 20, `${locks.count} locks`);
});

Deno.test("singleFlight() rethrows a failure, caches nothing and releases the lock", async () => {
  await using bench = new Bench();
  const failure = new Error("denied");
  let calls = 0;
  const fail = () => {
    calls++;
    return Promise.reject(failure);
  };
  const thrown = await assertRejects(() => bench.get({}, fail));
  assertEquals([thrown, calls], [failure, 1]);
  assertEquals([...Deno.readDirSync(bench.directory)], []);
  assertEquals(await bench.get(), fresh(1));
});

Deno.test("singleFlight() returns the credentials and a problem if the credentials cannot be cached", async () => {
  await using bench = new Bench();
  Deno.writeTextFileSync(bench.directory, "a file in the directory's place");
  const { problem, ...result } = await bench.get();
  assertEquals(result, fresh(1));
  assertEquals(typeof problem, "string");
  assertEquals(bench.obtained, 1);
});

Deno.test("singleFlight() ignores a cache entry that is damaged or contains the key of another entry", async () => {
  await using bench = new Bench();
  await bench.get();
  const good = JSON.parse(Deno.readTextFileSync(bench.path));
  const { value } = good;
  const damages: unknown[] = [
    null,
    [],
    "text",
    {},
    { ...good, version: 2 },
    { ...good, version: "1" },
    { ...good, key: "1".repeat(64) },
    { ...good, value: null },
    { ...good, value: { ...value, secretAccessKey: "" } },
    { ...good, value: { ...value, sessionToken: 7 } },
    { ...good, value: { ...value, expiration: "soon" } },
    { ...good, value: { ...value, expiration: null } },
    { ...good, value: { ...value, clockOffset: undefined } },
  ];
  const texts = ["", "{", "\0\0\0", "é"].concat(
    damages.map((damage) => JSON.stringify(damage)),
  );
  let expected = bench.obtained;
  for (const text of texts) {
    Deno.writeTextFileSync(bench.path, text);
    assertEquals(await bench.get(), fresh(++expected), text);
  }
  Deno.writeFileSync(bench.path, new Uint8Array([0xff, 0xfe, 0x7b]));
  assertEquals(await bench.get(), fresh(++expected));
});

Deno.test(
  "singleFlight() ignores an entry that other users can write to or that is a symlink",
  unix,
  async () => {
    await using bench = new Bench();
    await bench.get();
    for (const mode of [0o620, 0o602, 0o666]) {
      Deno.chmodSync(bench.path, mode);
      assertEquals((await bench.get()).fromCache, false, mode.toString(8));
      Deno.removeSync(bench.path);
      await bench.get();
    }
    const elsewhere = join(bench.root, "elsewhere.json");
    Deno.renameSync(bench.path, elsewhere);
    Deno.symlinkSync(elsewhere, bench.path);
    assertEquals((await bench.get()).fromCache, false);
  },
);

Deno.test("cache entries are readable by their owner only", unix, async () => {
  await using bench = new Bench();
  await bench.get();
  const mode = (path: string) => Deno.statSync(path).mode! & 0o7777;
  assertEquals([mode(bench.directory), mode(bench.path)], [0o700, 0o600]);
});

Deno.test("CacheDirectory saves and loads caller identities, and ignores a damaged entry", async () => {
  await using bench = new Bench();
  const { cache } = bench;
  const path = join(bench.directory, "caller-f1.json");
  const alice = {
    arn: "arn:aws:iam::111111111111:user/alice",
    accountId: "111111111111",
    mfaSerial: "arn:aws:iam::111111111111:mfa/alice",
    mfaRoles: ["arn:aws:iam::111111111111:role/admin"],
  };
  const { mfaSerial: _, ...plain } = alice;
  assertEquals(await cache.loadCaller("f1"), undefined);
  for (const caller of [alice, plain, { ...plain, mfaRoles: [] }]) {
    await cache.saveCaller("f1", caller);
    assertEquals(await cache.loadCaller("f1"), caller);
  }
  assertEquals(await cache.loadCaller("f2"), undefined);
  const damages: unknown[] = [
    { ...alice, arn: "" },
    { ...alice, accountId: 111111111111 },
    { ...alice, mfaSerial: null },
    { ...alice, mfaRoles: "x" },
    { ...alice, mfaRoles: [7] },
    plain.arn,
  ];
  for (const value of damages) {
    const entry = { version: 1, key: "f1", value };
    Deno.writeTextFileSync(path, JSON.stringify(entry));
    assertEquals(await cache.loadCaller("f1"), undefined);
  }
});

Deno.test("CacheDirectory keeps the origin of a session (its base credentials) for 30 days, and ignores an origin with an invalid key or value", async () => {
  await using bench = new Bench();
  const { cache } = bench;
  const key = "0".repeat(64);
  const path = join(bench.directory, `origin-${key}.json`);
  const origin = {
    fingerprint: "f1",
    profile: "my work",
    roleArn: "arn:aws:iam::111111111111:role/admin",
    sessions: ["s2", "s1"],
  };
  await cache.saveOrigin(key, origin);
  for (const [days, expected] of [[29, origin], [31, undefined]] as const) {
    const time = Date.now() - days * 24 * 3600_000;
    Deno.utimeSync(path, new Date(time), new Date(time));
    await cache.tidy(Date.now());
    assertEquals(cache.loadOrigin(key), expected);
  }
  const damages: unknown[] = [
    { ...origin, fingerprint: undefined },
    { ...origin, profile: 7 },
    { ...origin, roleArn: "" },
    { ...origin, sessions: "s1" },
  ];
  for (const value of damages) {
    Deno.writeTextFileSync(path, JSON.stringify({ version: 1, key, value }));
    assertEquals(cache.loadOrigin(key), undefined);
  }
  // The key comes from the environment, so a key that is a path is refused.
  const outside = { version: 1, key: "x/../a", value: origin };
  Deno.mkdirSync(join(bench.directory, "origin-x"));
  const other = join(bench.directory, "a.json");
  Deno.writeTextFileSync(other, JSON.stringify(outside), { mode: 0o600 });
  assertEquals(cache.loadOrigin("x/../a"), undefined);
});
