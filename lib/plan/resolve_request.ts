// Pure: no I/O.
import { dirname } from "../system/dirname.ts";
import { from } from "../system/path.ts";
import type { SessionRequest } from "../aws/sts_types.ts";
import {
  ConfigError,
  InterruptedError,
  InvalidValueError,
  UsageError,
} from "../errors.ts";
import {
  checkPolicyArns,
  mergeTags,
  parsePolicy,
} from "../settings/session_parsers.ts";
import type { RoleRequest } from "./plan.ts";
import type { Source } from "./source.ts";
import type { Candidate, SettingResolver } from "./setting_resolver.ts";

/** Default of AssumeRole's DurationSeconds. */
export const DEFAULT_DURATION_SECONDS = 3600;
const DEFAULT: Source = { kind: "default" };

/**
 * Reads the text of a file; rejects with the reason if the file cannot be read.
 *
 * @param acceptsPipe whether the file may be a pipe; default: false
 */
export type ReadText = (path: string, acceptsPipe?: boolean) => Promise<string>;

/** A {@linkcode ReadText} for input without files. */
export function rejectReading(): Promise<never> {
  return Promise.reject(new Error("reading files is not allowed"));
}

/**
 * Resolves the parameters of AssumeRole.
 *
 * @param sessionNames candidates for the session name if the setting `roleSessionName`
 * has no value
 * @throws {UsageError} If AWS would reject the parameters.
 * @throws {ConfigError} If the file with the session policy cannot be used.
 */
export async function resolveRequest(
  roleArn: string,
  resolver: SettingResolver,
  readText: ReadText,
  ...sessionNames: readonly Candidate<string>[]
): Promise<RoleRequest> {
  const roleSessionName = resolver.resolve("roleSessionName", ...sessionNames);
  const externalId = resolver.resolve("externalId");
  const sourceIdentity = resolver.resolve("sourceIdentity");
  const policy = await resolvePolicy(resolver, readText);
  const policyArns = resolveChecked(
    "policyArns",
    resolver,
    (arns) => checkPolicyArns(arns),
  );
  return {
    roleArn,
    durationSeconds: resolver.resolve("duration", [
      DEFAULT_DURATION_SECONDS,
      DEFAULT,
    ])!,
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
  const tags = resolveChecked("tags", resolver, mergeTags);
  const transitiveTagKeys = new Set(resolver.resolve("transitiveTags"));
  const missing = transitiveTagKeys.keys().find((key) =>
    tags === undefined || !Object.hasOwn(tags, key)
  );
  if (missing !== undefined) {
    throw new UsageError(
      `Cannot pass on the tag '${missing}': the session has no tag of that name`,
      { hint: `add the tag with '--tag ${missing}=VALUE' or under 'tags'` },
    );
  }
  return {
    ...(tags !== undefined && { tags }),
    ...(transitiveTagKeys.size > 0 &&
      { transitiveTagKeys: [...transitiveTagKeys] }),
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
    return parsePolicy(await readText(path, true));
  } catch (error) {
    if (error instanceof InterruptedError) throw error;
    const { message } = error as Error;
    throw new ConfigError(`Cannot use the policy ${path}: ${message}`, {
      hint: "pass JSON, or the path of a file with JSON",
      cause: error,
    });
  }
}

/** Resolves a setting that is a list, and checks its values together. */
function resolveChecked<K extends "tags" | "policyArns", T>(
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
    const noun = name === "tags" ? "tags" : "managed policies";
    throw new UsageError(`Cannot use the ${noun}: ${error.message}`);
  }
}
