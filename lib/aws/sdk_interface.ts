import type { AwsClient } from "./sts_types.ts";
import type { SigningCredentials } from "./credentials.ts";
import type { SignInToken } from "./sign_in_token.ts";
import type { SignInConnection } from "./sign_in_types.ts";
import type { SdkSections } from "./sections_for_sdk.ts";

/** Base credentials that the AWS SDK found or a `credential_process` printed. */
export interface FoundCredentials extends SigningCredentials {
  /** The time of expiry, in milliseconds since the epoch; absent if not known. */
  readonly expiration?: number;
}

/** The endpoints and the credentials of a connection to AWS. */
export interface ConnectionSettings {
  readonly partition: string;
  readonly region: string;
  /** Configured address of STS; absent for AWS's own address. */
  readonly sts?: string;
  /** Configured address of IAM; absent for AWS's own address. */
  readonly iam?: string;
  readonly useFips: boolean;
  readonly useDualstack: boolean;
  /** The CA certificates to trust in addition to Deno's own, in PEM. */
  readonly caCertificates?: readonly string[];
  readonly credentials: SigningCredentials;
}

/**
 * A client that must be disposed of after use. When the disposal has ended, no code of the
 * AWS SDK runs any more, so that only then credentials may be printed or used.
 */
export interface AwsConnection extends AwsClient, AsyncDisposable {}

/** A source of credentials outside AWS's files, by its name in `credential_source`. */
export type MachineSource = "EcsContainer" | "Ec2InstanceMetadata";

/** The source from which the AWS SDK gets base credentials. */
export interface BaseQuery {
  /**
   * The profile that gives the credentials. If `source` is set, the profile gives only
   * settings, such as the address of the instance metadata service.
   */
  readonly profile?: string;
  /** The source to use instead of the profile's credentials. */
  readonly source?: MachineSource;
  readonly region: string;
  /** Whether the SDK's own clients use FIPS endpoints. */
  readonly useFips: boolean;
  /** Whether the SDK's own clients use dual-stack endpoints. */
  readonly useDualstack: boolean;
  readonly caCertificates?: readonly string[];
  /** The user's environment variables. */
  readonly env: Readonly<Record<string, string>>;
  /** The data and the permissions that the SDK gets. */
  readonly permissions: BasePermissions;
}

/** The data and the permissions that the SDK needs to find base credentials. */
export interface BasePermissions {
  /** The sections of AWS's files that the SDK uses. */
  readonly sections: SdkSections;
  /** Files that the SDK may read. */
  readonly read: readonly string[];
  /** The token that the SDK uses and refreshes; absent if the profile needs no sign-in. */
  readonly token?: SignInToken;
  /**
   * Hosts that the SDK may call. The entries of configured URLs and of metadata services
   * include the port, such as `localhost:4566`.
   */
  readonly net: readonly string[];
  /** Variables that the SDK gets instead of the user's variables of the same names. */
  readonly variables?: Readonly<Record<string, string>>;
}

/** The settings of a connection that signs in to IAM Identity Center. */
export interface SignInQuery extends BaseQuery {
  /** Region of IAM Identity Center. */
  readonly ssoRegion: string;
}

/**
 * Receives the text of a token that the SDK has refreshed. An SDK that runs in this process
 * saves the token itself instead.
 */
export type OnTokenRefresh = (text: string) => void;

/** The AWS SDK, in a sandbox or in this process. */
export interface Sdk {
  readonly connect: (settings: ConnectionSettings) => AwsConnection;
  /** Finds base credentials; rejects with the SDK's error if the SDK finds no credentials. */
  readonly findBase: (
    query: BaseQuery,
    onTokenRefresh?: OnTokenRefresh,
  ) => Promise<FoundCredentials>;
  /** Connects to the service that signs in to IAM Identity Center. */
  readonly connectSignIn: (query: SignInQuery) => SignInConnection;
}
