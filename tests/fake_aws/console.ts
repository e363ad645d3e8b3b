import type { EndpointContext } from "./endpoints.ts";
import { isUserSession, type Principal } from "./world.ts";

/**
 * Answers a request to the console's federation endpoint with a sign-in token for a
 * session, or with the page of a browser that signs in.
 */
export function signinToken(context: EndpointContext): Response {
  const { params, given } = context;
  if (params.get("Action") === "login") return login(context);
  if (params.get("Action") !== "getSigninToken") return badRequest();
  const principal = findSession(context);
  const duration = params.get("SessionDuration");
  if (
    principal === undefined || isUserSession(principal) ||
    duration !== null && (principal.chained || !isDuration(duration))
  ) return badRequest();
  const token = crypto.randomUUID();
  given.signin.set(token, principal);
  return Response.json({ SigninToken: token });
}

/** Answers a browser that signs in; does not lead to the console, which is on the internet. */
function login({ params, given }: EndpointContext): Response {
  const principal = given.signin.get(params.get("SigninToken") ?? "");
  if (principal === undefined) return badRequest();
  return new Response(
    `<!DOCTYPE html><title>Console</title><p>signed in as ${principal.arn}</p>`,
    { headers: { "content-type": "text/html;charset=utf-8" } },
  );
}

/** Finds the principal whose session credentials the parameter `Session` contains. */
function findSession(
  { params, sessions, now }: EndpointContext,
): Principal | undefined {
  const { sessionId, sessionKey, sessionToken } = parseSession(
    params.get("Session") ?? "",
  );
  const principal = sessions.find(String(sessionId));
  const known = principal !== undefined && (principal.expiration ?? 0) > now &&
    principal.secretAccessKey === sessionKey &&
    principal.sessionToken === sessionToken;
  return known ? principal : undefined;
}

function parseSession(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

/** Whether a text is a duration between 15 minutes and 12 hours, in seconds. */
function isDuration(text: string): boolean {
  return /^\d+$/.test(text) && Number(text) >= 900 && Number(text) <= 43_200;
}

function badRequest(): Response {
  return new Response(
    "<html><head><title>HTTP Status 400</title></head><body><h1>HTTP Status 400 - Invalid credentials parameter</h1></body></html>",
    { status: 400, headers: { "content-type": "text/html;charset=utf-8" } },
  );
}
