/** The claims of an ID token of OpenID Connect. */
export interface Claims {
  /** The address of the identity provider, `https://...`. */
  readonly iss: string;
  readonly sub: string;
  readonly aud: string;
  /** The time of expiry in seconds, like all times in tokens. */
  readonly exp: number;
  readonly [name: string]: string | number | boolean;
}

/** The key that signs the tokens of all fake identity providers. */
const KEY = new TextEncoder().encode("the key that all fake providers share");

/** Creates a JSON Web Token. */
export async function signToken(claims: Claims): Promise<string> {
  const header = { typ: "JWT", alg: "HS256", kid: "fake" };
  const content = `${encode(header)}.${encode(claims)}`;
  const signature = await crypto.subtle.sign(
    "HMAC",
    await hmacKey(),
    new TextEncoder().encode(content),
  );
  return `${content}.${new Uint8Array(signature).toBase64(URL_SAFE)}`;
}

/**
 * Reads a token's claims and verifies the signature; returns `undefined` if the
 * text is not a token.
 */
export async function readToken(
  token: string,
): Promise<{ readonly claims: Claims; readonly valid: boolean } | undefined> {
  const [header, payload, signature, ...more] = token.split(".");
  if (!header || !payload || !signature || more.length > 0) return undefined;
  try {
    const text = new TextDecoder().decode(decode(payload));
    const claims: unknown = JSON.parse(text);
    if (!isClaims(claims)) return undefined;
    const valid = await crypto.subtle.verify(
      "HMAC",
      await hmacKey(),
      decode(signature),
      new TextEncoder().encode(`${header}.${payload}`),
    );
    return { claims, valid };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

const URL_SAFE = { alphabet: "base64url", omitPadding: true } as const;

function isClaims(value: unknown): value is Claims {
  return typeof value === "object" && value !== null &&
    "iss" in value && typeof value.iss === "string" &&
    "sub" in value && typeof value.sub === "string" &&
    "aud" in value && typeof value.aud === "string" &&
    "exp" in value && typeof value.exp === "number";
}

async function hmacKey(): Promise<CryptoKey> {
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  return await crypto.subtle.importKey("raw", KEY, algorithm, false, [
    "sign",
    "verify",
  ]);
}

function encode(value: unknown): string {
  return new TextEncoder().encode(JSON.stringify(value)).toBase64(URL_SAFE);
}

function decode(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.fromBase64(text, { alphabet: "base64url" });
}
