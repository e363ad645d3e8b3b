import { MFA_SESSION } from "../aws/credentials.ts";
import type { CacheDirectory } from "../cache/cache_directory.ts";
import { mfaSessionKey } from "../plan/cache_key.ts";
import type { Base, RolePlan } from "../plan/plan.ts";
import { findBaseCredentials } from "./base_credentials.ts";
import { connectAws } from "./connect_aws.ts";
import type { CredentialContext } from "./get_credentials.ts";

/**
 * Copies the plan of a role that is assumed from an MFA session, with the credentials that
 * the base profile's `credential_process` prints. If the credentials are temporary, the copy
 * has no MFA session. If an MFA session is cached, the program does not run, and the plan is
 * returned unchanged.
 *
 * @throws {AwsError} If the program supplies no credentials.
 */
export async function findMfaSource(
  plan: RolePlan,
  base: Base & { readonly kind: "mfa-session" },
  context: CredentialContext & { readonly cache: CacheDirectory | undefined },
): Promise<RolePlan> {
  const source = base.source.kind === "static"
    ? base.source
    : await findKeys(plan, base.source, context);
  if (source === undefined) return plan;
  return source.credentials.sessionToken === undefined
    ? { ...plan, base: { ...base, source } }
    : { ...plan, base: source };
}

async function findKeys(
  plan: RolePlan,
  source: Base,
  context: CredentialContext & { readonly cache: CacheDirectory | undefined },
): Promise<Base & { readonly kind: "static" } | undefined> {
  const { cache, now, loadSdk, env } = context;
  const policy = { ...plan, roleArn: MFA_SESSION };
  const key = await mfaSessionKey(plan);
  if (cache?.loadFresh(key, policy, now()) !== undefined) return undefined;
  const aws = await connectAws(plan.endpoints, await loadSdk(), env);
  const { expiration: _, ...credentials } = await findBaseCredentials(
    plan,
    aws,
    context,
  );
  return { ...source, kind: "static", credentials };
}
