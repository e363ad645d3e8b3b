// Pure: no I/O.
import { optionName } from "./names.ts";
import type { SettingName } from "./setting_types.ts";

/**
 * Formats an option and its value for a hint, so that the user can copy the text: a
 * value with unusual characters is quoted for a shell.
 */
export function formatOption(name: SettingName, value: string): string {
  const option = optionName(name);
  if (/^[\w.+@%,:\/][\w.+@%,:=\/-]*$/.test(value)) return `${option} ${value}`;
  const quoted = /["$`\\!]/.test(value)
    ? `'${value.replaceAll("'", "'\\''")}'`
    : `"${value}"`;
  return `${option}=${quoted}`;
}
