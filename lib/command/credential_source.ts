// Pure: no I/O.
import { type Credentials, timeLeft } from "../aws/credentials.ts";

/** How a command gets at its credentials. */
export interface CredentialSource {
  /** What the command has to find in its environment. */
  readonly variables: Readonly<Record<string, string>>;
  /**
   * Ends it, once the command has ended with this status, or was not started.
   *
   * @returns what is to be told now
   */
  readonly close: (
    status: number | undefined,
    now: number,
  ) => Promise<readonly string[]>;
}

/** Credentials that stay as they are. */
export function fixedCredentials(credentials: Credentials): CredentialSource {
  return {
    variables: {
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_SESSION_TOKEN: credentials.sessionToken,
      AWS_CREDENTIAL_EXPIRATION: new Date(credentials.expiration).toISOString(),
    },
    close: async (status, now) => {
      if (timeLeft(credentials, now) > 0) return [];
      const { formatExpiry } = await import("./expiry_notice.ts");
      return [formatExpiry(credentials, status ?? 0, now)];
    },
  };
}
