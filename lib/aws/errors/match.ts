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

/** Matches AWS's message if a one-time code is wrong, or was used before. */
export const REJECTED_CODE = /invalid MFA one time pass code/i;
/** Matches AWS's message if AWS cannot get the keys of a web identity's provider. */
export const NO_PROVIDER_KEY = /retrieve verification key/i;
/** Matches Deno's message if a certificate is not trusted. */
export const UNTRUSTED_CERTIFICATE = /peer certificate/;

/** Messages of JavaScript, which say nothing to users. */
const JAVASCRIPT_MESSAGE =
  /^(?:Type|Range|Syntax|Reference)Error\b|^(?:\w*Error: )?(?:Cannot (?:read|set|destructure|convert|access) |Unexpected (?:token|end)|Invalid (?:array|time|date) )|\bis not (?:a function|a constructor|iterable|defined|an object)\b/;

/** The reason and the hint that users see. */
export type Explanation = readonly [reason: string, hint?: string | undefined];

/**
 * Explains an error of JavaScript, which the SDK does not expect; returns `undefined` for
 * any other error.
 */
export function explainJavaScriptError(
  { name, message }: Error,
): Explanation | undefined {
  const isOfJavaScript =
    ["TypeError", "RangeError", "SyntaxError", "ReferenceError"]
      .includes(name) || JAVASCRIPT_MESSAGE.test(message);
  return isOfJavaScript
    ? [
      "the AWS SDK failed with an error of its own",
      "use '-v' to see the error of the AWS SDK",
    ]
    : undefined;
}

/** The reason and the hint that users see for certain errors of AWS or of the SDK. */
export interface ErrorRule {
  /**
   * AWS's error codes, separated by spaces; absent if the rule is for all codes. A code
   * that ends in `Exception` matches only errors of exactly this name. Any other code also
   * matches errors whose name is the code plus `Exception`.
   */
  readonly codes?: string;
  /**
   * The pattern that the error's message must match. A rule has this pattern if AWS uses a
   * code for several kinds of errors, or if the SDK's error has no code.
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
   * address, `{region}` for `the region, ` if the region decides the address, `{profile}`
   * for the option `--profile` of the AWS CLI with a space before the option.
   */
  readonly hint?: string;
}

/** The values of the placeholders in the texts of an {@linkcode ErrorRule}. */
export type Placeholders = Readonly<Record<string, string>>;

/** Finds the first rule that matches an error, and fills in its placeholders. */
export function matchError(
  rules: readonly ErrorRule[],
  name: string,
  message: string,
  placeholders: Placeholders,
): Explanation | undefined {
  const names = [name, withoutException(name)];
  for (const { codes, when = /^/, reason, hint } of rules) {
    const match = when.exec(message);
    if (match === null) continue;
    const isForCode = codes === undefined ||
      codes.split(" ").some((code) => names.includes(code));
    if (!isForCode) continue;
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
