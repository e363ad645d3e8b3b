// Pure: no I/O.
import { formatOwnText, type SafeText } from "../settings/terminal_text.ts";
import { AssumeRoleError } from "../errors.ts";
import type { Format } from "../settings/parsers.ts";
import {
  assignPosix,
  changeVariables,
  type PrintedSession,
  requirePrintable,
  SET_VARIABLES,
} from "./credentials.ts";

/** Formats whose output a shell evaluates. */
export type ShellFormat = Exclude<
  Format,
  "env-no-export" | "process" | "github"
>;

/** The syntax by which a shell changes its exported variables. */
interface ShellSyntax {
  /** Formats lines that set variables. */
  readonly set: (variables: Readonly<Record<string, string>>) => string;
  /** Formats lines that remove the variables that `set` sets. */
  readonly remove: (names: readonly string[]) => string;
  /** As `remove`, for variables that may also be set in other ways; default: `remove`. */
  readonly hide?: (names: readonly string[]) => string;
}

/** The syntax of each format for shells. */
const SHELL_SYNTAX: { readonly [F in ShellFormat]: ShellSyntax } = {
  env: {
    set: eachLine((name, value) => `export ${assignPosix(name, value)}`),
    remove: (names) => `unset ${names.join(" ")}\n`,
  },
  fish: {
    // fish interprets some characters even within double quotes: escape them.
    set: eachLine((name, value) =>
      `set -gx ${name} "${value.replace(/[\\"$]/g, "\\$&")}"`
    ),
    // A universal variable of the same name, which the user keeps in a file, stays.
    remove: (names) => `set -eg ${names.join(" ")}; or true\n`,
    // A universal variable that is exported can be hidden from programs only by erasing it.
    hide: (names) =>
      `for name in ${
        names.join(" ")
      }; set -eg $name; set -qUx $name; and set -eU $name; end; true\n`,
  },
  powershell: {
    set: eachLine((name, value) =>
      `$Env:${name}="${value.replace(/[`"$]/g, "`$&")}"`
    ),
    remove: (names) => names.map((name) => `$Env:${name}=$null\n`).join(""),
  },
  "windows-cmd": {
    set: eachLine(assignInCmd),
    remove: (names) => names.map((name) => `set ${name}=\n`).join(""),
  },
  nushell: {
    set: (variables) =>
      `load-env {${
        Object.entries(variables).map(([name, value]) =>
          // Within double quotes, only backslashes and double quotes have a meaning.
          `${name}: "${
            requirePrintable(name, value).replace(/[\\"]/g, "\\$&")
          }"`
        ).join(", ")
      }}\n`,
    remove: (names) => `hide-env -i ${names.join(" ")}\n`,
  },
};

/** The names of the formats whose output a shell evaluates. */
export const SHELL_FORMATS: readonly string[] = Object.keys(SHELL_SYNTAX);

/** Whether a shell evaluates the output of a format. */
export function isShellFormat(format: Format): format is ShellFormat {
  return SHELL_FORMATS.includes(format);
}

/**
 * Formats a session for a shell: the keys and the expiry like
 * `aws configure export-credentials`, and the region, the role and the marker. Removes
 * `identityVariables`.
 *
 * @param identityVariables variables by which an SDK takes another identity
 * @throws {AssumeRoleError} If the format cannot represent a value.
 */
export function formatForShell(
  session: PrintedSession,
  format: ShellFormat,
  identityVariables: readonly string[],
): SafeText {
  const { set, removed } = changeVariables(session, identityVariables);
  const syntax = SHELL_SYNTAX[format];
  const hide = syntax.hide ?? syntax.remove;
  return formatOwnText(
    (removed.length > 0 ? hide(removed) : "") + syntax.set(set),
  );
}

/** Formats the lines that remove all variables that {@linkcode formatForShell} sets. */
export function formatUnset(format: ShellFormat): SafeText {
  return formatOwnText(SHELL_SYNTAX[format].remove(SET_VARIABLES));
}

function eachLine(
  assign: (name: string, value: string) => string,
): ShellSyntax["set"] {
  return (variables) =>
    Object.entries(variables)
      .map(([name, value]) =>
        `${assign(name, requirePrintable(name, value))}\n`
      )
      .join("");
}

/**
 * Formats an assignment for cmd. Throws if the assignment would have different meanings
 * in a batch file, at the prompt of cmd and in a `for` command.
 */
function assignInCmd(name: string, value: string): string {
  if (/["%!]/.test(value)) {
    throw new AssumeRoleError(
      `Cannot print the credentials for cmd: ${name} contains a character that cmd may change`,
      { hint: "use another format, such as '--format powershell'" },
    );
  }
  const assignment = `${name}=${value}`;
  return /[&|<>^()]/.test(value) ? `set "${assignment}"` : `set ${assignment}`;
}
