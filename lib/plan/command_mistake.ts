// Pure: no I/O.
import { UsageError } from "../errors.ts";
import {
  didYouMeanRole,
  explainForeignVerb,
} from "../settings/foreign_verbs.ts";
import { formatOption } from "../settings/option_text.ts";
import { suggest } from "../settings/suggest.ts";
import {
  listCachedNames,
  listRoleNames,
  lookUpIfUsable,
  type LookUpInput,
} from "./look_up_role.ts";
import { kindOfProfile } from "./profile_kind.ts";

/** The input of {@linkcode refuseMistakenCommand}. */
export interface CommandInput extends LookUpInput {
  /** The command and its arguments; absent if the run has no command. */
  readonly command?: readonly string[];
  /** The variables that can affect a plan. */
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Refuses a command whose first word is probably not meant as a command, in a run that
 * names no role: the name of a role or a profile, a verb of another tool, or a variable that
 * `-E` was to pass. Call the function before the user is asked for a role.
 *
 * @throws {UsageError} If the first word is probably a mistake.
 */
export function refuseMistakenCommand(input: CommandInput): void {
  const { command: [first, second] = [] } = input;
  if (first === undefined) return;
  const hint = explainVariable(first, input) ??
    explainName(first, second, input) ??
    explainForeignVerb(first, second);
  if (hint === undefined) return;
  throw new UsageError(`No role given: '${first}' was taken as the command`, {
    hint,
  });
}

function explainVariable(
  word: string,
  { options }: CommandInput,
): string | undefined {
  const isForAll = options.preserveEnv?.at(-1) === "*";
  return isForAll && /^[A-Z_][A-Z0-9_*,]*$/.test(word)
    ? `to pass the variable to the command, write '-E=${word}'`
    : undefined;
}

function explainName(
  word: string,
  next: string | undefined,
  input: CommandInput,
): string | undefined {
  const roles = [
    ...listRoleNames(input).map(({ name }) => name),
    ...listCachedNames(input),
  ];
  const isRole = (name: string) => roles.includes(name) || isArn(name);
  const kind = kindOfProfile(word, input.profiles)?.kind;
  if (isRole(word)) {
    // A name can have two meanings if it is also the name of a profile.
    return kind !== undefined && lookUpIfUsable(word, input) === undefined
      ? `did you mean 'assume-role ${formatOption("profile", word)}'?`
      : didYouMeanRole(word);
  }
  if (kind === "keys" || kind === "none") {
    return `did you mean 'assume-role --role ROLE ${
      formatOption("profile", word)
    }'?`;
  }
  // Other tools put the name of the role before "--".
  if (next !== "--" || explainForeignVerb(word) !== undefined) return undefined;
  return didYouMeanRole(suggest(word, roles) ?? word);
}

const isArn = (word: string) => /^arn:[\w-]+:iam::/.test(word);
