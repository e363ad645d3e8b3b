// Pure: no I/O.
import { OPTION_HELP } from "../../settings/option_help.ts";
import { OPTIONS } from "../../settings/options.ts";
import { optionName } from "../../settings/names.ts";
import type { OptionSpec } from "../../settings/setting_types.ts";
import { SETTING_NAMES, SETTINGS } from "../../settings/settings.ts";
import { formatOwnText, type SafeText } from "../../settings/terminal_text.ts";
import type { Shell } from "../../settings/parsers.ts";
import { bashScript, bashUseRole } from "./bash.ts";
import { fishScript, fishUseRole } from "./fish.ts";
import { powershellScript, powershellUseRole } from "./powershell.ts";
import { zshScript, zshUseRole } from "./zsh.ts";

/** Properties of an option that completion scripts need. */
export interface CompletedOption {
  /** The long name with dashes, such as `--role`. */
  readonly long: string;
  /** The short name with a dash, such as `-r`. */
  readonly short?: string;
  /** The name of the option's value in `--help`; absent if the option takes no value. */
  readonly placeholder?: string;
  /** Whether the value can be the next word; if not, the value must follow a `=`. */
  readonly takesNext: boolean;
  readonly isRepeated: boolean;
  readonly help: string;
  readonly completes?: OptionSpec["completes"];
}

const SCRIPTS: {
  readonly [S in Shell]: (options: readonly CompletedOption[]) => string;
} = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
  powershell: powershellScript,
};

const USE_ROLE: typeof SCRIPTS = {
  bash: bashUseRole,
  zsh: zshUseRole,
  fish: fishUseRole,
  powershell: powershellUseRole,
};

/** Formats a shell script that completes options, and the command after the options. */
export function formatCompletions(shell: Shell): SafeText {
  return formatOwnText(SCRIPTS[shell](completedOptions()));
}

/**
 * Formats the script of {@linkcode formatCompletions} and the completion of the function
 * `use-role`.
 */
export function formatUseRoleCompletions(shell: Shell): SafeText {
  const options = completedOptions();
  return formatOwnText(SCRIPTS[shell](options) + USE_ROLE[shell](options));
}

function completedOptions(): readonly CompletedOption[] {
  return SETTING_NAMES.flatMap((name) => {
    const option = OPTIONS[name];
    const { list, completes = option?.completes } = SETTINGS[name];
    if (option === undefined) return [];
    const { short, placeholder, alone } = option;
    return [{
      long: optionName(name),
      ...(short !== undefined && { short: `-${short}` }),
      ...(placeholder !== undefined && { placeholder }),
      takesNext: placeholder !== undefined && alone === undefined,
      isRepeated: list !== undefined,
      help: OPTION_HELP[name]!,
      ...(completes !== undefined && { completes }),
    }];
  });
}
