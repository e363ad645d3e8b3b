import {
  didYouMeanRole,
  explainForeignVerb,
  isRunVerb,
} from "../settings/foreign_verbs.ts";
import { exists } from "../system/files.ts";
import type { Program } from "./launcher.ts";

/** Commands that only shells know: built-in commands, and common aliases. */
const OF_SHELLS: readonly string[] =
  "cd . source export alias unalias eval set unset type declare typeset local read shift trap wait jobs fg bg history shopt setopt pushd popd dirs ulimit umask if for while function ll la l gs gst k"
    .split(" ");

/**
 * Shortens the name of a command that was not found. A quoted command line and the value of
 * a variable can have a secret.
 */
export function shortenCommand(path: string): string {
  return isQuotedLine(path)
    ? `${path.split(/\s/)[0]} …`
    : path.replace(/^(\w+=)[^]+$/, "$1…");
}

/** Returns the hint for a command that was not found. */
export function notFoundHint({ path, args }: Program): string {
  const [variable, value] = /^(\w+)=([^]*)$/.exec(path)?.slice(1) ?? [];
  if (isQuotedLine(path)) {
    return "leave out the quotes: quoted text counts as the name of one program";
  }
  if (value !== undefined) {
    return `put 'env' before ${variable}=…, or pass a variable of your shell with '-E=${variable}'`;
  }
  if (path === "--") return "leave out one '--'";
  if (/[*,]/.test(path) || /^[A-Z_][A-Z0-9_]*$/.test(path)) {
    return `to pass these variables to the command, use -E='${path}'`;
  }
  if (/[\\/]/.test(path)) return "check the path: there is no such file";
  if (args[0] === "--") return didYouMeanRole(path);
  if (isRunVerb(path)) {
    return `leave out '${path}': the command follows the options`;
  }
  if (OF_SHELLS.includes(path)) {
    return `aliases and built-in commands need a shell: -- bash -ic '${path}'`;
  }
  return explainForeignVerb(path) ??
    "check that a directory of PATH contains the command";
}

/** Whether the name of a command is probably a whole command line in quotes. */
function isQuotedLine(path: string): boolean {
  const [first = "", rest] = path.trim().split(/\s+/, 2);
  return rest !== undefined && !/^\w+=/.test(first) &&
    (!/[\\/]/.test(first) || exists(first));
}
