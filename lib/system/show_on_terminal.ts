import type { SafeText } from "../settings/terminal_text.ts";
import { whyNotOnConsole } from "./console_prompt.ts";
import { succeeds } from "./helper_shell.ts";
import { IS_WINDOWS } from "./path.ts";
import { printError } from "./print.ts";
import { TERMINAL_FUNCTIONS } from "./terminal_script.ts";

/**
 * Shell script that writes `$TEXT` to the terminal. A shell is used because Deno opens
 * `/dev/tty` only for a program with all permissions. The text is in a variable, because
 * other users can see arguments.
 */
const SHOW_SCRIPT = `${TERMINAL_FUNCTIONS}
is_in_foreground || exit 3
printf %s "$TEXT" >/dev/tty
`;

/**
 * Shows a text on the terminal, whatever stdout and stderr are. On Windows, the text goes to
 * stderr.
 *
 * @param text an empty text only finds out whether there is a terminal
 * @returns Whether there is a terminal, and this process is in its foreground
 */
export async function showOnTerminal(text: SafeText): Promise<boolean> {
  if (IS_WINDOWS) {
    if (whyNotOnConsole() !== undefined) return false;
    printError(text);
    return true;
  }
  return await succeeds(SHOW_SCRIPT, [], { TEXT: text });
}
