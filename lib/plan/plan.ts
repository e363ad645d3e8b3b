// Pure: no I/O.
import type { RoleArn } from "../aws/arn.ts";
import type { SigningCredentials } from "../aws/credentials.ts";
import type { BasePermissions } from "../aws/sdk_interface.ts";
import type { SessionRequest } from "../aws/sts_types.ts";
import type { SettingName } from "../settings/setting_types.ts";

/** Source of a setting's value. */
export type Source =
  | { readonly kind: "option"; readonly name: string }
  | { readonly kind: "variable"; readonly name: string }
  | {
    readonly kind: "file";
    readonly path: string;
    readonly keys: readonly string[];
  }
  | { readonly kind: "profile"; readonly profile: string; readonly key: string }
  | { readonly kind: "default" };

/** Source of the credentials that sign the first call of a role. */
export type Base =
  & {
    /** SHA-256 of the base identity in hexadecimal, which reveals no secret. */
    readonly fingerprint: string;
    /** AWS profile, if a profile is named or `default` exists. */
    readonly profile?: string;
  }
  & (
    | {
      readonly kind: "static";
      readonly credentials: SigningCredentials;
      /** Whether the keys come from variables, although a profile supplies settings. */
      readonly isFromEnvironment?: true;
    }
    /** The AWS SDK gets the credentials of the named profile. */
    | {
      readonly kind: "profile";
      readonly profile: string;
      readonly permissions: BasePermissions;
    }
    /** The AWS SDK's default chain finds the credentials. */
    | {
      readonly kind: "chain";
      readonly permissions: BasePermissions;
      /** Whether this is a GitHub Actions job without the permission `id-token: write`. */
      readonly lacksToken?: true;
    }
    /** GetSessionToken with long-term keys and an MFA code. */
    | {
      readonly kind: "mfa-session";
      readonly credentials: SigningCredentials;
      readonly isFromEnvironment?: true;
      readonly durationSeconds: number;
    }
    /** Token of an OIDC identity provider that the role trusts. */
    | { readonly kind: "web-identity"; readonly token: WebIdentityToken }
    /** Previous role of a role chain. */
    | { readonly kind: "role"; readonly plan: RolePlan }
  );

/** Source of a web identity token. */
export type WebIdentityToken =
  | {
    readonly kind: "file";
    readonly path: string;
    /** Profile that names the file; absent if a variable names the file. */
    readonly profile?: string;
  }
  /** GitHub's endpoint, which gives tokens to jobs with the permission `id-token: write`. */
  | {
    readonly kind: "github";
    readonly url: string;
    readonly requestToken: string;
  };

/** Parameters of AssumeRole or AssumeRoleWithWebIdentity. */
export interface RoleRequest extends SessionRequest {
  /** Session name; if absent, the caller's user name or session name is used. */
  readonly roleSessionName?: string;
}

/**
 * Maximum duration of a role that is assumed from another session ("Role chaining",
 * IAM User Guide). AWS applies the same limit to GetSessionToken sessions.
 */
export const MAX_CHAINED_SESSION_SECONDS = 3600;

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
  /** Path of a file with CA certificates, from `AWS_CA_BUNDLE` or `ca_bundle`. */
  readonly caBundle?: string;
}

/** MFA device and sources of a one-time code. */
export interface MfaPlan {
  /** ARN or hardware serial number of the device; absent if unknown. */
  readonly serial?: string;
  /** One-time code, if an option or a variable gives a code. */
  readonly token?: string;
  /** Command line of a program that prints a code. */
  readonly command?: string;
  /** Whether a prompt is allowed. */
  readonly mayAsk: boolean;
}

/** Part of a plan that is needed to run the command. */
export interface CommandPlan extends Pick<Plan, "preserveEnv" | "region"> {
  /** Role of the command; absent if the role is not known. */
  readonly role?: Pick<RoleArn, "arn">;
}

/** Plan to assume one role. */
export interface RolePlan {
  /** ARN of the role and its parts. */
  readonly role: RoleArn;
  /** Parameters of the call. */
  readonly request: RoleRequest;
  /** Credentials that sign the call. */
  readonly base: Base;
  /** Endpoints of the call. */
  readonly endpoints: Endpoints;
  /** MFA device and sources of a code. */
  readonly mfa: MfaPlan;
  /** Path of the cache; absent if there is no home directory and no `ASSUME_ROLE_CACHE_DIR`. */
  readonly cacheDirectory?: string;
  /** Whether to get fresh credentials even if cached credentials are valid. */
  readonly forceRefresh: boolean;
  /** Seconds before expiry at which credentials are refreshed. */
  readonly refreshBeforeExpiry: number;
  /** AWS profile to save the credentials as; absent if no profile is to be written. */
  readonly savedProfile?: {
    readonly file: string;
    readonly name: string;
    readonly region?: string;
    /** Whether the user has another profile of that name, which must not be overwritten. */
    readonly isTaken?: true;
  };
}

/** Start of a role chain: the base credentials, and how to get a code for them. */
export type ChainStart = Pick<
  RolePlan,
  "base" | "endpoints" | "mfa" | "cacheDirectory"
>;

/** Plan to get the ready-made session of an AWS profile. */
export interface ProfilePlan extends Omit<ChainStart, "base"> {
  /** AWS profile that supplies the session. */
  readonly base: Extract<Base, { readonly kind: "profile" }>;
  /** Name of the session's provider in messages, such as `IAM Identity Center`. */
  readonly provider: string;
  /** ARN of the role, if AWS's files name the role. */
  readonly roleArn?: string;
  /** Whether to get fresh credentials even if cached credentials are valid. */
  readonly forceRefresh: boolean;
  /** Seconds before expiry at which credentials are refreshed. */
  readonly refreshBeforeExpiry: number;
}

/** Part of a plan that does not concern the session. */
export interface RunSettings {
  /** Region of the command; absent if unknown. */
  readonly region?: string;
  /** Whether the command gets a server of credentials instead of fixed variables. */
  readonly server: boolean;
  /** Patterns of variables to pass on, in addition to the documented list. */
  readonly preserveEnv: readonly string[];
  /** Sources of all settings that have a value. */
  readonly sources: { readonly [K in SettingName]?: Source };
}

/** Plan of a run under a role; deeply frozen. */
export interface Plan extends RolePlan, RunSettings {}

/** Plan of a run under a role or with a profile's session; deeply frozen. */
export type RunPlan = Plan | (ProfilePlan & RunSettings);
