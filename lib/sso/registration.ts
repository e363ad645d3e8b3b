import { formatJson, parseObject } from "../aws/sign_in_token.ts";
import {
  AUTHORIZATION_CODE,
  type ClientDescription,
  DEVICE_CODE,
  type RegisteredClient,
} from "../aws/sign_in_types.ts";
import { formatTime } from "../settings/utc_time.ts";
import { removeIfPresent, replacePrivate } from "../system/atomic_write.ts";
import { toHex } from "../system/bytes.ts";
import { readTextIfPresent } from "../system/files.ts";
import { prepareOwnDirectory } from "../system/leftovers.ts";
import { reasonOf } from "../system/os_error.ts";
import { within } from "../system/path.ts";
import { untilAborted } from "./abortable.ts";
import {
  type SignInContext,
  SignInError,
  type SignInRequest,
} from "./request.ts";

/** Time before its expiry from which the AWS CLI no longer uses a registration. */
const EXPIRY_WINDOW_MS = 15 * 60_000;
/** Scope of an authorization code if there is no `sso_registration_scopes`. */
const DEFAULT_SCOPE = "sso:account:access";
/** The redirect URI of a registration has no port (RFC 8252, section 7.3). */
const REDIRECT_URI = "http://127.0.0.1/oauth/callback";
/** Matches a client ID or secret that is safe to send. */
const PLAIN = /^[!-~]{1,20000}$/;

/** A way to get a token, as CreateToken names the way. */
export type Grant = typeof AUTHORIZATION_CODE | typeof DEVICE_CODE;

/**
 * Creates the directory of tokens and registrations.
 *
 * @throws {SignInError} If no file can be created in the directory, or the user cannot use
 * a new directory because the home belongs to another user
 */
export function prepareDirectory(
  { directory, command }: Pick<SignInRequest, "directory" | "command">,
): void {
  const refuse = (reason: string, cause?: unknown) =>
    new SignInError(`cannot write to ${directory}: ${reason}`, {
      hint: `make the directory writable, or sign in with '${command}'`,
      cause,
    });
  try {
    prepareOwnDirectory(directory);
  } catch (error) {
    throw refuse(reasonOf(error), error);
  }
}

/**
 * Returns the client that the AWS CLI or assume-role registered, or registers a client and
 * saves the registration in the file and the format of the AWS CLI.
 *
 * @throws {Error} If AWS refuses the registration, or the file cannot be written
 */
export async function getClient(
  grant: Grant,
  context: SignInContext,
): Promise<RegisteredClient> {
  const { session, directory, now, secrets, client, signal } = context;
  const path = within(directory, await registrationFileName(session));
  const text = await readTextIfPresent(path).catch(() => undefined);
  const stored = parseRegistration(text ?? "", grant);
  if (stored !== undefined && stored.expiration - now() >= EXPIRY_WINDOW_MS) {
    secrets.push(stored.clientSecret);
    return stored;
  }
  const description = describeClient(grant, session, now());
  const registered = await untilAborted(
    client.registerClient(description),
    signal,
  );
  secrets.push(registered.clientSecret);
  const saved = new TextEncoder().encode(
    formatRegistration(registered, description),
  );
  await replacePrivate(path, saved, { keepsOwner: true });
  return registered;
}

/** Removes a stored registration that AWS does not accept, so that the next run registers. */
export async function forgetClient(
  { directory, session }: Pick<SignInRequest, "directory" | "session">,
): Promise<void> {
  await removeIfPresent(within(directory, await registrationFileName(session)));
}

/** Returns the name of the registration's file, as botocore computes it. */
export async function registrationFileName(
  { startUrl, region, name, scopes }: SignInRequest["session"],
): Promise<string> {
  const text = formatJson({
    region,
    scopes: scopes ?? null,
    session_name: name ?? null,
    startUrl,
    tool: "botocore",
  });
  const hash = await crypto.subtle.digest(
    "SHA-1",
    new TextEncoder().encode(text),
  );
  return `${toHex(new Uint8Array(hash))}.json`;
}

/** Returns the registration that the AWS CLI requests. */
function describeClient(
  grant: Grant,
  session: SignInRequest["session"],
  now: number,
): ClientDescription {
  const { name, scopes = [], startUrl } = session;
  const clientName = `botocore-client-${name ?? Math.floor(now / 1000)}`;
  if (grant === DEVICE_CODE) {
    return { clientName, ...(scopes.length > 0 && { scopes }) };
  }
  return {
    clientName,
    grantTypes: [AUTHORIZATION_CODE, "refresh_token"],
    redirectUris: [REDIRECT_URI],
    issuerUrl: startUrl,
    scopes: scopesOf(session),
  };
}

/** Returns the scopes of an authorization code. */
export function scopesOf(
  { scopes = [] }: SignInRequest["session"],
): readonly string[] {
  return scopes.length > 0 ? scopes : [DEFAULT_SCOPE];
}

function formatRegistration(
  { clientId, clientSecret, expiration }: RegisteredClient,
  { scopes, grantTypes }: ClientDescription,
): string {
  return formatJson({
    clientId,
    clientSecret,
    expiresAt: formatTime(expiration),
    ...(scopes && { scopes }),
    ...(grantTypes && { grantTypes }),
  });
}

/** Reads a registration; `undefined` if it is damaged, or is for the other grant. */
export function parseRegistration(
  text: string,
  grant: Grant,
): RegisteredClient | undefined {
  const { clientId, clientSecret, expiresAt, grantTypes } = parseObject(text) ??
    {};
  const isForCode = Array.isArray(grantTypes) &&
    grantTypes.includes(AUTHORIZATION_CODE);
  const expiration = Date.parse(String(expiresAt));
  const isUsable = typeof clientId === "string" && PLAIN.test(clientId) &&
    typeof clientSecret === "string" && PLAIN.test(clientSecret) &&
    !Number.isNaN(expiration) && isForCode === (grant === AUTHORIZATION_CODE);
  return isUsable ? { clientId, clientSecret, expiration } : undefined;
}
