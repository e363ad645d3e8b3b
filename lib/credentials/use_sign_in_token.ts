import { regionalHosts } from "../aws/hosts.ts";
import {
  formatToken,
  parseTokenFacts,
  type SignInToken,
  tokenFileName,
} from "../aws/sign_in_token.ts";
import { CacheDirectory } from "../cache/cache_directory.ts";
import { FAILURE_FORMAT } from "../cache/failure_format.ts";
import { runLocked } from "../cache/single_flight.ts";
import { SignInError } from "../sso/request.ts";
import { sha256 } from "../settings/sha256.ts";
import { replacePrivate } from "../system/atomic_write.ts";
import { readTextIfPresent } from "../system/files.ts";
import { dirname } from "../system/dirname.ts";
import { removeTemporaries } from "../system/leftovers.ts";
import { type FailureFormat, isHeld, type Waiting } from "../system/lock.ts";
import { reasonOf } from "../system/os_error.ts";
import { within } from "../system/path.ts";
import type { Reporter } from "../host.ts";
import { needsSignIn } from "./sdk_rules.ts";

/**
 * Time before expiry from which a token is used under a lock, in milliseconds. The AWS SDK
 * refreshes a token five minutes before its expiry. The additional minute is for the time
 * until the SDK reads the token.
 */
const LOCK_WINDOW_MS = 6 * 60_000;

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
  /** Collects the values of the token that must not be shown. */
  readonly secrets: (string | undefined)[];
  /** Way to sign in; absent if assume-role must not sign in. */
  readonly signIn?: {
    readonly isPossible: () => Promise<boolean>;
    /** Signs in, and returns the text of the new token. */
    readonly start: () => Promise<string>;
  };
  /** Reactions to another process that uses the lock of the token. */
  readonly waiting?: Waiting;
}

/** Shares only failed sign-ins: another error can be that of one role. */
const SIGN_IN_FAILURE: FailureFormat = {
  ...FAILURE_FORMAT,
  format: (error) =>
    error instanceof SignInError ? FAILURE_FORMAT.format(error) : undefined,
};

/**
 * Lets the AWS SDK use the token of a sign-in. A refreshed token is saved as the AWS CLI
 * saves the token. If the token must be refreshed, other processes wait and then use the
 * refreshed token, because a refresh can make the previous token invalid. The same holds
 * for a sign-in, if the token is missing or cannot be refreshed.
 *
 * @throws {SignInError} If the user does not sign in, here or in a process that was waited for
 * @throws {Error} If the token's file cannot be read
 */
export async function useSignInToken<T>(
  token: SignInToken,
  context: TokenContext,
  find: (access: TokenAccess) => Promise<T>,
): Promise<T> {
  const path = within(token.directory, await tokenFileName(token));
  const task = () => findAndSave(path, token, context, find);
  const isFresh = (text: string) => {
    const { expiration } = parseTokenFacts(text);
    return expiration !== undefined &&
      expiration - context.now() > LOCK_WINDOW_MS;
  };
  const known = await readToken(path);
  if (isFresh(known)) {
    try {
      return await task();
    } catch (error) {
      if (!await mustSignIn(token, error, context)) throw error;
    }
  }
  const cache = CacheDirectory.at(context.cacheDirectory);
  const signInKey = await sha256(["sign-in", path]);
  const { waiting = { onWait() {} } } = context;
  const startAgain = () => useSignInToken(token, context, find);
  const findNewToken = async () => {
    // If the file cannot be read, the task says so.
    const text = await readToken(path).catch(() => known);
    return text !== known && isFresh(text) ? startAgain : undefined;
  };
  const finish = await runLocked<() => Promise<T>>(
    cache,
    await sha256(["token", path]),
    async () => {
      const underLock = (signIn: () => Promise<string>) =>
        runLocked(cache, signInKey, signIn);
      const found = await signInIfNeeded(path, token, context, task, underLock);
      return () => Promise.resolve(found);
    },
    {
      ...waiting,
      // A refresh, unlike a sign-in, takes so little time that the user need not know.
      onWait: () =>
        onWaitIf(
          async () =>
            cache !== undefined && await isHeld(cache.lockPath(signInKey)),
          waiting,
        ),
    },
    { failures: SIGN_IN_FAILURE, find: findNewToken },
  );
  return await finish();
}

