// Pure: no I/O.
import { InvalidValueError } from "../errors.ts";

const MINUTE_SECONDS = 60;
const HOUR_SECONDS = 60 * MINUTE_SECONDS;

/**
 * Parses a duration: `90s`, `15m`, `1h30m`, or a plain number of seconds.
 *
 * @returns whole seconds
 * @throws {InvalidValueError} If the text is not a duration.
 */
export function parseDuration(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  const parts = /^(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,6})s)?$/.exec(text);
  if (text === "" || parts === null) {
    throw new InvalidValueError(
      "write a duration like 15m, 1h30m, 90s or 3600",
    );
  }
  const [, h = "0", m = "0", s = "0"] = parts;
  return Number(h) * HOUR_SECONDS + Number(m) * MINUTE_SECONDS + Number(s);
}

/** Formats a duration so that {@linkcode parseDuration} can parse it, for example `1h30m`. */
export function formatDuration(seconds: number): string {
  let rest = Math.max(0, Math.round(seconds));
  let text = "";
  for (
    const [unit, size] of Object.entries({
      h: HOUR_SECONDS,
      m: MINUTE_SECONDS,
      s: 1,
    })
  ) {
    const count = Math.floor(rest / size);
    if (count > 0) text += `${count}${unit}`;
    rest -= count * size;
  }
  return text === "" ? "0s" : text;
}
