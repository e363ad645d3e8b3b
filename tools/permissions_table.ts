/** Prints the table of `docs/permissions.md`. */
import { PERMISSIONS } from "./permissions.ts";

/** Returns the table's rows: permission, limits and reason. */
export function permissionRows(): readonly (readonly string[])[] {
  return PERMISSIONS.map(({ flag, reason }) => {
    const [name = "", values] = flag.split("=");
    const limits = values?.split(",").map((value) => `\`${value}\``).join(" ");
    return [`\`${name}\``, limits ?? "", reason];
  });
}

if (import.meta.main) {
  const rows = [["permission", "limited to", "for"], ["---", "---", "---"]]
    .concat(permissionRows().map((row) => [...row]));
  const text = rows.map((row) => `| ${row.join(" | ")} |\n`).join("");
  await new Blob([text]).stream().pipeTo(Deno.stdout.writable);
}