/** As `onWait()`, but only if a condition holds; returns a function for the end of the wait. */
function onWaitIf(
  condition: () => Promise<boolean>,
  { onWait }: Waiting,
): () => void {
  let isOver = false;
  let end: ReturnType<Waiting["onWait"]>;
  condition().then((holds) => {
    if (holds && !isOver) end = onWait();
  });
  return () => {
    isOver = true;
    end?.();
  };
}

/** Whether an error means that the user must sign in, and can do so now. */
async function mustSignIn(
  { kind }: SignInToken,
  error: unknown,
  { signIn }: TokenContext,
): Promise<boolean> {
  return kind === "sso" && signIn !== undefined && error instanceof Error &&
    needsSignIn(error) && await signIn.isPossible();
}

/**
 * Runs a task; if the task fails because of the token, signs in and runs the task again.
 *
 * @param underLock runs the sign-in under a lock that shows waiting processes the sign-in
 */
async function signInIfNeeded<T>(
  path: string,
  token: SignInToken,
  context: TokenContext,
  task: () => Promise<T>,
  underLock: (signIn: () => Promise<string>) => Promise<string>,
): Promise<T> {
  try {
    return await task();
  } catch (error) {
    if (!await mustSignIn(token, error, context)) throw error;
    const text = await underLock(context.signIn!.start);
    context.secrets.push(...parseTokenFacts(text).secrets);
    try {
      await write(path, text, context.now());
    } catch (error) {
      throw new SignInError(`cannot write ${path}: ${reasonOf(error)}`, {
        hint: "make the file writable, and run the command again",
        cause: error,
      });
    }
    return await task();
  }
}

/**
 * Finds credentials, and saves the token as soon as the SDK has refreshed the token. If the
 * SDK fails and the file has another token now, tries again: another program, which does
 * not know our lock, can refresh the token at the same time.
 */
async function findAndSave<T>(
  path: string,
  { kind }: SignInToken,
  { now: clock, reporter, secrets }: TokenContext,
  find: (access: TokenAccess) => Promise<T>,
): Promise<T> {
  let saving: Promise<void> | undefined;
  const tryFind = async (text: string) => {
    const { region = "", secrets: found } = parseTokenFacts(text);
    secrets.push(...found);
    return await find({
      path,
      hosts: kind === "login" && /^[\w-]+$/.test(region)
        ? regionalHosts("signin", region)
        : [],
      onRefresh: (text) => {
        secrets.push(...parseTokenFacts(text).secrets);
        const refreshed = formatToken(kind, text);
        if (refreshed !== undefined) {
          saving = save(path, refreshed, reporter, clock());
        }
      },
    });
  };
  const before = await readToken(path);
  try {
    return await tryFind(before);
  } catch (error) {
    const now = await readToken(path);
    if (saving !== undefined || now === before) throw error;
    return await tryFind(now);
  } finally {
    await saving;
  }
}

/**
 * Reads the text of a token's file; the text is empty if there is no file.
 *
 * @throws {Error} If the file cannot be read
 */
async function readToken(path: string): Promise<string> {
  try {
    return await readTextIfPresent(path) ?? "";
  } catch (error) {
    throw new Error(
      `cannot read the stored sign-in ${path}: ${reasonOf(error)}`,
      { cause: error },
    );
  }
}

/** Saves a refreshed token. */
async function save(
  path: string,
  text: string,
  reporter: Reporter,
  now: number,
): Promise<void> {
  try {
    await write(path, text, now);
  } catch (error) {
    reporter.warn(
      `Cannot save the refreshed sign-in in ${path}: ${reasonOf(error)}`,
    );
  }
}

/** Writes a token to a private file, which belongs to the owner of the old file. */
async function write(path: string, text: string, now: number): Promise<void> {
  const bytes = new TextEncoder().encode(text);
  await replacePrivate(path, bytes, { keepsOwner: true });
  await removeTemporaries(dirname(path), now).catch(() => {});
}
