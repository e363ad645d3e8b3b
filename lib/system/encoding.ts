import { ConfigError } from "../errors.ts";

/**
 * Checks that the bytes of a file are UTF-8. A file that cannot be read passes, because a
 * later read of the file reports the error.
 *
 * @throws {ConfigError} If the file is in UTF-16, or a line is not UTF-8.
 */
export function checkEncoding(path: string): void {
  let bytes: Uint8Array;
  try {
    bytes = Deno.readFileSync(path);
  } catch {
    return;
  }
  const line = findUndecodable(bytes);
  if (!isUtf16(bytes) && line === undefined) return;
  const reason = isUtf16(bytes)
    ? "the file is in UTF-16"
    : `line ${line} has bytes that are not UTF-8`;
  throw new ConfigError(`Cannot read ${path}: ${reason}`, {
    hint: "save the file as UTF-8 without a byte order mark (BOM)",
  });
}

/** Whether bytes start with UTF-16's byte order mark or an ASCII character in UTF-16. */
function isUtf16([first, second]: Uint8Array): boolean {
  return first === 0xff && second === 0xfe ||
    first === 0xfe && second === 0xff || first === 0 || second === 0;
}

/** Returns the number of the first line that is not UTF-8; `undefined` if all are UTF-8. */
function findUndecodable(bytes: Uint8Array): number | undefined {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let line = 0;
  for (let start = 0; start <= bytes.length;) {
    line++;
    const at = bytes.indexOf(0x0a, start);
    const end = at < 0 ? bytes.length : at;
    try {
      decoder.decode(bytes.subarray(start, end));
    } catch {
      return line;
    }
    start = end + 1;
  }
  return undefined;
}
