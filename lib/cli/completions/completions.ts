// Pure: no I/O.
import { OPTIONS } from "../../settings/options.ts";
import { optionName } from "../../settings/names.ts";
import type { OptionFace } from "../../settings/setting.ts";
import { SETTING_NAMES, SETTINGS } from "../../settings/settings.ts";
import type { Shell } from "../../settings/parsers.ts";
import { bashScript } from "./bash.ts";
import { fishScript } from "./fish.ts";
import { powershellScript } from "./powershell.ts";
import { zshScript } from "./zsh.ts";

/** An option as completions need it. */
export interface CompletedOption {
  /** With its dashes: `--role`. */
  readonly long: string;
  /** With its dash: `-r`. */
  readonly short?: string;
  /** What its value is called; absent where there is none. */
  readonly placeholder?: string;
  /** Whether the value is the next word; else it can only follow a `=`. */
  readonly takesNext: boolean;
  readonly isRepeated: boolean;
  readonly help: string;
  readonly completes?: OptionFace["completes"];
}

const SCRIPTS: {
  readonly [S in Shell]: (options: readonly CompletedOption[]) => string;
} = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
  powershell: powershellScript,
};

/** The script that makes a shell complete our options, and then the command. */
export function formatCompletions(shell: Shell): string {
  return SCRIPTS[shell](completedOptions());
}

function completedOptions(): readonly CompletedOption[] {
  return SETTING_NAMES.flatMap((name) => {
    const option = OPTIONS[name];
    const { list } = SETTINGS[name];
    if (option === undefined) return [];
    const { short, placeholder, alone, help, completes } = option;
    return [{
      long: optionName(name),
      ...(short !== undefined && { short: `-${short}` }),
      ...(placeholder !== undefined && { placeholder }),
      takesNext: placeholder !== undefined && alone === undefined,
      isRepeated: list !== undefined,
      help,
      ...(completes !== undefined && { completes }),
    }];
  });
}
