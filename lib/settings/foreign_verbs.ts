// Pure: no I/O.
import { formatOption } from "./option_text.ts";

/** Verbs that take the name of a role and a command. */
const RUN = "exec run shell use assume";

/** Verbs of other tools, and the hint about the option of assume-role that does the same. */
const VERBS: readonly (readonly [verbs: string, hint: string])[] = [
  ["help", "did you mean 'assume-role --help'?"],
  ["version", "did you mean 'assume-role --version'?"],
  ["list roles profiles ls-roles", "did you mean 'assume-role --list'?"],
  ["whoami status", "did you mean 'assume-role --whoami'?"],
  ["doctor", "did you mean 'assume-role --doctor'?"],
  ["explain", "did you mean 'assume-role --explain'?"],
  ["init setup configure config", "did you mean 'assume-role --init'?"],
  ["console", "did you mean 'assume-role -r ROLE --console'?"],
  [
    "login",
    "use '-r ROLE --console' for the AWS console, or 'aws sso login' for IAM Identity Center",
  ],
  ["sso", "did you mean 'aws sso login'?"],
  [
    "completion completions autocomplete",
    "did you mean 'assume-role --completions SHELL'?",
  ],
  ["unset deactivate", "did you mean 'assume-role --unset'?"],
  ["clear flush logout", "did you mean 'assume-role --clear-cache'?"],
  ["refresh renew rotate", "did you mean 'assume-role -r ROLE -f'?"],
  ["serve server", "did you mean 'assume-role -r ROLE --server COMMAND'?"],
  ["export print", "did you mean 'assume-role -r ROLE --format env'?"],
  [
    "add remove",
    "use 'aws configure': assume-role stores no long-term keys",
  ],
];

/** Whether a verb of another tool takes a command to run, such as `exec`. */
export function isRunVerb(verb: string): boolean {
  return RUN.split(" ").includes(verb);
}

/** Formats the question whether the user meant a role. */
export function didYouMeanRole(name: string): string {
  const option = formatOption("role", name).replace(/^--role[ =]/, "-r ");
  return `did you mean 'assume-role ${option}'?`;
}

/**
 * Returns the hint for a command line that starts with a verb of another tool, such as
 * `exec prod`; `undefined` for any other command line.
 *
 * @param next the word after the verb; for `exec`, the name of a role
 */
export function explainForeignVerb(
  verb: string,
  next?: string,
): string | undefined {
  if (isRunVerb(verb)) {
    const isName = next !== undefined && /^[\w+=,.@:\/][^\s]*$/.test(next);
    return didYouMeanRole(isName ? next : "ROLE");
  }
  return VERBS.find(([verbs]) => verbs.split(" ").includes(verb))?.[1];
}
