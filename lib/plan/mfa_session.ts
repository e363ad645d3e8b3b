// Pure: no I/O.
import { sha256 } from "../settings/sha256.ts";
import type { Base, MfaPlan } from "./plan.ts";

/**
 * Puts a session that a code was given for between long-term keys and the role,
 * where one is wanted: then the role itself needs no code. Temporary credentials
 * cannot have such a session.
 */
export async function withMfaSession(
  base: Base,
  mfa: MfaPlan,
  durationSeconds: number | undefined,
): Promise<{ readonly base: Base; readonly mfa: MfaPlan }> {
  if (
    durationSeconds === undefined || base.kind !== "static" ||
    base.credentials.sessionToken !== undefined
  ) return { base, mfa };
  const { credentials, fingerprint, profile, isOfEnvironment } = base;
  return {
    base: {
      kind: "mfa-session",
      credentials,
      durationSeconds,
      fingerprint: await sha256([
        "mfa-session",
        fingerprint,
        durationSeconds,
        mfa.serial ?? null,
      ]),
      ...(profile !== undefined && { profile }),
      ...(isOfEnvironment && { isOfEnvironment }),
    },
    mfa,
  };
}
