// Pure: no I/O.
import type { RoleArn } from "../aws/arn.ts";
import type { BasePermissions } from "../aws/sdk.ts";
import type { SessionRequest } from "../aws/sts_types.ts";
import type { SettingName } from "../settings/setting.ts";

/** Where the value of a setting came from. */
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

/** Long-lived or temporary credentials that need nothing more to be used. */
export interface SigningCredentials {
  /** The id of the access key. */
  readonly accessKeyId: string;
  /** The secret that requests are signed with. */
  readonly secretAccessKey: string;
  /** The token of a session; long-lived keys have none. */
  readonly sessionToken?: string;
}

/** What supplies the base credentials. */
export type Base =
  & {
    /** Tells base identities apart without revealing them: a SHA-256 in hex. */
    readonly fingerprint: string;
    /** The profile, where one is named or `default` exists. */
    readonly profile?: string;
  }
  & (
    | {
      readonly kind: "static";
      readonly credentials: SigningCredentials;
      /** Whether they are not keys of the profile, which only has settings. */
      readonly isOfEnvironment?: true;
    }
    /** The named profile, and nothing else, says where they come from. */
    | {
      readonly kind: "profile";
      readonly profile: string;
      readonly permissions: BasePermissions;
    }
    /** The AWS SDK's default chain has to find them. */
    | {
      readonly kind: "chain";
      readonly permissions: BasePermissions;
      /** Whether this is a job of GitHub Actions that may not ask for a token. */
      readonly lacksToken?: true;
    }
    /** A session of long-term keys that a one-time code was given for. */
    | {
      readonly kind: "mfa-session";
      readonly credentials: SigningCredentials;
      readonly isOfEnvironment?: true;
      readonly durationSeconds: number;
    }
    /** A token of another identity provider, which the role itself trusts. */
    | { readonly kind: "web-identity"; readonly token: WebIdentityToken }
    /** Another role: this one is chained to it. */
    | { readonly kind: "role"; readonly plan: RolePlan }
  );

/** Where a web identity token comes from. */
export type WebIdentityToken =
  | {
    readonly kind: "file";
    readonly path: string;
    /** The profile that names the file; absent if a variable names the file. */
    readonly profile?: string;
  }
  /** GitHub Actions gives one to a job that has the permission `id-token: write`. */
  | {
    readonly kind: "github";
    readonly url: string;
    readonly requestToken: string;
  };

/** One AssumeRole, as it is to be asked for. */
export interface RoleRequest extends SessionRequest {
  /** Absent: named after the caller. */
  readonly roleSessionName?: string;
}

/**
 * How long AWS lets a session assume a role for, in seconds ("Role chaining", IAM
 * User Guide); that holds for sessions of GetSessionToken as well.
 */
export const LONGEST_CHAINED = 3600;

/** Where STS, IAM and the console's sign-in are. */
export interface Endpoints {
  /** Such as `aws` or `aws-cn`. */
  readonly partition: string;
  /** The region of the STS that is asked. */
  readonly region: string;
  /** Where STS is, if it is not at AWS's own place. */
  readonly sts?: string;
  /** Where IAM is, if it is not at AWS's own place. */
  readonly iam?: string;
  /** Where the console is signed in to, if it is not at AWS's own place. */
  readonly signin?: string;
  /** Whether the FIPS endpoints are asked. */
  readonly useFips: boolean;
  /** Whether the endpoints are asked that have IPv6 too. */
  readonly useDualstack: boolean;
  /** A file of CA certificates, as `AWS_CA_BUNDLE` names it. */
  readonly caBundle?: string;
}

/** How a one-time code is to be had. */
export interface MfaPlan {
  /** The device, where it is known. */
  readonly serial?: string;
  /** The code, where it was given. */
  readonly token?: string;
  /** A command line that prints a code. */
  readonly command?: string;
  /** Whether a person may be asked. */
  readonly mayAsk: boolean;
}

/** What running the command takes of a plan. */
export interface CommandPlan extends Pick<Plan, "preserveEnv" | "region"> {
  /** The role that the command gets; absent if it is not known. */
  readonly role?: Pick<RoleArn, "arn">;
}

/** How one role is assumed. */
export interface RolePlan {
  /** The role, in parts. */
  readonly role: RoleArn;
  /** What is asked for. */
  readonly request: RoleRequest;
  /** What it is assumed with. */
  readonly base: Base;
  /** Where AWS is asked. */
  readonly endpoints: Endpoints;
  /** How a code is to be had. */
  readonly mfa: MfaPlan;
  /** Where the cache is; absent where there is no home for it. */
  readonly cacheDirectory?: string;
  /** Whether cached credentials will not do. */
  readonly forceRefresh: boolean;
  /** How many seconds before their expiry credentials are refreshed. */
  readonly refreshBeforeExpiry: number;
  /** The profile to save the credentials as; absent where none is to be written. */
  readonly savedProfile?: {
    readonly file: string;
    readonly name: string;
    readonly region?: string;
    /** Whether the user has a profile of that name, which must stay as it is. */
    readonly isTaken?: true;
  };
}

/** Where the way to a role starts. */
export type ChainStart = Pick<
  RolePlan,
  "base" | "endpoints" | "mfa" | "cacheDirectory"
>;

/** How the ready-made session of an AWS profile is got. */
export interface ProfilePlan extends Omit<ChainStart, "base"> {
  /** The profile that supplies the session. */
  readonly base: Extract<Base, { readonly kind: "profile" }>;
  /** The origin of the session for messages, such as `IAM Identity Center`. */
  readonly maker: string;
  /** The role, if AWS's files name it. */
  readonly roleArn?: string;
  /** Whether cached credentials will not do. */
  readonly forceRefresh: boolean;
  /** How many seconds before their expiry credentials are refreshed. */
  readonly refreshBeforeExpiry: number;
}

/** The part of a plan that does not concern the session. */
export interface RunSettings {
  /** The region that the child gets, where one is known. */
  readonly region?: string;
  /** Whether the command is served fresh credentials rather than given fixed ones. */
  readonly server: boolean;
  /** Patterns of variables that the child gets beyond the base list. */
  readonly preserveEnv: readonly string[];
  /** Where each setting that has a value came from. */
  readonly sources: { readonly [K in SettingName]?: Source };
}

/** Everything that is decided before a role is assumed for a run; frozen. */
export interface Plan extends RolePlan, RunSettings {}

/** Everything that is decided before a run; frozen. */
export type RunPlan = Plan | (ProfilePlan & RunSettings);
