/** The OIDC service of IAM Identity Center, and the page on which a user signs in. */
import type { EndpointContext } from "./endpoints.ts";
import { failure } from "./faults.ts";
import { createPortalToken } from "./portal.ts";

const DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code";
const REGISTRATION_SECONDS = 90 * 24 * 3600;

/** Everything that was sent to register a client. */
export interface Registration {
  readonly clientName: string;
  readonly clientType: string;
  readonly scopes?: readonly string[];
  readonly grantTypes?: readonly string[];
  readonly redirectUris?: readonly string[];
  readonly issuerUrl?: string;
}

/** The state of all sign-ins. */
export class SignIns {
  /** The registered clients by ID. */
  readonly clients = new Map<
    string,
    { readonly secret: string; readonly registration: Registration }
  >();
  /** The authorization codes that were issued and not used. */
  readonly codes = new Map<string, {
    readonly clientId: string;
    readonly redirectUri: string;
    readonly challenge: string;
  }>();
  /** The device codes by user code. */
  readonly devices = new Map<string, {
    readonly clientId: string;
    readonly deviceCode: string;
    readonly end: number;
    state: "pending" | "confirmed" | "denied";
  }>();
}

function refuse(code: string, message = code, status = 400): Response {
  return failure({ kind: "error", code, status, message });
}

/** Answers RegisterClient. */
export function registerClient(
  { body, now, given: { signIns } }: EndpointContext,
): Response {
  const registration: Registration = JSON.parse(body);
  const { clientName, clientType, grantTypes, redirectUris } = registration;
  if (!clientName || clientType !== "public") {
    return refuse("InvalidClientMetadataException");
  }
  if (grantTypes?.includes("authorization_code") && !redirectUris?.length) {
    return refuse("InvalidRedirectUriException");
  }
  const clientId = `client-${signIns.clients.size + 1}`;
  const secret = `secret-${crypto.randomUUID()}`;
  signIns.clients.set(clientId, { secret, registration });
  const issuedAt = Math.floor(now / 1000);
  return Response.json({
    clientId,
    clientSecret: secret,
    clientIdIssuedAt: issuedAt,
    clientSecretExpiresAt: issuedAt + REGISTRATION_SECONDS,
  });
}

/** Answers StartDeviceAuthorization. */
export function startDeviceAuthorization(
  { body, now, url, world: { portal }, given: { signIns } }: EndpointContext,
): Response {
  const { clientId, clientSecret, startUrl } = JSON.parse(body);
  if (signIns.clients.get(clientId)?.secret !== clientSecret) {
    return refuse("InvalidClientException", "Invalid client", 401);
  }
  if (!startUrl) return refuse("InvalidRequestException", "Invalid start url");
  const userCode = `ABCD-${String(signIns.devices.size + 1).padStart(4, "0")}`;
  const deviceCode = `device-${crypto.randomUUID()}`;
  const expiresIn = portal?.deviceSeconds ?? 600;
  signIns.devices.set(userCode, {
    clientId,
    deviceCode,
    end: now + expiresIn * 1000,
    state: "pending",
  });
  const page = `${new URL(url).origin}/device`;
  return Response.json({
    deviceCode,
    userCode,
    verificationUri: page,
    verificationUriComplete: `${page}?user_code=${userCode}`,
    expiresIn,
    interval: 1,
  });
}

/** Answers the page on which the user confirms a device code; `deny` denies. */
export function confirmDevice(
  { params, given: { signIns } }: EndpointContext,
): Response {
  const device = signIns.devices.get(params.get("user_code") ?? "");
  if (device === undefined) {
    return new Response("unknown code", { status: 400 });
  }
  device.state = params.has("deny") ? "denied" : "confirmed";
  return new Response(device.state);
}

/**
 * Answers the page on which the user signs in: redirects to the program as if the user had
 * confirmed, or denied if there is the parameter `deny`.
 */
export function authorize(
  { params, given: { signIns } }: EndpointContext,
): Response {
  const get = (name: string) => params.get(name) ?? "";
  const clientId = get("client_id");
  const client = signIns.clients.get(clientId)?.registration;
  const redirectUri = get("redirect_uri");
  const withoutPort = redirectUri.replace(/^(http:\/\/127\.0\.0\.1):\d+/, "$1");
  const challenge = get("code_challenge");
  const isValid = client?.grantTypes?.includes("authorization_code") &&
    client.redirectUris?.includes(withoutPort) &&
    get("scopes") === client.scopes?.join(" ") &&
    get("response_type") === "code" &&
    get("code_challenge_method") === "S256" &&
    /^[\w-]{43}$/.test(challenge) && get("state").length >= 32;
  if (!isValid) return new Response("invalid request", { status: 400 });
  const target = new URL(redirectUri);
  target.searchParams.set("state", get("state"));
  if (params.has("deny")) target.searchParams.set("error", "access_denied");
  else {
    const code = `code-${crypto.randomUUID()}`;
    signIns.codes.set(code, { clientId, redirectUri, challenge });
    target.searchParams.set("code", code);
  }
  return Response.redirect(target, 302);
}

/** Answers CreateToken for each kind of grant. */
export async function createToken(context: EndpointContext): Promise<Response> {
  const { body, now, given: { signIns } } = context;
  const request = JSON.parse(body);
  const { grantType, clientId, clientSecret, deviceCode } = request;
  if (grantType === "refresh_token") return createPortalToken(context);
  if (signIns.clients.get(clientId)?.secret !== clientSecret) {
    return refuse("InvalidClientException", "Invalid client", 401);
  }
  if (grantType === DEVICE_CODE) {
    const device = Array.from(signIns.devices.values())
      .find((device) => device.deviceCode === deviceCode);
    if (device === undefined || device.clientId !== clientId) {
      return refuse("InvalidGrantException");
    }
    if (device.end < now) return refuse("ExpiredTokenException");
    if (device.state === "denied") return refuse("AccessDeniedException");
    if (device.state === "pending") {
      return refuse("AuthorizationPendingException");
    }
    return createPortalToken(context);
  }
  if (grantType !== "authorization_code") {
    return refuse("UnsupportedGrantTypeException");
  }
  const code = signIns.codes.get(request.code);
  signIns.codes.delete(request.code);
  const verifier = new TextEncoder().encode(request.codeVerifier);
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", verifier));
  const challenge = hash.toBase64({
    alphabet: "base64url",
    omitPadding: true,
  });
  const isValid = code?.clientId === clientId &&
    code?.redirectUri === request.redirectUri &&
    code?.challenge === challenge &&
    /^[\w.~-]{43,128}$/.test(request.codeVerifier);
  return isValid
    ? createPortalToken(context)
    : refuse("InvalidGrantException", "Invalid code");
}
