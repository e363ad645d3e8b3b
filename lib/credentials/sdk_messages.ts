// Pure: no I/O.
// Explains errors of the AWS SDK's credential providers, because the SDK's messages do not
// say which setting of a profile is wrong.

import {
  isJavaScriptError,
  SDK_FAILED,
  SDK_FAILED_HINT,
} from "../aws/errors/match.ts";
import { formatOption } from "../settings/option_text.ts";
import { EMPTY_PROFILE, rulesOf, type SdkProvider } from "./sdk_rules.ts";

/** The reason and the hint that users see. */
export interface SdkExplanation {
  readonly reason: string;
  /** Absent if the general hint of `toBaseError()` is enough. */
  readonly hint?: string;
}

/**
 * Explains that no source has credentials.
 *
 * @param profile the profile without credentials; `undefined` if no profile is used
 */
export function explainNothingFound(
  profile: string | undefined,
): SdkExplanation {
  return profile === undefined ? { reason: "" } : EMPTY_PROFILE;
}

/**
 * Explains an error of the SDK's credential providers.
 *
 * @param provider the kind of the credential provider; `undefined` if not known
 * @param profile the profile in which the SDK looked for credentials; `undefined` if no
 * profile is used
 */
export function explainSdkError(
  error: Error,
  provider: SdkProvider | undefined,
  profile?: string,
): SdkExplanation {
  const { message } = error;
  const option = profile === undefined
    ? ""
    : ` ${formatOption("profile", profile)}`;
  for (const { when, reason, hint } of rulesOf(provider)) {
    const match = when.exec(message);
    if (match === null) continue;
    return {
      reason: reason.replace(/\{(\d)\}/g, (_, group) => match[group] ?? ""),
      ...(hint !== undefined &&
        { hint: hint.replace("{profile}", () => option) }),
    };
  }
  return isJavaScriptError(error)
    ? { reason: SDK_FAILED, hint: SDK_FAILED_HINT }
    : { reason: message.split("\n")[0]!.replace(/^\w*Error: /, "") };
}
