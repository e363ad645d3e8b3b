// Pure: no I/O.
import { InvalidValueError } from "../errors.ts";

const SECONDS_PER_UNIT: Readonly<Record<string, number>> = {
  h: 3600,
  m: 60,
  s: 1,
};

/**
 * Reads a duration: `90s`, `15m`, `1h30m`, or a plain number of seconds.
 *
 * @returns whole seconds
 * @throws {InvalidValueError} where the text is no duration
 */
export function parseDuration(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  const parts = /^(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,6})s)?$/.exec(text);
  if (text === "" || parts === null) {
    throw new InvalidValueError(
      "a duration is written like 15m, 1h30m, 90s or 3600",
    );
  }
  const [, h = "0", m = "0", s = "0"] = parts;
  return Number(h) * 3600 + Number(m) * 60 + Number(s);
}

/** Writes a duration the way {@linkcode parseDuration} reads it: `1h30m`. */
export function formatDuration(seconds: number): string {
  let rest = Math.max(0, Math.round(seconds));
  let text = "";
  for (const [unit, size] of Object.entries(SECONDS_PER_UNIT)) {
    const count = Math.floor(rest / size);
    if (count > 0) text += `${count}${unit}`;
    rest -= count * size;
  }
  return text === "" ? "0s" : text;
}
