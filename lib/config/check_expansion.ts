// Pure: no I/O.

/** Maximum number of values of a file, counted again at each alias. */
const MAX_VALUES = 250_000;

/**
 * Whether a parsed YAML has too many values. An alias repeats a value without repeating its
 * text: a short text can expand to billions of values, or a value can contain itself.
 */
export function hasTooManyValues(root: unknown): boolean {
  const pending = [root];
  for (let count = 0; pending.length > 0; count++) {
    const value = pending.pop();
    if (typeof value !== "object" || value === null) continue;
    const parts = Object.values(value);
    if (count + pending.length + parts.length > MAX_VALUES) return true;
    for (const part of parts) pending.push(part);
  }
  return false;
}
