// Pure: no I/O.
// Explains errors of the AWS SDK's credential providers, because the SDK's messages do not
// say which setting of a profile is wrong.
import {
  explainJavaScriptError,
  type Explanation,
  matchError,
} from "../aws/errors/match.ts";
import { formatOption } from "../settings/option_text.ts";
import { EMPTY_PROFILE, rulesOf, type SdkProvider } from "./sdk_rules.ts";

/**
 * Explains that no source has credentials.
 *
 * @param profile the profile without credentials; `undefined` if no profile is used
 */
export function explainNothingFound(profile: string | undefined): Explanation {
  return profile === undefined ? [""] : EMPTY_PROFILE;
}

/**
 * Explains an error of the SDK's credential providers. The explanation has no hint if the
 * general hint of `toBaseError()` is enough.
 *
 * @param provider the kind of the credential provider; `undefined` if not known
 * @param profile the profile in which the SDK looked for credentials; `undefined` if no
 * profile is used
 */
export function explainSdkError(
  error: Error,
  provider: SdkProvider | undefined,
  profile?: string,
): Explanation {
  const { name, message } = error;
  const option = profile === undefined
    ? ""
    : ` ${formatOption("profile", profile)}`;
  const rules = rulesOf(provider);
  return matchError(rules, name, message, { profile: option }) ??
    explainJavaScriptError(error) ??
    [message.split("\n")[0]!.replace(/^\w*Error: /, "")];
}
