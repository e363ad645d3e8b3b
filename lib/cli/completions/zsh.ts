// Pure: no I/O.
import type { CompletedOption } from "./completions.ts";
import { shellWord } from "./option_words.ts";

/** The script for zsh: to be read at its start, or a file of `fpath`. */
export function zshScript(options: readonly CompletedOption[]): string {
  const specs = options.flatMap(specsOf).map(shellWord);
  return `#compdef assume-role
# zsh completion for assume-role; in ~/.zshrc, after compinit:
#   source <(assume-role --completions zsh)

_assume_role_names() {
  local expl
  local -a names
  names=(\${(f)"$(_call_program names $words[1] --completions $1 2>/dev/null)"})
  _wanted names expl "$2" compadd -a names
}

_assume-role() {
  _arguments -s -S -A '-*' \\
    ${specs.join(" \\\n    ")} \\
    '(-)1: :{ _command_names -e }' \\
    '*:: :{ _normal }'
}

if [[ $funcstack[1] == _assume-role ]]; then
  _assume-role "$@"
else
  compdef _assume-role assume-role
fi
`;
}

function specsOf(option: CompletedOption): readonly string[] {
  const { long, short, placeholder, takesNext, isRepeated, help } = option;
  const others = isRepeated
    ? "*"
    : short === undefined
    ? ""
    : `(${short} ${long})`;
  const text = `[${help.replace(/[\\[\]:]/g, "\\$&")}]`;
  if (placeholder === undefined) {
    const names = short === undefined ? [long] : [short, long];
    return names.map((name) => others + name + text);
  }
  const value = `${placeholder.replace(/[\\:]/g, "\\$&")}:${actionOf(option)}`;
  if (!takesNext) {
    return [
      ...(short === undefined ? [] : [`${others}${short}${text}`]),
      `${others}${long}=-${text}::${value}`,
    ];
  }
  return [
    ...(short === undefined ? [] : [`${others}${short}+${text}:${value}`]),
    `${others}${long}=${text}:${value}`,
  ];
}

/** A space before keeps `_arguments` from adding words of its own. */
function actionOf({ completes }: CompletedOption): string {
  if (completes === undefined) return " ";
  if (completes === "files") return "_files";
  return typeof completes === "string"
    ? ` _assume_role_names ${completes} ${completes.replace(/s$/, "")}`
    : `(${completes.join(" ")})`;
}
