// Pure: no I/O.
import type { RoleArn } from "../aws/arn.ts";
import type { SigningCredentials } from "../aws/credentials.ts";
import type { BasePermissions, MachineSource } from "../aws/sdk_interface.ts";
import type { SessionRequest } from "../aws/sts_types.ts";
import type { SettingName } from "../settings/setting_types.ts";
import type { PreservedVariables } from "./preserved_variables.ts";
import type { SaveTarget } from "./save_target.ts";
import type { Source } from "./source.ts";

/** Source of the credentials that sign the call that assumes a role. */
export type Base =
  & {
    /**
     * SHA-256, in hexadecimal, of the values that identify the credentials. The hash
     * reveals no secret.
     */
    readonly fingerprint: string;
    /** AWS profile that supplies the credentials or settings; absent if none is used. */
    readonly profile?: string;
    /** Variables, other than a profile's name, by which the credentials were found. */
    readonly variables?: Readonly<Record<string, string>>;
    /**
     * Set if the variables for base credentials hold a session of assume-role.
     * `replaced`: this base is the credentials that the session was obtained from.
     * `kept`: this base is the session itself, because the credentials that the session
     * was obtained from cannot be found again.
     */
    readonly ownSession?: "replaced" | "kept";
  }
  & (
    | {
      readonly kind: "static";
      readonly credentials: SigningCredentials;
      /**
       * Whether `profile` supplies only settings, because the access keys come from
       * variables or from a file such as that of `AWS_CREDENTIAL_FILE`.
       */
      readonly isFromEnvironment?: true;
      /** Path of the file of EC2's first tools, or of boto, if it has the access keys. */
      readonly file?: string;
      /** Time of expiry in milliseconds since the epoch, from `AWS_CREDENTIAL_EXPIRATION`. */
      readonly expiration?: number;
    }
    /** The AWS SDK gets the credentials of the named profile. */
    | {
      readonly kind: "profile";
      readonly profile: string;
      readonly permissions: BasePermissions;
    }
    /** The `credential_process` of the named profile prints the credentials. */
    | {
      readonly kind: "process";
      readonly profile: string;
      /** Program of the `credential_process`, and its arguments. */
      readonly words: readonly string[];
      /** Variables of the user that the program does not get. */
      readonly hiddenVariables?: readonly string[];
    }
    /** The AWS SDK gets the credentials from the container or from the EC2 instance. */
    | {
      readonly kind: "machine";
      readonly source: MachineSource;
      /** Whether `credential_source` of `profile` names the source. */
      readonly isNamed?: true;
      readonly permissions: BasePermissions;
      /** Whether this is a GitHub Actions job without the permission `id-token: write`. */
      readonly lacksToken?: true;
    }
    /**
     * Session that GetSessionToken returns for long-term keys and an MFA code. Temporary
     * credentials that a `credential_process` prints are used without such a session.
     */
    | {
      readonly kind: "mfa-session";
      readonly source: Extract<Base, { readonly kind: "static" | "process" }>;
      readonly durationSeconds: number;
    }
    /** Token of an OIDC identity provider that the role trusts. */
    | { readonly kind: "web-identity"; readonly token: WebIdentityToken }
    /** Previous role of a role chain. */
    | {
      readonly kind: "role";
      readonly plan: RolePlan;
      /** Set if `via` names the role; absent if a profile or `AWS_ROLE_ARN` names the role. */
      readonly isVia?: true;
    }
  );

/** Base credentials that a credential provider of a profile issues. */
export type ProfileBase = Extract<
  Base,
  { readonly kind: "profile" | "process" }
>;

/** Source of a web identity token. */
export type WebIdentityToken =
  | {
    readonly kind: "file";
    readonly path: string;
    /** Profile that names the file; absent if a variable names the file. */
    readonly profile?: string;
  }
  /** Program that prints a token, from `web_identity_token_process` of a profile. */
  | {
    readonly kind: "process";
    readonly command: string;
    readonly profile: string;
  }
  /** Endpoint of GitHub that gives tokens to jobs with the permission `id-token: write`. */
  | {
    readonly kind: "github";
    readonly url: string;
    readonly requestToken: string;
  };

/** Parameters of AssumeRole or AssumeRoleWithWebIdentity. */
export interface RoleRequest extends SessionRequest {
  /**
   * Session name. If absent, AssumeRole gets the name of the IAM user or session that
   * calls AssumeRole, and AssumeRoleWithWebIdentity gets the subject of the token.
   */
  readonly roleSessionName?: string;
}

/**
 * Maximum duration of a role's session if the role is assumed with another role's session
 * ("Role chaining", IAM User Guide). AWS applies the same limit if the role is assumed
 * with a session of GetSessionToken.
 */
export const MAX_CHAINED_SESSION_SECONDS = 3600;

