/**
 * Identifiers of the fake AWS's account. Most tests use alice, the role `admin`
 * and alice's MFA device.
 *
 * @module
 */

/** The beginning of every ARN of the account. */
export const ARN = "arn:aws:iam::111111111111";

/** The beginning of every role's ARN. */
export const PREFIX = `${ARN}:role/`;

/** The configuration with which `-r admin` means `ADMIN_ARN`. */
export const PREFIX_YAML = `role_prefix: ${PREFIX}\n`;

/** The role that alice may assume without MFA. */
export const ADMIN_ARN = `${PREFIX}admin`;

/** The session of `ADMIN_ARN` that alice gets. */
export const ADMIN_SESSION_ARN =
  "arn:aws:sts::111111111111:assumed-role/admin/alice";

/** The user whose keys are in the home of most tests. */
export const ALICE_ARN = `${ARN}:user/alice`;

/** The user `BOB`. */
export const BOB_ARN = `${ARN}:user/bob`;

/** The MFA device of alice. */
export const SERIAL = `${ARN}:mfa/alice`;
