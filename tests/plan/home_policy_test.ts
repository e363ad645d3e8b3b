import { assertEquals } from "@std/assert";
import {
  refuseSavedProfile,
  resolveCache,
} from "../../lib/plan/home_policy.ts";
import type { HomeAccess } from "../../lib/system/home_access.ts";
import { within } from "../../lib/system/path.ts";

const FOREIGN: HomeAccess = { kind: "foreign", owner: 1000 };
const FOREIGN_REASON = {
  reason:
    "nothing is saved in /h, because the home belongs to user 1000 and assume-role runs as root; use 'sudo -H', run assume-role as user 1000, or set ASSUME_ROLE_CACHE_DIR",
};
const CLOSED: HomeAccess = { kind: "closed" };
const CLOSED_REASON = {
  reason: "/h/.aws cannot be searched",
  isReported: true as const,
};

Deno.test("resolveCache() uses no cache in a home that must not be changed", () => {
  const home = "/h";
  const env = {};
  const named = { ASSUME_ROLE_CACHE_DIR: "/c" };
  const cacheDirectory = within(home, ".aws", "assume-role", "cache");
  assertEquals(resolveCache({ env, home }), { cacheDirectory });
  assertEquals(resolveCache({ env, home, homeAccess: { kind: "own" } }), {
    cacheDirectory,
  });
  assertEquals(resolveCache({ env, home, homeAccess: FOREIGN }), {
    uncached: FOREIGN_REASON,
  });
  assertEquals(resolveCache({ env, home, homeAccess: CLOSED }), {
    uncached: CLOSED_REASON,
  });
  assertEquals(resolveCache({ env, home: undefined }), {
    uncached: {
      reason: "there is no home directory: set HOME or ASSUME_ROLE_CACHE_DIR",
    },
  });
  for (const homeAccess of [FOREIGN, CLOSED]) {
    assertEquals(resolveCache({ env: named, home, homeAccess }), {
      cacheDirectory: "/c",
      isCacheNamed: true,
    });
  }
});

Deno.test("refuseSavedProfile() refuses a home that must not be changed, unless a variable names the file", () => {
  const home = "/h";
  const named = { AWS_SHARED_CREDENTIALS_FILE: "/f" };
  assertEquals(refuseSavedProfile({ env: {}, home }), undefined);
  for (
    const [homeAccess, reason] of [
      [FOREIGN, FOREIGN_REASON],
      [CLOSED, CLOSED_REASON],
    ] as const
  ) {
    assertEquals(refuseSavedProfile({ env: {}, home, homeAccess }), reason);
    assertEquals(
      refuseSavedProfile({ env: named, home, homeAccess }),
      undefined,
    );
  }
});
