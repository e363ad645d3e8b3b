// Pure: no I/O.
import {
  type Credentials,
  formatExpiration,
  timeLeft,
} from "../aws/credentials.ts";
import type { LateWork } from "../system/late_work.ts";

/** Source of the command's credentials: fixed variables or the server. */
export interface CredentialSource {
  /** The variables that the command needs. */
  readonly variables: Readonly<Record<string, string>>;
  /**
   * Releases the source after the command has ended.
   *
   * @param status The command's exit status; `undefined` if the command was not started.
   * @returns Warnings for the user.
   */
  readonly close: (
    status: number | undefined,
    now: number,
  ) => Promise<readonly string[]>;
}

/** Creates a source of variables with fixed credentials. */
export function fixedCredentials(credentials: Credentials): CredentialSource {
  return {
    variables: {
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_SESSION_TOKEN: credentials.sessionToken,
      AWS_CREDENTIAL_EXPIRATION: formatExpiration(credentials),
    },
    close: async (status, now) => {
      if (timeLeft(credentials, now) > 0) return [];
      const { formatExpiry } = await import("./expiry_notice.ts");
      return [formatExpiry(credentials, status ?? 0, now)];
    },
  };
}

/** Wraps a credential source, so that closing the source also waits for background work. */
export function finishing(
  late: LateWork,
  source: CredentialSource,
): CredentialSource {
  return {
    ...source,
    close: async (...end) => {
      try {
        return await source.close(...end);
      } finally {
        await late.finish();
      }
    },
  };
}
