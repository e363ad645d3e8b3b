// Pure: no I/O.

/** The code of an error that is not AWS's: it could not be reached. */
export const NO_ANSWER = "NoAnswer";
/** Something answered that does not speak as AWS does. */
export const UNREADABLE_ANSWER = "UnreadableAnswer";
/** Something on the way answered, with a status and nothing else. */
export const NO_AWS_ANSWER = "NoAwsAnswer";
/** An answer lacks what it should have. */
export const INCOMPLETE_ANSWER = "IncompleteAnswer";

/** What an error means for a person. */
export interface ErrorRule {
  /** The codes, without `Exception` at their ends where that makes no difference. */
  readonly codes: string;
  /** For codes with several meanings: what the message looks like. */
  readonly when?: RegExp;
  /**
   * `{host}` is who answered, `{code}` and `{message}` are AWS's, `{why}` is
   * which policy denies, and `{1}` is what `when` found.
   */
  readonly reason: string;
  readonly hint?: string;
}

/** The words of a text in which an explanation's reason is written. */
export type Words = Readonly<Record<string, string>>;

/** Finds what an error means: of the explanations, the first that fits counts. */
export function matchError(
  explanations: readonly ErrorRule[],
  name: string,
  message: string,
  words: Words,
): readonly [reason: string, hint: string | undefined] | undefined {
  const names = [name, withoutException(name)];
  for (const { codes, when = /^/, reason, hint } of explanations) {
    const found = when.exec(message);
    if (found === null) continue;
    if (!codes.split(" ").some((code) => names.includes(code))) continue;
    const all: Words = { ...words, ...Object.fromEntries(found.entries()) };
    return [reason.replace(/\{(\w+)\}/g, (_, word) => all[word] ?? ""), hint];
  }
  return undefined;
}

/** AWS's code, which the SDK's and some services' names end with `Exception`. */
export function withoutException(name: string): string {
  return name.replace(/Exception$/, "");
}
