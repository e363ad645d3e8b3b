// Pure: no I/O.

/**
 * Computes the SHA-256 of a value's JSON and of texts, in hexadecimal. Long texts are faster as
 * `texts` than as a part of the value, because they are not converted to JSON.
 */
export async function sha256(
  value: unknown,
  texts: readonly string[] = [],
): Promise<string> {
  // The lengths keep different texts apart that are the same when they are joined.
  const lengths = texts.map(({ length }) => length);
  const json = JSON.stringify(texts.length > 0 ? [value, lengths] : value);
  const bytes = new TextEncoder().encode([json, ...texts].join(""));
  const hash = await crypto.subtle.digest("SHA-256", bytes);
  return Array.from(
    new Uint8Array(hash),
    (byte) => byte.toString(16).padStart(2, "0"),
  ).join("");
}
