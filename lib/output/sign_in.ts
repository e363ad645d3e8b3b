// Pure: no I/O.
import type { SignInState } from "../credentials/sign_in_state.ts";
import { formatOption } from "../settings/option_text.ts";
import { formatTimeLeft } from "./session_time.ts";

/** Returns the service that a sign-in is for. */
function serviceOf({ token }: SignInState): string {
  return token.kind === "sso" ? "IAM Identity Center" : "AWS";
}

/** Whether a run needs the user to sign in first. */
function needsUser({ kind }: SignInState): boolean {
  return kind === "expired" || kind === "missing";
}

/** Formats the end of a sentence about a run that needs the user to sign in. */
export function formatNeed(signIn: SignInState | undefined): string {
  if (signIn === undefined || !needsUser(signIn)) return "";
  return `, after you sign in to ${serviceOf(signIn)} (${
    signIn.kind === "missing" ? "not signed in" : "the sign-in has expired"
  })`;
}

/** Formats the state of a stored sign-in, and the command that signs in. */
export function formatSignIn(signIn: SignInState, now: number): string {
  const { kind, token, profile, expiration = now } = signIn;
  const command = `'aws ${token.kind === "sso" ? "sso login" : "login"} ${
    formatOption("profile", profile)
  }'`;
  const remedy = token.sso === undefined
    ? `sign in with ${command}`
    : `a run on a terminal signs in, as ${command} does`;
  const time = formatTimeLeft(Math.abs(expiration - now));
  const states: { readonly [K in SignInState["kind"]]: string } = {
    valid: `valid for ${time}`,
    refreshable: `expired ${time} ago; a run refreshes it`,
    expired: `expired ${time} ago; ${remedy}`,
    missing: `none; ${remedy}`,
  };
  return `sign-in to ${serviceOf(signIn)}: ${states[kind]}`;
}
