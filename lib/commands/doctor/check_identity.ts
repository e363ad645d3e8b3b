// Pure: no I/O.
import { type CallerIdentity, isIamUser } from "../../aws/arn.ts";
import { type Finding, ok, warning } from "./finding.ts";

/** Reports the identity of the base credentials. */
export function checkIdentity(
  { arn }: CallerIdentity,
): Finding {
  return /^arn:[\w-]+:iam::\d+:root$/.test(arn)
    ? warning(
      `base identity: ${arn}`,
      "use an IAM user or IAM Identity Center: root cannot assume roles",
    )
    : ok(`base identity: ${arn}`);
}

/**
 * Checks that the user can supply an MFA code if a role needs one.
 *
 * @param devices The user's MFA devices whose codes STS accepts; `undefined` if unknown.
 * @param serial The MFA device in the configuration.
 */
export function checkDevices(
  identity: CallerIdentity,
  devices: readonly string[] | undefined,
  serial: string | undefined,
): Finding {
  if (!isIamUser(identity)) {
    return ok(
      "MFA: not available, because the base identity is not an IAM user",
    );
  }
  if (devices === undefined) {
    return serial === undefined
      ? warning(
        "MFA: cannot list your devices",
        "set mfa_serial to your device, or get the permission iam:ListMFADevices",
      )
      : ok(`MFA: ${serial} is configured`);
  }
  if (serial !== undefined && !devices.includes(serial)) {
    return warning(
      `MFA: ${serial} is configured, but is not one of your devices`,
      "correct or remove mfa_serial",
    );
  }
  return devices.length === 0
    ? warning(
      "MFA: you have no device that shows codes",
      "register an authenticator app if a role needs MFA",
    )
    : ok(`MFA: ${devices.join(", ")}`);
}
