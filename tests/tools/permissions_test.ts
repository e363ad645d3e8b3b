import { assertEquals } from "@std/assert";
import { permissionRows } from "../../tools/permissions_table.ts";

Deno.test("permissionRows() returns the README's table of permissions", () => {
  const readme = Deno.readTextFileSync(
    new URL("../../README.md", import.meta.url),
  );
  const section = readme.split(/^### Permissions$/m)[1]!.split(/^##/m)[0]!;
  const [, , ...rows] = section.split("\n")
    .filter((line) => line.startsWith("|"))
    .map((line) => line.split("|").slice(1, -1).map((cell) => cell.trim()));
  assertEquals(rows, permissionRows().map((row) => [...row]));
});
