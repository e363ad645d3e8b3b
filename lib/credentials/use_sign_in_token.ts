import { regionalHosts } from "../aws/hosts.ts";
import {
  formatToken,
  parseTokenFacts,
  type SignInToken,
  type TokenFacts,
  tokenFileName,
} from "../aws/sign_in_token.ts";
import { CacheDirectory } from "../cache/cache_directory.ts";
import { runLocked } from "../cache/single_flight.ts";
import { sha256 } from "../settings/sha256.ts";
import { replacePrivate } from "../system/atomic_write.ts";
import { readTextIfPresent } from "../system/files.ts";
import { reasonOf } from "../system/os_error.ts";
import { within } from "../system/path.ts";
import type { Reporter } from "../host.ts";

/** Time before expiry from which the AWS SDK refreshes a token, in milliseconds. */
const REFRESH_WINDOW_MS = 5 * 60_000;

/** Values that the AWS SDK needs to use a token. */
export interface TokenAccess {
  /** Path of the token's file. */
  readonly path: string;
  /** Hosts at which the token is refreshed, in addition to the hosts in the plan. */
  readonly hosts: readonly string[];
  /** Receives the text of a refreshed token. */
  readonly onRefresh: (text: string) => void;
}

/** Dependencies of {@linkcode useSignInToken}. */
export interface TokenContext {
  readonly now: () => number;
  readonly reporter: Reporter;
  readonly cacheDirectory: string | undefined;
}

/**
 * Lets the AWS SDK use the token of a sign-in. A refreshed token is saved as the AWS CLI
 * saves the token. If the token must be refreshed, other processes wait and then use the
 * refreshed token, because a refresh can make the previous token invalid.
 */
export async function useSignInToken<T>(
  token: SignInToken,
  context: TokenContext,
  find: (access: TokenAccess) => Promise<T>,
): Promise<T> {
  const path = within(token.directory, await tokenFileName(token));
  const { expiration } = readFacts(path);
  const isFresh = expiration === undefined ||
    expiration - context.now() > REFRESH_WINDOW_MS;
  const task = () => findAndSave(path, token, context, find);
  if (isFresh) return await task();
  const cache = CacheDirectory.at(context.cacheDirectory);
  return await runLocked(cache, await sha256(["token", path]), task);
}

async function findAndSave<T>(
  path: string,
  { kind }: SignInToken,
  { reporter }: TokenContext,
  find: (access: TokenAccess) => Promise<T>,
): Promise<T> {
  const { region = "" } = readFacts(path);
  let refreshed: string | undefined;
  try {
    return await find({
      path,
      hosts: kind === "login" && /^[\w-]+$/.test(region)
        ? regionalHosts("signin", region)
        : [],
      onRefresh: (text) => refreshed = formatToken(kind, text),
    });
  } finally {
    if (refreshed !== undefined) await save(path, refreshed, reporter);
  }
}

function readFacts(path: string): TokenFacts {
  try {
    return parseTokenFacts(readTextIfPresent(path) ?? "");
  } catch {
    return {}; // The AWS SDK reports that the file cannot be read.
  }
}

async function save(
  path: string,
  text: string,
  reporter: Reporter,
): Promise<void> {
  try {
    await replacePrivate(path, new TextEncoder().encode(text));
  } catch (error) {
    reporter.warn(
      `Cannot save the refreshed sign-in in ${path}: ${reasonOf(error)}`,
    );
  }
}
