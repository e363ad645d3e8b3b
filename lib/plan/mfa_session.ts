// Pure: no I/O.
import { sha256 } from "../settings/sha256.ts";
import type { Base, MfaPlan } from "./plan.ts";

/**
 * Inserts an MFA session between long-term keys and the role if `durationSeconds` is set.
 * The MFA session is obtained by GetSessionToken with an MFA code, so that AssumeRole
 * needs no code. Temporary credentials get no MFA session, because AWS does not allow
 * GetSessionToken with temporary credentials ("GetSessionToken", AWS STS API Reference).
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
  const { kind: _, credentials, fingerprint, ...rest } = base;
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
      ...rest,
    },
    mfa,
  };
}
