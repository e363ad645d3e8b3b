import { Buffer } from "node:buffer";
import { timingSafeEqual } from "node:crypto";
import { formatResultPage } from "../output/redirect_page.ts";
import { serveOnLoopback } from "../system/http_server.ts";

const PATH = "/oauth/callback";
/** Matches an authorization code. */
const CODE = /^[!-~]{1,10000}$/;
/** Matches the name of an OAuth error. */
const ERROR = /^[\w.-]{1,100}$/;

const HEADERS = {
  "cache-control": "no-store",
  "content-security-policy":
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
  "content-type": "text/html; charset=utf-8",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

const FOREIGN = "This page does not belong to a sign-in of assume-role.";
const USED = "This sign-in has ended. You can close this page.";
const SIGNED_IN = "You are signed in. You can close this page.";
const FAILED = "The sign-in failed. The terminal shows the reason.";

/** The code or the error that the browser brings at the end of a sign-in. */
export type Redirect =
  | { readonly code: string }
  | { readonly error: string };

/** A server on loopback that waits for the browser. */
export interface RedirectServer extends AsyncDisposable {
  /** URI to which the sign-in page redirects the browser. */
  readonly uri: string;
  /** Resolves with the first redirect that has the right state. */
  readonly redirect: Promise<Redirect>;
  /** Decides the page that the browser gets; without a call, the sign-in has failed. */
  readonly succeed: () => void;
}

/**
 * Waits for the redirect of one sign-in. Requests with another path, host or state, and
 * requests after the redirect, change nothing. No answer has a text of the request.
 */
export function startRedirectServer(state: string): RedirectServer {
  const redirect = Promise.withResolvers<Redirect>();
  const result = Promise.withResolvers<string>();
  let isUsed = false;
  const server = serveOnLoopback(async ({ method, url, headers }) => {
    const { origin, host, pathname, searchParams } = new URL(url);
    const isForeign = method !== "GET" || pathname !== PATH ||
      origin !== new URL(server.url).origin || headers.get("host") !== host;
    if (isForeign) return respond(404, FOREIGN);
    const found = parseRedirect(searchParams, state);
    if (found === undefined) return respond(400, FOREIGN);
    if (isUsed) return respond(400, USED);
    isUsed = true;
    redirect.resolve(found);
    const text = await result.promise;
    return respond(text === SIGNED_IN ? 200 : 400, text);
  });
  return {
    uri: `${new URL(server.url).origin}${PATH}`,
    redirect: redirect.promise,
    succeed: () => result.resolve(SIGNED_IN),
    [Symbol.asyncDispose]: async () => {
      result.resolve(FAILED);
      await server.finish();
    },
  };
}

/** Reads a redirect; `undefined` if its state is wrong, or the redirect is incomplete. */
function parseRedirect(
  query: URLSearchParams,
  state: string,
): Redirect | undefined {
  const [given, expected] = [query.get("state") ?? "", state].map((text) =>
    Buffer.from(text)
  ) as [Buffer, Buffer];
  const isRight = given.length === expected.length &&
    timingSafeEqual(given, expected);
  if (!isRight) return undefined;
  const code = query.get("code") ?? "";
  const error = query.get("error") ?? "";
  if (ERROR.test(error)) return { error };
  return CODE.test(code) ? { code } : undefined;
}

function respond(status: number, text: string): Response {
  return new Response(formatResultPage(text), { status, headers: HEADERS });
}
