// Pure: no I/O.

/** The code of the error if AWS could not be reached, or if AWS's answer broke off. */
export const NO_ANSWER = "NoAnswer";
/**
 * The code of the error if the answer to an earlier attempt was lost, and AWS rejects the
 * MFA code of the repeated request.
 */
export const LOST_ANSWER = "LostAnswer";
/** The code of the error if an answer is larger than the limit. */
export const TOO_LARGE_ANSWER = "TooLargeAnswer";
/** The code of the error for the HTTP status of an answer; the message is the status. */
export const HTTP_STATUS = "HttpStatus";
/** The code of the error if an answer is not in AWS's format. */
export const UNREADABLE_ANSWER = "UnreadableAnswer";
/** The code of the error if an HTTP error, for example of a proxy, has no AWS error code. */
export const NO_AWS_ANSWER = "NoAwsAnswer";
/** The code of the error if an answer of AWS lacks a required value. */
export const INCOMPLETE_ANSWER = "IncompleteAnswer";

/** The reason for an error of the SDK itself, such as a `TypeError`. */
export const SDK_FAILED = "the AWS SDK failed with an error of its own";
/** The hint for an error of the SDK itself. */
export const SDK_FAILED_HINT = "use '-v' to see the error of the AWS SDK";

/** Messages of JavaScript, which say nothing to users. */
const JAVASCRIPT_MESSAGE =
  /^(?:Type|Range|Syntax|Reference)Error\b|^(?:\w*Error: )?(?:Cannot (?:read|set|destructure|convert|access) |Unexpected (?:token|end)|Invalid (?:array|time|date) )|\bis not (?:a function|a constructor|iterable|defined|an object)\b/;

/** Whether an error is one of JavaScript, which the SDK does not expect. */
export function isJavaScriptError({ name, message }: Error): boolean {
  return ["TypeError", "RangeError", "SyntaxError", "ReferenceError"]
    .includes(name) || JAVASCRIPT_MESSAGE.test(message);
}

/** The reason and the hint that users see for certain errors of AWS. */
export interface ErrorRule {
  /**
   * AWS's error codes, separated by spaces. A code that ends in `Exception` matches
   * only errors of exactly this name. Any other code also matches errors whose name is
   * the code plus `Exception`.
   */
  readonly codes: string;
  /**
   * The pattern that the message of AWS's error must match. A rule has this pattern if AWS
   * uses a code for several kinds of errors.
   */
  readonly when?: RegExp;
  /**
   * The reason, with placeholders: `{host}` for the host that was called,
   * `{code}` and `{message}` for the code and the message of AWS's error, `{why}` for
   * the kind of policy that denies the call, `{1}` for the first group of `when`.
   */
  readonly reason: string;
  /**
   * The hint, with further placeholders: `{endpoint}` for the variable that sets the
   * address, `{region}` for `the region, ` if the region decides the address.
   */
  readonly hint?: string;
}

/** The values of the placeholders in the texts of an {@linkcode ErrorRule}. */
export type Placeholders = Readonly<Record<string, string>>;

/** Finds the first rule that matches an error. Fills in the placeholders of the reason. */
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
    const fill = (text: string) =>
      text.replace(/\{(\w+)\}/g, (_, key) => values[key] ?? "");
    return [fill(reason), hint && fill(hint)];
  }
  return undefined;
}

/** Removes the suffix `Exception`, which the SDK and some services add to codes. */
export function withoutException(name: string): string {
  return name.replace(/Exception$/, "");
}
