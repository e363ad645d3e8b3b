/** Returns the address of a buffer. */
export function address(buffer: Uint8Array<ArrayBuffer>): bigint {
  return Deno.UnsafePointer.value(Deno.UnsafePointer.of(buffer));
}

/** Returns the bytes of a view. */
export function bytes(
  view: ArrayBufferView<ArrayBuffer>,
): Uint8Array<ArrayBuffer> {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}

/** Encodes a text in UTF-16, with a zero at the end. */
export function wide(text: string): Uint8Array<ArrayBuffer> {
  const encoded = new Uint16Array(text.length + 1);
  for (let at = 0; at < text.length; at++) encoded[at] = text.charCodeAt(at);
  return bytes(encoded);
}
