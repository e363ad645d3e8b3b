import { formatToken } from "../aws/sign_in_token.ts";
import { AssumeRoleError } from "../errors.ts";
import { joinLines } from "../settings/terminal_text.ts";
import { formatTime } from "../settings/utc_time.ts";
import { interruptible } from "../system/interruptible.ts";
import { showOnTerminal } from "../system/show_on_terminal.ts";
import { signInInBrowser } from "./authorization_code.ts";
import { signInWithCode } from "./device_code.ts";
import { findBrowsers } from "./open_in_browser.ts";
import { REFUSED_CLIENT, toSignInError } from "./explain.ts";
import { forgetClient, prepareDirectory } from "./registration.ts";
import type { SignedIn, SignInPlace, SignInRequest } from "./request.ts";

/** Whether there is a terminal, and this process is in its foreground. */
export async function canSignIn(): Promise<boolean> {
  return await showOnTerminal(joinLines([]));
}

/** Signs in to IAM Identity Center; see `SignIn`. */
export async function signIn(
  request: SignInRequest,
  { env, ignored }: SignInPlace,
): Promise<string> {
  prepareDirectory(request);
  const stopping = new AbortController();
  const work = perform(request, env, stopping.signal).catch(async (error) => {
    // `interruptible()` reports the signal.
    if (stopping.signal.aborted) return "";
    if (REFUSED_CLIENT.includes(error.name)) {
      await forgetClient(request).catch(() => {}); // the AWS CLI can register anew, too
    }
    throw error instanceof AssumeRoleError
      ? error
      : toSignInError(error, request);
  });
  return await interruptible(work, () => stopping.abort(), ignored);
}

async function perform(
  request: SignInRequest,
  env: SignInPlace["env"],
  signal: AbortSignal,
): Promise<string> {
  await using client = request.connect();
  const context = { ...request, client, env, signal, show: showOnTerminal };
  const hasBrowser = !isRemote(env) && findBrowsers("", env).length > 0;
  // As the AWS CLI, use a device code if the profile has no `sso-session`.
  const usesCode = !hasBrowser || request.session.name === undefined;
  const signedIn = usesCode ? undefined : await signInInBrowser(context);
  return formatSignedIn(
    signedIn ?? await signInWithCode(context, hasBrowser && usesCode),
    request,
  );
}

/**
 * Whether the user's browser is on another machine or, with WSL, on another system: the
 * browser then cannot return to this process.
 */
export function isRemote(
  { SSH_CONNECTION, SSH_TTY, WSL_DISTRO_NAME, WSL_INTEROP }: SignInPlace["env"],
): boolean {
  return Boolean(SSH_CONNECTION || SSH_TTY || WSL_DISTRO_NAME || WSL_INTEROP);
}

/** Formats a token as the AWS CLI stores the token. */
export function formatSignedIn(
  { token, client }: SignedIn,
  { session: { startUrl, region }, now }: Pick<
    SignInRequest,
    "session" | "now"
  >,
): string {
  const { accessToken, refreshToken, expiresInSeconds } = token;
  const { clientId, clientSecret, expiration } = client;
  const text = JSON.stringify({
    startUrl,
    region,
    accessToken,
    expiresAt: new Date(now() + expiresInSeconds * 1000).toISOString(),
    clientId,
    clientSecret,
    registrationExpiresAt: formatTime(expiration),
    refreshToken,
  });
  return formatToken("sso", text)!;
}
