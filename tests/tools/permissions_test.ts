import { assertEquals } from "@std/assert";
import { permissionRows } from "../../tools/permissions_table.ts";

Deno.test("permissionRows() returns the table of docs/permissions.md", () => {
  const page = Deno.readTextFileSync(
    new URL("../../docs/permissions.md", import.meta.url),
  );
  const [, , ...rows] = page.split(/\r?\n/)
    .filter((line) => line.startsWith("|"))
    .map((line) => line.split("|").slice(1, -1).map((cell) => cell.trim()));
  assertEquals(rows, permissionRows().map((row) => [...row]));
});
