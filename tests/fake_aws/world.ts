import type { Claims } from "./jwt.ts";

/** An MFA device of a user. */
export interface Device {
  readonly serial: string;
  /** The secret of the device's codes; absent for a FIDO key. */
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
  /** The ARN of a caller that is not an IAM user, such as a federated user. */
  readonly arn?: string;
  readonly sessionToken?: string;
  readonly deactivated?: boolean;
  /** Whether the session token has expired. */
  readonly isExpired?: boolean;
}

/** A role, and those parts of its trust policy that the fake AWS evaluates. */
export interface Role {
  readonly arn: string;
  /** ARNs of the users and roles that may assume the role. */
  readonly trusts: readonly string[];
  readonly requiresMfa?: boolean;
  /** The external id that the trust policy requires. */
  readonly externalId?: string;
  /** Denied actions: `sts:TagSession`, `sts:SetSourceIdentity`. */
  readonly denied?: readonly string[];
  /**
   * The subjects (`sub`) of web identities that may assume the role, with IAM's
   * wildcards `*` and `?`, or a function that decides on all claims.
   */
  readonly trustsTokens?: readonly string[] | ((claims: Claims) => boolean);
  /** The longest session in seconds; AWS's default is an hour. */
  readonly maxSessionDuration?: number;
}

/** An OpenID Connect provider that is registered in the accounts. */
export interface IdentityProvider {
  /** The address of the provider, `https://...`. */
  readonly issuer: string;
  readonly audiences: readonly string[];
}

/** A job of GitHub Actions that may request ID tokens. */
export interface Workflow {
  /** The value of `ACTIONS_ID_TOKEN_REQUEST_TOKEN`. */
  readonly requestToken: string;
  /** The subject of the job's ID tokens, `repo:<owner>/<name>:...`. */
  readonly sub: string;
}

/** A user of IAM Identity Center who has signed in. */
export interface Portal {
  readonly userName: string;
  /** The access token that is stored in `~/.aws/sso/cache`. */
  readonly token: string;
  /** The first refresh token; each refresh token can be used once. */
  readonly refreshToken?: string;
  /** The token's expiry in milliseconds; absent if the token does not expire. */
  readonly expiration?: number;
  readonly assignments: readonly Assignment[];
  /** The validity of a device code, in seconds; default: 10 minutes. */
  readonly deviceSeconds?: number;
}

/** A permission set that is assigned to a user in an account. */
export interface Assignment {
  readonly accountId: string;
  readonly roleName: string;
  /** The session's duration in seconds; AWS's default is an hour. */
  readonly sessionDuration?: number;
}

/** An identity that has signed in with `aws login`. */
export interface Login {
  /** The role whose sessions a refresh token gives. */
  readonly roleArn: string;
  /** The first refresh token; each refresh token can be used once. */
  readonly refreshToken: string;
}

/** The users, roles and other contents of the fake AWS. */
export interface World {
  readonly users: readonly User[];
  readonly roles: readonly Role[];
  /** The providers of web identities; by default, only `GITHUB`. */
  readonly identityProviders?: readonly IdentityProvider[];
  /** The job that may use `GET /actions/id-token`. */
  readonly workflow?: Workflow;
  /** The user who may use `GET /federation/credentials`. */
  readonly portal?: Portal;
  /** The identity that may use `POST /v1/token`. */
  readonly login?: Login;
  /** The role behind `/latest/meta-data/iam/security-credentials/`. */
  readonly instance?: { readonly roleArn: string };
  /** The role behind `/container/credentials`, and the required token. */
  readonly container?: {
    readonly roleArn: string;
    readonly authorizationToken: string;
  };
}

/** A session tag. */
export interface SessionTag {
  readonly key: string;
  readonly value: string;
}

/** The settings of a role's session: requested, or inherited from the previous role. */
export interface SessionSettings {
  readonly externalId?: string;
  readonly sourceIdentity?: string;
  readonly tags: readonly SessionTag[];
  /** The keys of the tags that later roles of a chain inherit. */
  readonly transitiveTagKeys: readonly string[];
  /** The session policy as JSON. */
  readonly policy?: string;
  readonly policyArns: readonly string[];
}

/** A caller: an identity, and the credentials with which the caller signs requests. */
export interface Principal {
  readonly arn: string;
  readonly userId: string;
  readonly accountId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  /** The expiry of temporary credentials, in milliseconds. */
  readonly expiration?: number;
  /** The IAM user whose access keys or session of GetSessionToken the caller uses. */
  readonly user?: User;
  /** Whether the session of GetSessionToken has MFA. */
  readonly mfa?: boolean;
  /** The ARN of the session's role. */
  readonly roleArn?: string;
  /** Whether the role was assumed from another session. */
  readonly chained?: boolean;
  readonly settings?: SessionSettings;
}

/** The user of most tests and of the demo. */
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

/** The provider of the ID tokens of GitHub Actions. */
export const GITHUB: IdentityProvider = {
  issuer: "https://token.actions.githubusercontent.com",
  audiences: ["sts.amazonaws.com"],
};

/** Returns the ARN of a user. */
export function userArn({ accountId, name, arn }: User): string {
  return arn ?? `arn:aws:iam::${accountId}:user/${name}`;
}

/** Whether a caller uses a session of GetSessionToken. */
export function isUserSession(principal: Principal): boolean {
  return principal.user !== undefined && principal.expiration !== undefined;
}

/** Returns the identity of a role's session. */
export function roleSession(
  roleArn: string,
  name: string,
): { arn: string; userId: string; accountId: string; roleArn: string } {
  const [, partition = "", , , accountId = ""] = roleArn.split(":");
  const role = roleArn.split("/").at(-1);
  return {
    arn: `arn:${partition}:sts::${accountId}:assumed-role/${role}/${name}`,
    userId: `AROAFAKE${accountId}:${name}`,
    accountId,
    roleArn,
  };
}

/** Returns the ARN of the role that IAM Identity Center creates for a permission set. */
export function portalRoleArn({ accountId, roleName }: Assignment): string {
  return `arn:aws:iam::${accountId}:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_${roleName}_0123456789abcdef`;
}
