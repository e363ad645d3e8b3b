// Pure: no I/O.

/**
 * Computes the SHA-256 of a value's JSON and of texts, in hexadecimal. Long texts are faster as
 * `texts` than as a part of the value, because they are not converted to JSON.
 */
export async function sha256(
  value: unknown,
  texts: readonly string[] = [],
): Promise<string> {
  const encoder = new TextEncoder();
  const parts = texts.map((text) => encoder.encode(text));
  // The lengths keep different texts apart that are the same when they are joined.
  const lengths = parts.map(({ length }) => length);
  const json = JSON.stringify(texts.length > 0 ? [value, lengths] : value);
  const bytes = join([encoder.encode(json), ...parts]);
  const hash = await crypto.subtle.digest("SHA-256", bytes);
  return Array.from(
    new Uint8Array(hash),
    (byte) => byte.toString(16).padStart(2, "0"),
  ).join("");
}

function join(
  parts: readonly Uint8Array<ArrayBuffer>[],
): Uint8Array<ArrayBuffer> {
  if (parts.length === 1) return parts[0]!;
  const size = parts.reduce((size, { length }) => size + length, 0);
  const joined = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
