import { assertEquals } from "@std/assert";
import { unix } from "../guards.ts";
import {
  listBundledPackages,
  packageCells,
  PAGE,
  parseRows,
} from "../../tools/packages.ts";

Deno.test({
  name: "docs/packages.md has each package in the executable, and the reason",
  ...unix, // the bundle is the same on every system
  fn: async () => {
    const rows = parseRows(await Deno.readTextFile(PAGE));
    const packages = await listBundledPackages();
    assertEquals(
      rows.map((row) => row.slice(0, 4)),
      packages.map(packageCells),
      "docs/packages.md differs from the executable: run 'deno task packages', and see 'How to change a package' on the page",
    );
    const unexplained = rows.filter(([, , , , reason = ""]) => reason === "");
    assertEquals(unexplained, []);
  },
});
