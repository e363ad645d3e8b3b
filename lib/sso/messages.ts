// Pure: no I/O.
import type { SsoSession } from "../aws/sign_in_types.ts";
import { sanitize } from "../settings/terminal_text.ts";

/** Formats the first line of a sign-in, with the reason for the wait. */
export function formatWaiting(
  { name, startUrl }: SsoSession,
  waiting: string,
): string {
  return `assume-role: sign in to IAM Identity Center (${
    sanitize(name ?? startUrl)
  }): ${waiting}; Ctrl-C cancels`;
}
