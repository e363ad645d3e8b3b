import type { MfaPlan } from "../../plan/plan.ts";
import type { SafeText } from "../../settings/terminal_text.ts";
import type { Answer } from "../../system/terminal.ts";
import type { Prompter } from "./code.ts";

/** Asks on the terminal or, if there is none and `mfa_prompt` is `graphical`, in a window. */
export async function askUser(
  question: SafeText,
  typed: "hide" | "show",
  { asksInWindow }: MfaPlan,
  { onTerminal, inWindow }: Prompter,
): Promise<Answer> {
  const answer = await onTerminal(question, typed);
  if (answer.kind !== "no terminal" || !asksInWindow) return answer;
  return await inWindow?.(question, typed) ?? answer;
}
