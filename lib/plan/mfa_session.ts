// Pure: no I/O.
import { sha256 } from "../settings/sha256.ts";
import type { Base, MfaPlan } from "./plan.ts";

/**
 * Inserts an MFA session between long-term keys and the role if `durationSeconds` is set.
 * The MFA session is obtained by GetSessionToken with an MFA code, so that AssumeRole
 * needs no code. Temporary credentials get no MFA session, because AWS does not allow
 * GetSessionToken with temporary credentials ("GetSessionToken", AWS STS API Reference).
 * Only a run of `credential_process` shows whether its credentials are temporary.
 */
export async function withMfaSession(
  source: Base,
  mfa: MfaPlan,
  durationSeconds: number | undefined,
): Promise<{ readonly base: Base; readonly mfa: MfaPlan }> {
  if (durationSeconds === undefined || !mayBeLongTerm(source)) {
    return { base: source, mfa };
  }
  const { fingerprint, profile, ownSession, variables } = source;
  return {
    base: {
      kind: "mfa-session",
      source,
      durationSeconds,
      fingerprint: await sha256([
        "mfa-session",
        fingerprint,
        durationSeconds,
        mfa.serial ?? null,
      ]),
      ...(profile !== undefined && { profile }),
      ...(ownSession && { ownSession }),
      ...(variables && { variables }),
    },
    mfa,
  };
}

function mayBeLongTerm(
  base: Base,
): base is Extract<Base, { readonly kind: "static" | "process" }> {
  return base.kind === "process" ||
    base.kind === "static" && base.credentials.sessionToken === undefined;
}
