// Pure: no I/O.

/** The code of the error that AWS could not be reached or did not answer in full. */
export const NO_ANSWER = "NoAnswer";
/** The code of an answer that is not in AWS's format. */
export const UNREADABLE_ANSWER = "UnreadableAnswer";
/** The code of an HTTP error that has no AWS error code, for example from a proxy. */
export const NO_AWS_ANSWER = "NoAwsAnswer";
/** The code of an answer of AWS that lacks a required value. */
export const INCOMPLETE_ANSWER = "IncompleteAnswer";

/** The reason and the hint that users see for certain errors of AWS. */
export interface ErrorRule {
  /**
   * AWS's error codes, separated by spaces. A code that ends in `Exception` matches
   * only errors of exactly this name. Any other code also matches errors whose name is
   * the code plus `Exception`.
   */
  readonly codes: string;
  /** The pattern that AWS's message must match, for codes with several meanings. */
  readonly when?: RegExp;
  /**
   * The reason, with placeholders: `{host}` for the host that was called,
   * `{code}` and `{message}` for AWS's texts, `{why}` for the kind of policy that
   * denies, `{1}` for the first group of `when`.
   */
  readonly reason: string;
  readonly hint?: string;
}

/** The values of the placeholders in {@linkcode ErrorRule.reason}. */
export type Placeholders = Readonly<Record<string, string>>;

/** Finds the first rule that matches an error, and fills in its placeholders. */
export function matchError(
  rules: readonly ErrorRule[],
  name: string,
  message: string,
  placeholders: Placeholders,
): readonly [reason: string, hint: string | undefined] | undefined {
  const names = [name, withoutException(name)];
  for (const { codes, when = /^/, reason, hint } of rules) {
    const match = when.exec(message);
    if (match === null) continue;
    if (!codes.split(" ").some((code) => names.includes(code))) continue;
    const values: Placeholders = {
      ...placeholders,
      ...Object.fromEntries(match.entries()),
    };
    return [reason.replace(/\{(\w+)\}/g, (_, key) => values[key] ?? ""), hint];
  }
  return undefined;
}

/** Removes the suffix `Exception`, which the SDK and some services add to codes. */
export function withoutException(name: string): string {
  return name.replace(/Exception$/, "");
}
