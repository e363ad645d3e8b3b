import type { Claims } from "./jwt.ts";

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
  /** The external ID without which nobody gets in. */
  readonly externalId?: string;
  /** What its trust policy leaves out: `sts:TagSession`, `sts:SetSourceIdentity`. */
  readonly denied?: readonly string[];
  /**
   * Subjects (`sub`) of web identities that may assume it, with `*` and `?` as
   * IAM has them, or what decides on all that a token says.
   */
  readonly trustsTokens?: readonly string[] | ((claims: Claims) => boolean);
  /** In seconds; AWS's own default is an hour. */
  readonly maxSessionDuration?: number;
}

/** An OpenID Connect provider that the accounts know. */
export interface IdentityProvider {
  /** `https://...` */
  readonly issuer: string;
  readonly audiences: readonly string[];
}

/** A job of GitHub Actions that may ask for ID tokens. */
export interface Workflow {
  /** `ACTIONS_ID_TOKEN_REQUEST_TOKEN`. */
  readonly requestToken: string;
  /** The subject of its ID tokens, `repo:<owner>/<name>:...`. */
  readonly sub: string;
}

/** A user of IAM Identity Center who has signed in. */
export interface Portal {
  readonly userName: string;
  /** The access token, as `~/.aws/sso/cache` has it. */
  readonly token: string;
  /** In milliseconds; without it, the token does not expire. */
  readonly expiration?: number;
  readonly assignments: readonly Assignment[];
}

/** A permission set that someone has in an account. */
export interface Assignment {
  readonly accountId: string;
  readonly roleName: string;
  /** In seconds; AWS's own default is an hour. */
  readonly sessionDuration?: number;
}

/** What there is in the fake AWS. */
export interface World {
  readonly users: readonly User[];
  readonly roles: readonly Role[];
  /** Where web identities may come from; only `GITHUB` if it is left out. */
  readonly identityProviders?: readonly IdentityProvider[];
  /** Who may use `GET /actions/id-token`. */
  readonly workflow?: Workflow;
  /** Who may use `GET /federation/credentials`. */
  readonly portal?: Portal;
  /** Whose credentials `/latest/meta-data/iam/security-credentials/` has. */
  readonly instance?: { readonly roleArn: string };
  /** Whose credentials `/container/credentials` has, and for which token. */
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

/** What a role's session was asked to be like, with what its chain passed on. */
export interface SessionSettings {
  readonly externalId?: string;
  readonly sourceIdentity?: string;
  readonly tags: readonly SessionTag[];
  /** The keys of the tags that go on to the roles that the session assumes. */
  readonly transitiveTagKeys: readonly string[];
  /** JSON. */
  readonly policy?: string;
  readonly policyArns: readonly string[];
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
  /** Whose keys they are, or whose session of GetSessionToken. */
  readonly user?: User;
  /** Whether a code was checked for a session of GetSessionToken. */
  readonly mfa?: boolean;
  /** The role of a session. */
  readonly roleArn?: string;
  /** Whether a role's session came of another session. */
  readonly chained?: boolean;
  readonly settings?: SessionSettings;
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

/** The provider of the ID tokens of GitHub Actions. */
export const GITHUB: IdentityProvider = {
  issuer: "https://token.actions.githubusercontent.com",
  audiences: ["sts.amazonaws.com"],
};

/** The ARN of an IAM user. */
export function userArn({ accountId, name, arn }: User): string {
  return arn ?? `arn:aws:iam::${accountId}:user/${name}`;
}

/** Whether someone comes with a session of GetSessionToken. */
export function isUserSession(principal: Principal): boolean {
  return principal.user !== undefined && principal.expiration !== undefined;
}

/** Who has assumed a role. */
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

/** The role that IAM Identity Center makes of a permission set. */
export function portalRoleArn({ accountId, roleName }: Assignment): string {
  return `arn:aws:iam::${accountId}:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_${roleName}_0123456789abcdef`;
}
