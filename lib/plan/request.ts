// Pure: no I/O.
import { dirname } from "../system/dirname.ts";
import { from } from "../system/path.ts";
import type { SessionRequest } from "../aws/sts_types.ts";
import { ConfigError, InvalidValueError, UsageError } from "../errors.ts";
import {
  checkPolicyArns,
  mergeTags,
  parsePolicy,
} from "../settings/session_parsers.ts";
import type { RoleRequest, Source } from "./plan.ts";
import type { SettingResolver } from "./setting_resolver.ts";

/** AssumeRole's own default for DurationSeconds. */
export const DEFAULT_DURATION = 3600;
const DEFAULT: Source = { kind: "default" };

/** Reads the text of a file; rejects with the reason where it cannot. */
export type ReadText = (path: string) => Promise<string>;

/**
 * Decides what is asked for with the role.
 *
 * @param sessionNames what names the session where we do not
 * @throws {UsageError} where AWS would not take it
 * @throws {ConfigError} where a policy's file cannot be used
 */
export async function resolveRequest(
  roleArn: string,
  resolver: SettingResolver,
  readText: ReadText,
  ...sessionNames: readonly (readonly [string | undefined, Source])[]
): Promise<RoleRequest> {
  const roleSessionName = resolver.resolve("roleSessionName", ...sessionNames);
  const externalId = resolver.resolve("externalId");
  const sourceIdentity = resolver.resolve("sourceIdentity");
  const policy = await resolvePolicy(resolver, readText);
  const policyArns = checked(
    "policyArns",
    resolver,
    (arns) => checkPolicyArns(arns),
  );
  return {
    roleArn,
    durationSeconds: resolver.resolve("duration", [DEFAULT_DURATION, DEFAULT])!,
    ...(roleSessionName !== undefined && { roleSessionName }),
    ...(externalId !== undefined && { externalId }),
    ...(sourceIdentity !== undefined && { sourceIdentity }),
    ...resolveTags(resolver),
    ...(policy !== undefined && { policy }),
    ...(policyArns !== undefined && { policyArns }),
  };
}

function resolveTags(
  resolver: SettingResolver,
): Pick<SessionRequest, "tags" | "transitiveTagKeys"> {
  const tags = checked("tags", resolver, mergeTags);
  const transitiveTagKeys = resolver.resolve("transitiveTags");
  const missing = transitiveTagKeys?.find((key) => tags?.[key] === undefined);
  if (missing !== undefined) {
    throw new UsageError(
      `Cannot pass on the tag '${missing}': the session has no tag of that name`,
      { hint: `give it with '--tag ${missing}=VALUE', or under 'tags'` },
    );
  }
  return {
    ...(tags !== undefined && { tags }),
    ...(transitiveTagKeys !== undefined && { transitiveTagKeys }),
  };
}

async function resolvePolicy(
  resolver: SettingResolver,
  readText: ReadText,
): Promise<string | undefined> {
  const policy = resolver.resolve("policy");
  if (policy === undefined) return undefined;
  if ("json" in policy) return policy.json;
  const source = resolver.sources.policy;
  const path = source?.kind === "file"
    ? from(dirname(source.path), policy.file)
    : policy.file;
  try {
    return parsePolicy(await readText(path));
  } catch (error) {
    const { message } = error as Error;
    throw new ConfigError(`Cannot use the policy ${path}: ${message}`, {
      hint: "a policy is JSON, or the name of a file with it",
      cause: error,
    });
  }
}

/** A check of values that come from several places: together they may be wrong. */
function checked<K extends "tags" | "policyArns", T>(
  name: K,
  resolver: SettingResolver,
  check: (values: NonNullable<ReturnType<typeof resolver.resolve<K>>>) => T,
): T | undefined {
  const values = resolver.resolve(name);
  if (values === undefined) return undefined;
  try {
    return check(values);
  } catch (error) {
    if (!(error instanceof InvalidValueError)) throw error;
    const what = name === "tags" ? "the tags" : "the managed policies";
    throw new UsageError(`Cannot use ${what}: ${error.message}`);
  }
}
