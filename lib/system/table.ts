/**
 * Creates a table of names for lookups that do not call methods and have no prototype, so
 * that code which changes the methods of all objects cannot change the result.
 */
export function createTable(
  names: Iterable<string>,
): Readonly<Record<string, true>> {
  const table: Record<string, true> = Object.create(null);
  for (const name of names) table[name] = true;
  return Object.freeze(table);
}
