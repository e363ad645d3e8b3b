import { identityOf } from "../aws/arn.ts";
import { cacheDirectoryOf } from "../aws/paths.ts";
import { CacheDirectory } from "../cache/cache_directory.ts";
import type { Input } from "../host.ts";
import type { Identities } from "../output/identity.ts";
import { sessionFingerprint } from "../plan/own_session.ts";
import { tryParseRoleArn } from "../plan/own_role.ts";
import { SESSION_VARIABLE } from "../settings/names.ts";

/**
 * Finds the session of a role in the variables of this process, without a call: after
 * `use-role`, after a shell evaluated printed credentials, or inside a command that
 * assume-role runs.
 *
 * @returns `undefined` if there is no such session, or if the user has set other keys since:
 * long-term keys, or keys that are of no cached session of the role
 */
export async function findShellSession(
  { env, home }: Pick<Input, "env" | "home">,
): Promise<Identities["shell"]> {
  const key = env[SESSION_VARIABLE];
  const cache = CacheDirectory.at(cacheDirectoryOf(env, home));
  const session = await sessionFingerprint(env);
  if (session === undefined && !isServed(env)) return undefined;
  // A command does not get ASSUME_ROLE_SESSION.
  const origins = key
    ? [cache?.loadOrigin(key) ?? []].flat()
    : session && cache?.loadOrigins(env.ASSUME_ROLE_ARN ?? "") || [];
  const isKnown = origins.some(({ sessions }) =>
    sessions.includes(session ?? "")
  );
  if (origins.length > 0 && !isKnown) return undefined;
  // A profile can yield a session of a role whose ARN is not known.
  const arn = tryParseRoleArn(env.ASSUME_ROLE_ARN ?? "") ??
    (key ? cache?.loadCredentials(key)?.assumedRoleArn : undefined);
  if (!arn?.startsWith("arn:")) return undefined;
  const expiration = Date.parse(env.AWS_CREDENTIAL_EXPIRATION ?? "");
  return {
    identity: identityOf(arn),
    ...(!Number.isNaN(expiration) && { expiration }),
  };
}

/** Whether assume-role serves the credentials, with `--server`. Keys in variables come first. */
function isServed(env: Input["env"]): boolean {
  return !env.AWS_ACCESS_KEY_ID && !!env.ASSUME_ROLE_ARN &&
    !!env.AWS_CONTAINER_CREDENTIALS_FULL_URI;
}
