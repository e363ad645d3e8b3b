// Pure: no I/O.
import type { CompletedOption } from "./completions.ts";
import { joinedOptionPattern, optionsWithValue } from "./option_words.ts";

/** Formats the script for fish 3.0 and later. */
export function fishScript(options: readonly CompletedOption[]): string {
  return `# fish completion for assume-role:
#   assume-role --completions fish >~/.config/fish/completions/assume-role.fish

# Prints the index of the command's first word, unless the cursor is at an option.
function __assume_role_start
    set -l words (commandline -opc)
    set -l i 2
    while test $i -le (count $words)
        switch $words[$i]
            case --
                math $i + 1
                return
            case ${optionsWithValue(options).join(" ")}
                set i (math $i + 1)
            case '-?*'
                if string match -qr -- '${
    joinedOptionPattern(options)
  }' $words[$i]
                    set i (math $i + 1)
                end
            case '*'
                echo $i
                return
        end
        set i (math $i + 1)
    end
    test $i -eq (math (count $words) + 1)
    and not string match -q -- '-*' (commandline -ct)
    and echo $i
end

# Completes the command line after the options of assume-role.
function __assume_role_command
    set -l start (__assume_role_start)
    set -l words (string escape -- (commandline -opc))
    complete -C (string join -- ' ' $words[$start..-1] (commandline -ct))
end

function __assume_role_names
    set -l words (commandline -opc)
    set -l program (string replace -r '^~/' "$HOME/" -- $words[1])
    $program --completions $argv[1] 2>/dev/null
end

complete -c assume-role -e
complete -c assume-role -f
complete -c assume-role -x -n __assume_role_start -a '(__assume_role_command)'
${options.map((option) => formatLine(option, ASSUME_ROLE)).join("\n")}
`;
}

/**
 * Formats the completion of `use-role`: the names of roles, then the options.
 */
export function fishUseRole(options: readonly CompletedOption[]): string {
  const names = (kind: string) =>
    `__use_role_assume_role --completions ${kind} 2>/dev/null`;
  const start = "complete -c use-role";
  return `
${start} -e
${start} -f
${start} -n 'test (count (commandline -opc)) -eq 1' -a ${
    quoted(`(${names("roles")})`)
  }
${options.map((option) => formatLine(option, { start, names })).join("\n")}
`;
}

/** A command whose options fish completes. */
interface CompletedCommand {
  /** The start of each line. */
  readonly start: string;
  /** Formats a command that prints the names of a kind, such as `roles`. */
  readonly names: (kind: string) => string;
}

const ASSUME_ROLE: CompletedCommand = {
  start: "complete -c assume-role -n 'not __assume_role_start'",
  names: (kind) => `__assume_role_names ${kind}`,
};

function formatLine(
  option: CompletedOption,
  { start, names }: CompletedCommand,
): string {
  const { long, short, takesNext, completes, help } = option;
  return [
    start,
    ...(short === undefined ? [] : [`-s ${short.slice(1)}`]),
    `-l ${long.slice(2)}`,
    ...(takesNext
      ? [formatValue(option, names)]
      : typeof completes === "object"
      ? [`-f -a '${completes.join(" ")}'`] // offered after a '=' only
      : []),
    `-d ${quoted(help)}`,
  ].join(" ");
}

function formatValue(
  { completes }: CompletedOption,
  names: CompletedCommand["names"],
): string {
  if (completes === undefined) return "-x";
  if (completes === "files") return "-r -F";
  return typeof completes === "string"
    ? `-x -a ${quoted(`(${names(completes)})`)}`
    : `-x -a '${completes.join(" ")}'`;
}

function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, "\\$&")}'`;
}
