import {
  type CallerIdentity,
  callerName,
  identityOf,
  isIamUser,
  toSessionName,
} from "../aws/arn.ts";
import type { AwsClient } from "../aws/sts_types.ts";
import { isDeniedSetting } from "../aws/errors/translate.ts";
import { AwsError } from "../errors.ts";
import type { ChainStart } from "../plan/plan.ts";
import { sha256 } from "../settings/sha256.ts";
import type { StoredCaller } from "../cache/entry_types.ts";
import type { CacheDirectory } from "../cache/cache_directory.ts";

/** Computes the cache key of a caller. */
export function callerKey(
  accessKeyId: string,
  { endpoints }: Pick<ChainStart, "endpoints">,
): Promise<string> {
  // Include the endpoint: another STS endpoint may know another caller by this access key.
  return sha256([accessKeyId, endpoints.sts ?? null]);
}

/**
 * The AWS identity that signs requests, such as an IAM user. Its ARN is requested from
 * STS only when needed.
 */
export class Caller {
  readonly #client: AwsClient;
  readonly #cache: CacheDirectory | undefined;
  readonly #key: string;
  #stored: StoredCaller | undefined;
  #identity: CallerIdentity | undefined;

  private constructor(
    client: AwsClient,
    cache: CacheDirectory | undefined,
    key: string,
    identity: CallerIdentity | undefined,
  ) {
    this.#client = client;
    this.#cache = cache;
    this.#key = key;
    this.#identity = identity;
  }

  /** Creates the caller for an access key. Loads the caller's identity if it is cached. */
  static async load(
    accessKeyId: string,
    plan: ChainStart,
    client: AwsClient,
    cache: CacheDirectory | undefined,
  ): Promise<Caller> {
    const key = await callerKey(accessKeyId, plan);
    const stored = cache?.loadCaller(key);
    const caller = new Caller(client, cache, key, stored);
    caller.#stored = stored;
    return caller;
  }

  /** Creates the caller for a session of a role; such a caller is never cached. */
  static fromSession(assumedRoleArn: string, client: AwsClient): Caller {
    return new Caller(client, undefined, "", identityOf(assumedRoleArn));
  }

  /** The serial number or the ARN of the MFA device that the caller used last. */
  get mfaSerial(): string | undefined {
    return this.#stored?.mfaSerial;
  }

  /** Whether the caller assumed a role with an MFA code in an earlier run. */
  neededMfa(roleArn: string): boolean {
    return this.#stored?.mfaRoles.includes(roleArn) ?? false;
  }

  /** The user name in the caller's ARN; `undefined` if unknown. Makes no request. */
  get knownName(): string | undefined {
    return this.#identity && callerName(this.#identity);
  }

  async identity(): Promise<CallerIdentity> {
    return this.#identity ??= await this.#client.getCallerIdentity();
  }

  /**
   * Requests the identity from STS even if the identity is cached, to check that the
   * access key still works.
   */
  async confirmIdentity(): Promise<CallerIdentity> {
    return this.#identity = await this.#client.getCallerIdentity();
  }

  async sessionName(): Promise<string> {
    const name = callerName(await this.identity()) ??
      await this.#client.getUserName();
    return toSessionName(name);
  }

  /**
   * Whether AWS may accept a denied request if it is repeated with an MFA code. Only IAM
   * users have MFA devices.
   */
  async mayNeedMfa(error: unknown): Promise<boolean> {
    return error instanceof AwsError && error.code === "AccessDenied" &&
      !isDeniedSetting(error) && isIamUser(await this.identity());
  }

  /**
   * Saves the caller in the cache, unless the identity is unknown or the cache entry would
   * stay the same.
   *
   * @param mfa The MFA device that was used, and the role that was assumed with its code
   */
  async save(
    mfa?: { readonly serial: string; readonly roleArn: string },
  ): Promise<void> {
    if (this.#identity === undefined) return;
    const { arn, accountId } = this.#identity;
    const before = this.#stored;
    const mfaRoles = new Set(before?.mfaRoles);
    if (mfa !== undefined) mfaRoles.add(mfa.roleArn);
    const mfaSerial = mfa?.serial ?? before?.mfaSerial;
    const isKnown = mfaSerial === before?.mfaSerial &&
      mfaRoles.size === before?.mfaRoles.length;
    if (isKnown) return;
    this.#stored = {
      arn,
      accountId,
      mfaRoles: [...mfaRoles],
      ...(mfaSerial && { mfaSerial }),
    };
    // Ignore a failure to save the caller: the next run only needs to request the identity
    // again. Saving the session then fails for the same reason, and assume-role reports that.
    await this.#cache?.saveCaller(this.#key, this.#stored).catch(() => {});
  }
}
