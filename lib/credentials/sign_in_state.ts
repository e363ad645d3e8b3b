import {
  parseTokenFacts,
  type SignInToken,
  tokenFileName,
} from "../aws/sign_in_token.ts";
import type { Base } from "../plan/plan.ts";
import { readTextIfPresent } from "../system/files.ts";
import { within } from "../system/path.ts";

/** The stored sign-in that base credentials need. */
export interface SignInState {
  /**
   * `valid`: the token is good; `refreshable`: the token has expired, and a run refreshes
   * it; `expired` and `missing`: the user must sign in.
   */
  readonly kind: "valid" | "refreshable" | "expired" | "missing";
  readonly token: SignInToken;
  /** AWS profile that needs the sign-in. */
  readonly profile: string;
  /** Time of expiry in milliseconds since the epoch; absent if not known. */
  readonly expiration?: number;
}

/**
 * Finds the state of the sign-in that base credentials need, from the token's file, without a
 * call.
 *
 * @returns `undefined` if the base credentials need no sign-in
 */
export async function findSignIn(
  base: Base,
  now: number,
): Promise<SignInState | undefined> {
  if (base.kind === "role") return await findSignIn(base.plan.base, now);
  if (base.kind !== "profile") return undefined;
  const { profile, permissions: { token } } = base;
  if (token === undefined) return undefined;
  const path = within(token.directory, await tokenFileName(token));
  const text = await readTextIfPresent(path).catch(() => undefined) ?? "";
  const { expiration, canRefresh } = parseTokenFacts(text, now);
  const kind = expiration === undefined
    ? "missing"
    : expiration > now
    ? "valid"
    : canRefresh
    ? "refreshable"
    : "expired";
  return {
    kind,
    token,
    profile,
    ...(expiration !== undefined && { expiration }),
  };
}
