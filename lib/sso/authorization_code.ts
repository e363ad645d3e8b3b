import { AUTHORIZATION_CODE } from "../aws/sign_in_types.ts";
import { formatNote } from "../output/messages.ts";
import { formatLines, sanitize } from "../settings/terminal_text.ts";
import { hostOf } from "../system/url_host.ts";
import { untilAborted } from "./abortable.ts";
import { formatWaiting } from "./messages.ts";
import { openInBrowser } from "./open_in_browser.ts";
import { type Redirect, startRedirectServer } from "./redirect_server.ts";
import { getClient, scopesOf } from "./registration.ts";
import {
  mayRepeat,
  type SignedIn,
  type SignInContext,
  SignInError,
} from "./request.ts";

/** Time in which the user must sign in, as in the AWS CLI. */
const TIME_LIMIT_MS = 10 * 60_000;
const VERIFIER_BYTES = 48;

/**
 * Signs in in the browser, by an authorization code with PKCE (RFC 7636), as the AWS CLI
 * does for a profile with an `sso-session`. The browser brings the code to a server on
 * loopback.
 *
 * @returns `undefined` if the browser cannot be opened
 * @throws {SignInError} If the user denies, or does not sign in within ten minutes
 */
export async function signInInBrowser(
  context: SignInContext,
): Promise<SignedIn | undefined> {
  const { client, session, secrets, signal, command } = context;
  const origin = await untilAborted(client.findOrigin(), signal);
  if (!isHostOf(origin, session.hosts)) {
    throw new SignInError(`the AWS SDK calls another host: ${origin}`, {
      hint: `sign in with '${command}'`,
    });
  }
  const registered = await getClient(AUTHORIZATION_CODE, context);
  const state = crypto.randomUUID();
  const codeVerifier = createVerifier();
  secrets.push(codeVerifier);
  await using server = startRedirectServer(state);
  const query = {
    response_type: "code",
    client_id: registered.clientId,
    redirect_uri: server.uri,
    state,
    code_challenge_method: "S256",
    scopes: scopesOf(session).join(" "),
    code_challenge: await challengeOf(codeVerifier),
  };
  const url = `${origin}/authorize?${formatQuery(query)}`;
  await context.show(formatLines(
    formatWaiting(session, "waiting for the browser"),
    "If no page opens, open this URL in a browser of this machine:",
    "",
    url,
    "",
  ));
  const redirect = await waitForRedirect(
    server.redirect,
    openInBrowser(url, context, server.redirect),
    context,
  );
  if (redirect === "no browser") return undefined;
  if (redirect === "too late") {
    throw mayRepeat("nobody signed in within 10 minutes", command);
  }
  if ("error" in redirect) {
    throw mayRepeat(
      redirect.error === "access_denied"
        ? "the sign-in was denied in the browser"
        : `the browser returned the error ${sanitize(redirect.error)}`,
      command,
    );
  }
  secrets.push(redirect.code);
  const { clientId, clientSecret } = registered;
  const token = await untilAborted(
    client.createToken({
      grantType: AUTHORIZATION_CODE,
      clientId,
      clientSecret,
      redirectUri: server.uri,
      codeVerifier,
      code: redirect.code,
    }),
    signal,
  );
  server.succeed();
  return { token, client: registered };
}

/**
 * Waits until the browser returns. The page for the browser is removed before the function
 * returns.
 */
async function waitForRedirect(
  redirect: Promise<Redirect>,
  opening: Promise<string | undefined>,
  { signal, show }: SignInContext,
): Promise<Redirect | "no browser" | "too late"> {
  const failing = Promise.withResolvers<"no browser">();
  const timeout = Promise.withResolvers<"too late">();
  const timer = setTimeout(() => timeout.resolve("too late"), TIME_LIMIT_MS);
  opening.then(async (problem) => {
    if (problem === undefined) return;
    await show(formatNote(`Cannot open the browser: ${problem}`));
    failing.resolve("no browser");
  }).catch(failing.reject);
  try {
    return await untilAborted(
      Promise.race([redirect, failing.promise, timeout.promise]),
      signal,
    );
  } finally {
    clearTimeout(timer);
    await opening.catch(() => {}); // a signal ended the wait
  }
}

/** Whether the host of a URL is listed; AWS's own hosts are listed without the port of https. */
function isHostOf(url: string, hosts: readonly string[]): boolean {
  const { protocol, host } = new URL(url);
  return hosts.includes(hostOf(url)) ||
    protocol === "https:" && hosts.includes(host);
}

/** Creates a code verifier, of 64 characters. */
function createVerifier(): string {
  return toBase64Url(crypto.getRandomValues(new Uint8Array(VERIFIER_BYTES)));
}

async function challengeOf(verifier: string): Promise<string> {
  const bytes = new TextEncoder().encode(verifier);
  const hash = await crypto.subtle.digest("SHA-256", bytes);
  return toBase64Url(new Uint8Array(hash));
}

function toBase64Url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-")
    .replaceAll("/", "_").replaceAll("=", "");
}

/** Formats a query; unlike `URLSearchParams`, encodes spaces as the AWS CLI does. */
function formatQuery(query: Readonly<Record<string, string>>): string {
  return Object.entries(query).map(([key, value]) =>
    `${key}=${encodeURIComponent(value)}`
  ).join("&");
}
