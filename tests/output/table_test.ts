import { assertEquals } from "@std/assert";
import { formatTable } from "../../lib/output/table.ts";

const ROWS = [["NAME", "ARN"], ["a", "arn:1"], ["longer", ""], ["x\ty\n", "z"]];

Deno.test("formatTable() aligns columns in the format 'aligned', and separates columns by tabs in the format 'tabs'", () => {
  assertEquals(
    formatTable(ROWS, "aligned"),
    "NAME    ARN\na       arn:1\nlonger  -\nx y     z\n",
  );
  assertEquals(
    formatTable(ROWS, "tabs"),
    "NAME\tARN\na\tarn:1\nlonger\t-\nx y\tz\n",
  );
  assertEquals(formatTable([], "aligned"), "");
});
