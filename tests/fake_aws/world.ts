/** An MFA device of a user. */
export interface Device {
  readonly serial: string;
  /** The secret of its codes; a FIDO key has none. */
  readonly secret?: string;
}

/** An IAM user. */
export interface User {
  readonly name: string;
  readonly accountId: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly devices?: readonly Device[];
  /** Actions that the user is denied, such as `iam:ListMFADevices`. */
  readonly denied?: readonly string[];
  /** IAM Identity Center, SAML and the like: a caller that is no user. */
  readonly arn?: string;
  readonly sessionToken?: string;
  readonly deactivated?: boolean;
}

/** A role, with as much of its trust policy as matters here. */
export interface Role {
  readonly arn: string;
  /** ARNs of users, or of roles whose sessions may assume it. */
  readonly trusts: readonly string[];
  readonly requiresMfa?: boolean;
  /** In seconds; AWS's own default is an hour. */
  readonly maxSessionDuration?: number;
}

/** What there is in the fake AWS. */
export interface World {
  readonly users: readonly User[];
  readonly roles: readonly Role[];
}

/** Someone who has signed a request. */
export interface Principal {
  readonly arn: string;
  readonly userId: string;
  readonly accountId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  /** When temporary credentials expire, in milliseconds. */
  readonly expiration?: number;
  readonly user?: User;
  /** The role of a session. */
  readonly roleArn?: string;
}

/** The world that most tests and the demo take place in. */
export const ALICE: User = {
  name: "alice",
  accountId: "111111111111",
  accessKeyId: "AKIAFAKEALICE0000001",
  secretAccessKey: "fake/secret+of+alice/0000000000000000001",
  devices: [{
    serial: "arn:aws:iam::111111111111:mfa/alice",
    secret: "the secret of alice's phone",
  }],
};

/** The ARN of an IAM user. */
export function userArn({ accountId, name, arn }: User): string {
  return arn ?? `arn:aws:iam::${accountId}:user/${name}`;
}