/** A file with CA certificates in PEM. */
export interface CaBundle {
  /** Path of the file. */
  readonly path: string;
  /** The setting that names the file: a variable, or `ca_bundle`. */
  readonly source: string;
}

/** Endpoints of STS, IAM and the console's sign-in. */
export interface Endpoints {
  /** AWS partition, such as `aws` or `aws-cn`. */
  readonly partition: string;
  /** Region of the STS endpoint. */
  readonly region: string;
  /** URL of a custom STS endpoint. */
  readonly sts?: string;
  /** URL of a custom IAM endpoint. */
  readonly iam?: string;
  /** URL of a custom endpoint for the console's sign-in. */
  readonly signin?: string;
  /** Whether to use FIPS endpoints. */
  readonly useFips: boolean;
  /** Whether to use dual-stack endpoints, which also have IPv6 addresses. */
  readonly useDualstack: boolean;
  /** File with the CA certificates to trust, in addition to Deno's own. */
  readonly caBundle?: CaBundle;
}

/** MFA device, and the sources of its one-time code. */
export interface MfaPlan {
  /** ARN or hardware serial number of the device; absent if unknown. */
  readonly serial?: string;
  /** One-time code from an option or a variable; absent if neither is set. */
  readonly token?: string;
  /** Command line of a program that prints a code. */
  readonly command?: string;
  /** Whether a prompt is allowed. */
  readonly mayAsk: boolean;
  /** Whether to ask in a window if there is no terminal; default: `false`. */
  readonly asksInWindow?: boolean;
}

/** Part of a plan that is needed to start the command. */
export interface CommandPlan extends Pick<Plan, "preserveEnv" | "region"> {
  /** Role of the command; absent if the role is not known. */
  readonly role?: Pick<RoleArn, "arn">;
}

/** Plan to assume one role. */
export interface RolePlan {
  /** ARN of the role and its parts. */
  readonly role: RoleArn;
  /** Parameters of the call that assumes the role. */
  readonly request: RoleRequest;
  /** Source of the credentials that sign the call. */
  readonly base: Base;
  /** Endpoints of the AWS services that are called. */
  readonly endpoints: Endpoints;
  /** MFA device, and the sources of its one-time code. */
  readonly mfa: MfaPlan;
  /** Path of the cache; absent if sessions are not cached. */
  readonly cacheDirectory?: string;
  /** Whether `ASSUME_ROLE_CACHE_DIR` names the cache, which must be usable then. */
  readonly isCacheNamed?: boolean;
  /** Reason why sessions are not cached; absent if they are cached. */
  readonly uncached?: {
    readonly reason: string;
    /** Whether another warning already names the reason. */
    readonly isReported?: true;
  };
  /** Whether to get fresh credentials even if cached credentials are valid. */
  readonly forceRefresh: boolean;
  /** Seconds before expiry at which credentials are refreshed. */
  readonly refreshBeforeExpiry: number;
  /** AWS profile in which to save the credentials; absent if they are not to be saved. */
  readonly savedProfile?: SaveTarget & {
    readonly file: string;
    readonly name: string;
    readonly region?: string;
    /** Reason why the profile must not be saved; absent if it may be saved. */
    readonly refusal?: string;
  };
}

/** Start of a role chain: the base credentials, and the MFA device of their user. */
export type ChainStart = Pick<
  RolePlan,
  "base" | "endpoints" | "mfa" | "cacheDirectory" | "isCacheNamed" | "uncached"
>;

/**
 * Plan to get the ready-made session of an AWS profile: temporary credentials that a
 * provider such as IAM Identity Center or `credential_process` issues.
 */
export interface ProfilePlan extends Omit<ChainStart, "base"> {
  /** AWS profile that supplies the session. */
  readonly base: ProfileBase;
  /** Name of the provider that issues the session, such as `IAM Identity Center`. */
  readonly provider: string;
  /** ARN of the role, if AWS's files name the role. */
  readonly roleArn?: string;
  /** Whether to get fresh credentials even if cached credentials are valid. */
  readonly forceRefresh: boolean;
  /** Seconds before expiry at which credentials are refreshed. */
  readonly refreshBeforeExpiry: number;
}

/** Part of a plan that concerns the command instead of the session. */
export interface RunSettings {
  /** Region of the command; absent if unknown. */
  readonly region?: string;
  /** Whether the command gets its credentials from a local server, not from variables. */
  readonly server: boolean;
  /** Command line of the browser for the AWS console; absent if no file has one. */
  readonly browser?: string;
  readonly preserveEnv: PreservedVariables;
  /** Sources of all settings that have a value. */
  readonly sources: { readonly [K in SettingName]?: Source };
}

/** Plan of a run under a role; deeply frozen. */
export interface Plan extends RolePlan, RunSettings {}

/** Plan of a run under a role or with a profile's session; deeply frozen. */
export type RunPlan = Plan | (ProfilePlan & RunSettings);
