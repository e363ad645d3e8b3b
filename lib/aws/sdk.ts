import type { AwsClient } from "./client.ts";
import type { Limits } from "./http_handler.ts";
import type { SdkSections } from "./sdk_sections.ts";

/** Long-lived or temporary credentials, as requests are signed with. */
export interface SigningCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Credentials as they were found. */
export interface FoundCredentials extends SigningCredentials {
  /** When they expire, in milliseconds since the epoch; absent if nothing tells. */
  readonly expiration?: number;
}

/** Where to connect to, and as whom. */
export interface ConnectionSettings {
  readonly partition: string;
  readonly region: string;
  /** The addresses of STS and IAM, where they are not AWS's own. */
  readonly sts?: string;
  readonly iam?: string;
  readonly useFips: boolean;
  readonly useDualstack: boolean;
  /** The CA certificates to trust, in PEM, where they are not the system's. */
  readonly caCertificates?: readonly string[];
  readonly credentials: SigningCredentials;
  /** How long to wait for answers, where it is not as usual. */
  readonly limits?: Limits;
}

/** A client that is to be let go when it is needed no more. */
export interface AwsConnection extends AwsClient, Disposable {}

/** What the AWS SDK is to look for base credentials in. */
export interface BaseQuery {
  /** The profile to use and nothing else; absent: the SDK's default chain. */
  readonly profile?: string;
  readonly region: string;
  readonly caCertificates?: readonly string[];
  /** The user's whole environment. */
  readonly env: Readonly<Record<string, string>>;
  /** What finding them may take. */
  readonly permissions: BasePermissions;
}

/** What a way to base credentials needs. */
export interface BasePermissions {
  /** The content of the files of AWS for the SDK, which does not read them. */
  readonly sections: SdkSections;
  /** Files and directories to read. */
  readonly read: readonly string[];
  /** Directories of tokens that are refreshed. */
  readonly write: readonly string[];
  /** Hosts to ask, with their ports where these are not AWS's. */
  readonly net: readonly string[];
  /** Whether a program supplies them. */
  readonly run: boolean;
  /** Variables that the AWS SDK has to see with another value than the user's. */
  readonly variables?: Readonly<Record<string, string>>;
}

/** All that is asked of the AWS SDK, wherever it runs. */
export interface Sdk {
  readonly connect: (settings: ConnectionSettings) => AwsConnection;
  /** Finds base credentials; rejects with what the SDK threw. */
  readonly findBase: (query: BaseQuery) => Promise<FoundCredentials>;
}
