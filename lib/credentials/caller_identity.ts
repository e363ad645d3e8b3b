import {
  type CallerIdentity,
  callerName,
  identityOf,
  isIamUser,
  toSessionName,
} from "../aws/arn.ts";
import type { AwsClient } from "../aws/client.ts";
import { isDeniedSetting } from "../aws/errors/translate.ts";
import { AwsError } from "../errors.ts";
import type { ChainStart } from "../plan/plan.ts";
import { sha256 } from "../settings/sha256.ts";
import type { StoredCaller } from "../cache/entry.ts";
import type { CacheDirectory } from "../cache/directory.ts";

/** The name that a caller is remembered by. */
export function callerKey(
  accessKeyId: string,
  { endpoints }: Pick<ChainStart, "endpoints">,
): Promise<string> {
  // Whatever supplied it, an access key belongs to one caller of one AWS.
  return sha256([accessKeyId, endpoints.sts ?? null]);
}

/** The caller, asked for only when it matters who it is. */
export class Caller {
  readonly #client: AwsClient;
  readonly #cache: CacheDirectory | undefined;
  readonly #key: string;
  #memory: StoredCaller | undefined;
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

  /** The caller that an access key stands for, and what is remembered of it. */
  static async of(
    accessKeyId: string,
    plan: ChainStart,
    client: AwsClient,
    cache: CacheDirectory | undefined,
  ): Promise<Caller> {
    const key = await callerKey(accessKeyId, plan);
    const memory = cache?.loadCaller(key);
    const caller = new Caller(client, cache, key, memory);
    caller.#memory = memory;
    return caller;
  }

  /** A session of a role, of which nothing needs to be remembered. */
  static ofSession(assumedRoleArn: string, client: AwsClient): Caller {
    return new Caller(client, undefined, "", identityOf(assumedRoleArn));
  }

  /** The device that was used last, where one is remembered. */
  get mfaSerial(): string | undefined {
    return this.#memory?.mfaSerial;
  }

  /** Whether a role wanted MFA the last time. */
  wantedMfa(roleArn: string): boolean {
    return this.#memory?.mfaRoles.includes(roleArn) ?? false;
  }

  async identity(): Promise<CallerIdentity> {
    return this.#identity ??= await this.#client.getCallerIdentity();
  }

  /** Asks who it is even where that is remembered: the keys may work no more. */
  async confirmIdentity(): Promise<CallerIdentity> {
    return this.#identity = await this.#client.getCallerIdentity();
  }

  async sessionName(): Promise<string> {
    const name = callerName(await this.identity()) ??
      await this.#client.getUserName();
    return toSessionName(name);
  }

  /** Whether a denial may be for lack of MFA: only IAM users have devices. */
  async mayNeedMfa(error: unknown): Promise<boolean> {
    return error instanceof AwsError && error.code === "AccessDenied" &&
      !isDeniedSetting(error) && isIamUser(await this.identity());
  }

  /** Remembers the caller, and the device that a role wanted, for the next time. */
  async remember(
    mfa?: { readonly serial: string; readonly roleArn: string },
  ): Promise<void> {
    if (this.#identity === undefined) return;
    const { arn, accountId } = this.#identity;
    const before = this.#memory;
    const mfaRoles = new Set(before?.mfaRoles);
    if (mfa !== undefined) mfaRoles.add(mfa.roleArn);
    const mfaSerial = mfa?.serial ?? before?.mfaSerial;
    const isKnown = mfaSerial === before?.mfaSerial &&
      mfaRoles.size === before?.mfaRoles.length;
    if (isKnown) return;
    this.#memory = {
      arn,
      accountId,
      mfaRoles: [...mfaRoles],
      ...(mfaSerial && { mfaSerial }),
    };
    // What cannot be remembered is asked again; the cache tells of the problem.
    await this.#cache?.saveCaller(this.#key, this.#memory).catch(() => {});
  }
}
