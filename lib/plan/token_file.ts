// Pure: no I/O.
import { readClaims } from "../aws/jwt.ts";
import type { Profiles } from "../aws/profiles.ts";
import { ConfigError } from "../errors.ts";
import { sha256 } from "../settings/sha256.ts";
import { processIdentity } from "./process_words.ts";
import type { Base, WebIdentityToken } from "./plan.ts";
import type { ReadText } from "./resolve_request.ts";

type TokenFile = Extract<WebIdentityToken, { readonly kind: "file" }>;

/**
 * Creates base credentials from a file with a web identity token.
 *
 * @throws {ConfigError} If the token cannot be read.
 */
export async function tokenFileBase(
  token: TokenFile,
  readText: ReadText,
): Promise<Extract<Base, { readonly kind: "web-identity" }>> {
  const text = await loadToken(token, readText);
  const { iss, sub, aud } = readClaims(text) ?? {};
  // Hash only the claims that name the identity, because a renewed token has a different
  // text.
  const identity = sub === undefined ? [text] : [iss ?? null, sub, aud ?? null];
  return {
    kind: "web-identity",
    token,
    fingerprint: await sha256(["web-identity", ...identity]),
  };
}

/**
 * Creates base credentials from the token that `web_identity_token_process` of a profile
 * prints.
 *
 * @throws {ConfigError} If another user can write to the file that names the program.
 */
export async function tokenProcessBase(
  profile: string,
  { profiles, env }: {
    readonly profiles: Profiles;
    readonly env: Readonly<Record<string, string>>;
  },
): Promise<Extract<Base, { readonly kind: "web-identity" }>> {
  await profiles.checkTrust();
  const command = profiles.get(profile)!.web_identity_token_process!;
  return {
    kind: "web-identity",
    token: { kind: "process", command, profile },
    fingerprint: await sha256([
      "token-process",
      profile,
      command,
      ...processIdentity(command, env),
    ]),
  };
}

async function loadToken(
  token: TokenFile,
  readText: ReadText,
): Promise<string> {
  try {
    return await readText(token.path);
  } catch (error) {
    throw tokenFileError(token, (error as Error).message, error);
  }
}

/** Creates the error about a token file that cannot be used. */
export function tokenFileError(
  { path, profile }: TokenFile,
  reason: string,
  cause?: unknown,
): ConfigError {
  return new ConfigError(
    `Cannot read the web identity token ${path}: ${reason}`,
    {
      hint: profile === undefined
        ? "check AWS_WEB_IDENTITY_TOKEN_FILE"
        : `check web_identity_token_file of the profile '${profile}'`,
      cause,
    },
  );
}
