// Pure: no I/O.
import type { Shell } from "../../settings/parsers.ts";
import { formatOwnText, type SafeText } from "../../settings/terminal_text.ts";
import { posixWord, SET_VARIABLES } from "../credentials.ts";
import { bashUseRole } from "./bash.ts";
import { fishUseRole } from "./fish.ts";
import { powershellUseRole } from "./powershell.ts";
import type { UseRoleScript } from "./use_role_script.ts";
import { zshUseRole } from "./zsh.ts";

const SCRIPTS: { readonly [S in Shell]: (script: UseRoleScript) => string } = {
  bash: bashUseRole,
  zsh: zshUseRole,
  fish: fishUseRole,
  powershell: powershellUseRole,
};

/** Functions that quote a text as one word for a shell. */
const QUOTE: { readonly [S in Shell]: (text: string) => string } = {
  bash: posixWord,
  zsh: posixWord,
  fish: (text) => `'${text.replace(/[\\']/g, "\\$&")}'`,
  powershell: (text) => `'${text.replace(/['‘’‚‛]/g, "$&$&")}'`,
};

/**
 * Formats the function `use-role`, by which a shell takes the session of a role and
 * restores the user's own variables afterwards.
 *
 * @param executable the path of the executable; if empty, the shell looks for
 * `assume-role` on its `PATH`
 * @param completions the script that completes options and roles
 */
export function formatUseRole(
  shell: Shell,
  executable: string,
  completions: SafeText,
): SafeText {
  const program = QUOTE[shell](executable);
  return formatOwnText(SCRIPTS[shell]({
    program,
    completions,
    variables: SET_VARIABLES,
    session: SET_VARIABLES.filter((name) => !name.endsWith("REGION")),
  }));
}
