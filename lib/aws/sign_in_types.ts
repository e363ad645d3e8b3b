// Pure: no I/O.
// Types of the calls that sign in to IAM Identity Center.

/** The session of IAM Identity Center that a profile uses. */
export interface SsoSession {
  /** Name of the `sso-session` section; absent if the profile has the start URL itself. */
  readonly name?: string;
  readonly startUrl: string;
  readonly region: string;
  /** Values of `sso_registration_scopes`; absent if the section has no such key. */
  readonly scopes?: readonly string[];
  /** Hosts of the service that signs in. */
  readonly hosts: readonly string[];
}

/** Input of RegisterClient. */
export interface ClientDescription {
  readonly clientName: string;
  readonly scopes?: readonly string[];
  readonly grantTypes?: readonly string[];
  readonly redirectUris?: readonly string[];
  readonly issuerUrl?: string;
}

/** A client that is registered at IAM Identity Center. */
export interface RegisteredClient {
  readonly clientId: string;
  readonly clientSecret: string;
  /** Time of expiry of the registration, in milliseconds since the epoch. */
  readonly expiration: number;
}

/** Identification of a registered client. */
export type ClientKeys = Pick<RegisteredClient, "clientId" | "clientSecret">;

/** An authorization that the user confirms in a browser, on any device. */
export interface DeviceAuthorization {
  readonly deviceCode: string;
  /** Code that the page shows, or asks for. */
  readonly userCode: string;
  readonly verificationUri: string;
  /** As `verificationUri`, with the code. */
  readonly verificationUriComplete: string;
  readonly expiresInSeconds: number;
  /** Pause between two questions whether the user has confirmed. */
  readonly intervalSeconds: number;
}

/** Name of the grant by a device code. */
export const DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code";
/** Name of the grant by the code that a browser brings. */
export const AUTHORIZATION_CODE = "authorization_code";

/** Input of CreateToken. */
export type TokenRequest =
  & ClientKeys
  & (
    | {
      readonly grantType: typeof AUTHORIZATION_CODE;
      readonly code: string;
      readonly codeVerifier: string;
      readonly redirectUri: string;
    }
    | { readonly grantType: typeof DEVICE_CODE; readonly deviceCode: string }
  );

/** A token of a user who has signed in. */
export interface AccessToken {
  readonly accessToken: string;
  readonly refreshToken?: string;
  readonly expiresInSeconds: number;
}

/** Calls of IAM Identity Center's OIDC service. */
export interface SignInClient {
  /** Returns the origin of the service's URLs, such as `https://oidc.us-east-1.amazonaws.com`. */
  readonly findOrigin: () => Promise<string>;
  readonly registerClient: (
    input: ClientDescription,
  ) => Promise<RegisteredClient>;
  readonly startDeviceAuthorization: (
    input: ClientKeys & { readonly startUrl: string },
  ) => Promise<DeviceAuthorization>;
  /** Rejects with the SDK's error until the user has confirmed. */
  readonly createToken: (input: TokenRequest) => Promise<AccessToken>;
}

/** A client that must be disposed of after use, as `AwsConnection`. */
export interface SignInConnection extends SignInClient, AsyncDisposable {}
