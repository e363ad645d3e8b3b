import {
  type AccessToken,
  DEVICE_CODE,
  type DeviceAuthorization,
  type RegisteredClient,
} from "../aws/sign_in_types.ts";
import { formatDuration } from "../settings/duration.ts";
import { formatLines } from "../settings/terminal_text.ts";
import { pause, untilAborted } from "./abortable.ts";
import { formatWaiting } from "./messages.ts";
import { openInBrowser } from "./open_in_browser.ts";
import { getClient } from "./registration.ts";
import { mayRepeat, type SignedIn, type SignInContext } from "./request.ts";

/** Time by which the pause grows if AWS asks for that (RFC 8628, section 3.5). */
const SLOW_DOWN_SECONDS = 5;
const MIN_INTERVAL_SECONDS = 1;
/** Limit of the time in which the user must sign in, in seconds. */
const MAX_TIME_SECONDS = 3600;

/**
 * Signs in by a device code (RFC 8628): the user opens a page on any device and confirms the
 * code there.
 *
 * @param opensBrowser whether to open the page in the browser, too
 * @throws {SignInError} If the user does not confirm in time
 * @throws {Error} If AWS refuses; with the name `AccessDeniedException`, if the user denies
 */
export async function signInWithCode(
  context: SignInContext,
  opensBrowser: boolean,
): Promise<SignedIn> {
  const { client, session, secrets, signal } = context;
  const registered = await getClient(DEVICE_CODE, context);
  const { clientId, clientSecret } = registered;
  const authorization = await untilAborted(
    client.startDeviceAuthorization({
      clientId,
      clientSecret,
      startUrl: session.startUrl,
    }),
    signal,
  );
  secrets.push(authorization.deviceCode);
  await context.show(formatInstructions(authorization, context));
  const ended = Promise.withResolvers<void>();
  // A failure is ignored, because the user can open the page.
  const opening = opensBrowser && openInBrowser(
    authorization.verificationUriComplete,
    context,
    ended.promise,
  ).catch(() => {});
  try {
    const token = await poll(authorization, registered, context);
    return { token, client: registered };
  } finally {
    ended.resolve();
    await opening;
  }
}

function formatInstructions(
  { userCode, verificationUri, verificationUriComplete, expiresInSeconds }:
    DeviceAuthorization,
  { session }: SignInContext,
): ReturnType<typeof formatLines> {
  const time = formatDuration(Math.min(expiresInSeconds, MAX_TIME_SECONDS));
  const isComplete = verificationUriComplete !== verificationUri;
  return formatLines(
    formatWaiting(session, `waiting for up to ${time}`),
    isComplete
      ? "Open this page on any device, and check that it shows the code:"
      : "Open this page on any device, and enter the code:",
    "",
    `  ${verificationUriComplete}`,
    `  code: ${userCode}`,
    "",
  );
}

/** Asks AWS for the token until the user has confirmed. */
async function poll(
  { deviceCode, expiresInSeconds, intervalSeconds }: DeviceAuthorization,
  { clientId, clientSecret }: RegisteredClient,
  { client, now, signal, command }: SignInContext,
): Promise<AccessToken> {
  const end = now() + Math.min(expiresInSeconds, MAX_TIME_SECONDS) * 1000;
  let seconds = Math.max(intervalSeconds, MIN_INTERVAL_SECONDS);
  while (now() + seconds * 1000 < end) {
    await pause(seconds * 1000, signal);
    try {
      return await untilAborted(
        client.createToken({
          grantType: DEVICE_CODE,
          clientId,
          clientSecret,
          deviceCode,
        }),
        signal,
      );
    } catch (error) {
      const { name } = error as Error;
      if (name === "SlowDownException") seconds += SLOW_DOWN_SECONDS;
      else if (name !== "AuthorizationPendingException") throw error;
    }
  }
  await pause(Math.max(0, end - now()), signal);
  throw mayRepeat("nobody confirmed the sign-in in time", command);
}
