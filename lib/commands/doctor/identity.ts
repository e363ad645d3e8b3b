// Pure: no I/O.
import { type CallerIdentity, isIamUser } from "../../aws/arn.ts";
import { type Finding, ok, warning } from "./finding.ts";

/** Tells who the base credentials are. */
export function checkIdentity(
  { arn }: CallerIdentity,
): Finding {
  return /^arn:[\w-]+:iam::\d+:root$/.test(arn)
    ? warning(
      `base identity: ${arn}`,
      "use an IAM user or IAM Identity Center: root can assume no role",
    )
    : ok(`base identity: ${arn}`);
}

/**
 * Whether a code can be given where a role wants one.
 *
 * @param devices those that STS takes codes of; absent where they cannot be listed
 * @param serial the device that is configured
 */
export function checkDevices(
  identity: CallerIdentity,
  devices: readonly string[] | undefined,
  serial: string | undefined,
): Finding {
  if (!isIamUser(identity)) {
    return ok("MFA: no IAM user, so AWS takes no codes");
  }
  if (devices === undefined) {
    return serial === undefined
      ? warning(
        "MFA: your devices cannot be listed",
        "name yours with mfa_serial, or get iam:ListMFADevices for yourself",
      )
      : ok(`MFA: ${serial} is configured`);
  }
  if (serial !== undefined && !devices.includes(serial)) {
    return warning(
      `MFA: ${serial} is configured, but is none of your devices`,
      "correct mfa_serial, or leave it out",
    );
  }
  return devices.length === 0
    ? warning(
      "MFA: you have no device that shows codes",
      "register an authenticator app where a role wants MFA",
    )
    : ok(`MFA: ${devices.join(", ")}`);
}
