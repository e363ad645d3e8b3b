import type { EndpointContext } from "./endpoints.ts";
import { failure } from "./faults.ts";
import { roleSession } from "./world.ts";

/** The duration of the credentials, in seconds. */
const DURATION_SECONDS = 900;

/**
 * Answers CreateOAuth2Token of the sign-in service: gives credentials for a refresh token,
 * if the request has a proof of possession of the token's key (DPoP, RFC 9449).
 */
export async function createLoginToken(
  { world: { login }, given, url, body, headers, sessions }: EndpointContext,
): Promise<Response> {
  const { clientId, grantType, refreshToken } = JSON.parse(body);
  if (!clientId || grantType !== "refresh_token" || login === undefined) {
    return failure({ kind: "error", code: "ValidationException", status: 400 });
  }
  const usable = given.refresh.get("login") ?? login.refreshToken;
  const isProven = await verifyProof(headers.get("dpop") ?? "", url);
  if (refreshToken !== usable || !isProven) {
    return Response.json(
      { error: "TOKEN_EXPIRED", message: "The token is expired" },
      { status: 400, headers: { "x-amzn-errortype": "AccessDeniedException" } },
    );
  }
  const { accessKeyId, secretAccessKey, sessionToken } = sessions.mint(
    roleSession(login.roleArn, "alice"),
    DURATION_SECONDS,
  );
  const next = `refresh-${crypto.randomUUID()}`;
  given.refresh.set("login", next);
  return Response.json({
    accessToken: { accessKeyId, secretAccessKey, sessionToken },
    tokenType: "aws_sigv4",
    expiresIn: DURATION_SECONDS,
    refreshToken: next,
  });
}

/** Whether a proof is for a POST request to this URL, and has the signature of its key. */
async function verifyProof(proof: string, url: string): Promise<boolean> {
  const [header = "", payload = "", signature = ""] = proof.split(".");
  if (signature === "") return false;
  const decode = (text: string) =>
    Uint8Array.fromBase64(text, { alphabet: "base64url" });
  const parse = (text: string) =>
    JSON.parse(new TextDecoder().decode(decode(text)));
  const { jwk, typ } = parse(header);
  const { htm, htu } = parse(payload);
  const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("jwk", jwk, algorithm, false, [
    "verify",
  ]);
  return typ === "dpop+jwt" && htm === "POST" && htu === url &&
    await crypto.subtle.verify(
      algorithm,
      key,
      decode(signature),
      new TextEncoder().encode(`${header}.${payload}`),
    );
}
