// Pure: no I/O.

/** Claims of a web identity token: issuer, subject and audience. */
export interface Claims {
  readonly iss?: string;
  readonly sub?: string;
  readonly aud?: string | readonly string[];
}

/**
 * Reads the claims of a JSON Web Token and does not verify the signature. Returns
 * `undefined` if the text is not a JSON Web Token.
 */
export function readClaims(token: string): Claims | undefined {
  const payload = token.trim().split(".")[1];
  if (payload === undefined) return undefined;
  try {
    const bytes = Uint8Array.from(
      atob(payload.replaceAll("-", "+").replaceAll("_", "/")),
      (char) => char.charCodeAt(0),
    );
    const claims: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return typeof claims === "object" && claims !== null ? claims : undefined;
  } catch {
    return undefined;
  }
}
