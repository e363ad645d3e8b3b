import { assertEquals } from "@std/assert";
import { join } from "@std/path/join";
import { findForeignOwner, inspectHome } from "../../lib/system/home_access.ts";
import { root, unix } from "../guards.ts";

Deno.test("findForeignOwner() finds the owner of a home that root must not change", () => {
  const cases: readonly (readonly [
    uid: number,
    owners: readonly (number | undefined)[],
    found: number | undefined,
  ])[] = [
    [0, [0, 0], undefined],
    [0, [1000, 1000], 1000],
    [0, [0, 1000], 1000],
    [0, [1000, 0], 1000],
    [0, [undefined, undefined], undefined],
    [1000, [1000, 1000], undefined],
    [1000, [2000, 2000], undefined],
    [1000, [0, 0], undefined],
  ];
  for (const [uid, owners, found] of cases) {
    assertEquals(findForeignOwner(uid, owners), found, `${uid} ${owners}`);
  }
});

Deno.test("inspectHome() finds a home that cannot be searched", unix, () => {
  const home = Deno.makeTempDirSync();
  try {
    assertEquals(inspectHome(home), { kind: "own" });
    assertEquals(inspectHome(join(home, "missing")), { kind: "own" });
    assertEquals(inspectHome(undefined), { kind: "own" });
    Deno.writeTextFileSync(join(home, ".aws"), "");
    assertEquals(inspectHome(home), { kind: "closed" });
  } finally {
    Deno.removeSync(home, { recursive: true });
  }
});

Deno.test(
  "inspectHome() finds the owner of a missing home's parent",
  root,
  () => {
    const parent = Deno.makeTempDirSync();
    try {
      Deno.chownSync(parent, 12345, null);
      assertEquals(inspectHome(join(parent, "missing")), {
        kind: "foreign",
        owner: 12345,
      });
    } finally {
      Deno.removeSync(parent, { recursive: true });
    }
  },
);
