/** The parts of a source map that name the modules whose code is in a file. */
export interface SourceMap {
  readonly sources: readonly string[];
  /** The segments of each line: https://tc39.es/ecma426/#sec-mappings-grammar */
  readonly mappings: string;
}

const BASE64 =
  "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** Lists the sources of which a file has code; a bundler can name more sources. */
export function usedSources({ sources, mappings }: SourceMap): string[] {
  const used = new Set<number>();
  let source = 0;
  for (const segment of mappings.split(/[;,]/)) {
    // The second number of a segment is the distance to the source of the last segment.
    const step = parseNumbers(segment)[1];
    if (step === undefined) continue;
    source += step;
    used.add(source);
  }
  return sources.filter((_, index) => used.has(index));
}

/** Parses base64 VLQ: five bits a character, the lowest first, and the sign in bit 0. */
function parseNumbers(segment: string): number[] {
  const numbers: number[] = [];
  let value = 0;
  let shift = 0;
  for (const character of segment) {
    const digit = BASE64.indexOf(character);
    value += (digit & 31) << shift;
    shift += 5;
    if (digit & 32) continue;
    numbers.push(value & 1 ? -(value >> 1) : value >> 1);
    value = shift = 0;
  }
  return numbers;
}
