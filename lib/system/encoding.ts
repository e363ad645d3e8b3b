/**
 * Finds the reason why the bytes of a file are not text in UTF-8; `undefined` if the
 * bytes are text in UTF-8, or the file cannot be read.
 */
export function findEncodingProblem(path: string): string | undefined {
  let bytes: Uint8Array;
  try {
    bytes = Deno.readFileSync(path);
  } catch {
    return undefined; // reading the text reports the error
  }
  if (isUtf16(bytes)) return "the file is in UTF-16";
  const line = findUndecodable(bytes);
  return line === undefined
    ? undefined
    : `line ${line} has bytes that are not UTF-8`;
}

/** Whether a text starts with UTF-16's byte order mark, or with an ASCII character in UTF-16. */
function isUtf16([first, second]: Uint8Array): boolean {
  return first === 0xff && second === 0xfe ||
    first === 0xfe && second === 0xff || first === 0 || second === 0;
}

/** Finds the first line that is not UTF-8; `undefined` if all lines are. */
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
