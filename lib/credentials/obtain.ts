import {
  type CallerIdentity,
  callerName,
  isIamUser,
  toSessionName,
} from "../aws/arn.ts";
import { type AwsClient, createAwsClient } from "../aws/client.ts";
import { isRejectedCode } from "../aws/errors.ts";
import { AwsError } from "../errors.ts";
import type { Plan } from "../plan/plan.ts";
import { digest } from "../settings/digest.ts";
import type { Reporter } from "../system/host.ts";
import { createFetch } from "../system/http.ts";
import { baseCredentials } from "./base.ts";
import type { Credentials } from "./credentials.ts";
import { type Asker, chooseDevice, totpDevices, withCode } from "./mfa.ts";
import type { CallerMemory, Store } from "./store.ts";

/** What obtaining credentials needs beside the plan. */
export interface ObtainContext {
  readonly asker: Asker;
  readonly now: () => number;
  readonly reporter: Reporter;
  /** Where callers are remembered; absent where nothing can be kept. */
  readonly store: Store | undefined;
}

/** Gets fresh credentials from STS. It does not know that there is a cache. */
export async function obtainCredentials(
  plan: Plan,
  context: ObtainContext,
): Promise<Credentials> {
  const { asker, now, reporter, store } = context;
  const { roleArn } = plan.request;
  const fetch = await createFetch(plan.endpoints.caBundle);
  const credentials = await baseCredentials(plan, asker, fetch, now);
  const client = createAwsClient({
    ...plan.endpoints,
    credentials,
    fetch,
    now,
  });
  // Whatever supplied it, an access key belongs to one caller of one AWS.
  const callerKey = await digest([
    credentials.accessKeyId,
    plan.endpoints.sts ?? null,
  ]);
  const remembered = await store?.loadCaller(callerKey);
  const caller = new Caller(client, store, callerKey, remembered);

  const roleSessionName = plan.request.roleSessionName ??
    await caller.sessionName();
  await caller.remember();
  const assume = async (mfa?: { serial: string; code: string }) => {
    reporter.explain(
      `asking STS for ${roleArn} as '${roleSessionName}'${
        mfa ? " with MFA" : ""
      }`,
    );
    return await client.assumeRole({
      ...plan.request,
      roleSessionName,
      ...(mfa && { mfa }),
    });
  };
  const assumeWithCode = (serial: string, why?: string) =>
    withCode(
      serial,
      plan.mfa,
      asker,
      isRejectedCode,
      (code) => assume({ serial, code }),
      why,
    );

  let serial = knownDevice(plan, remembered);
  let output;
  if (serial !== undefined) {
    output = await assumeWithCode(serial);
  } else {
    try {
      output = await assume();
    } catch (error) {
      if (!await caller.mayNeedMfa(error)) throw error;
      reporter.explain(
        "AWS denied it without MFA; looking for your MFA devices",
      );
      serial = remembered?.mfaSerial ??
        await findDevice(plan, client, await caller.identity(), asker, error);
      // It may be for other reasons: whoever is asked for a code should know.
      output = await assumeWithCode(
        serial,
        `AWS denies ${roleArn} without MFA. `,
      );
    }
  }

  await caller.remember(serial === undefined ? undefined : { serial, roleArn });
  return { ...output, roleArn, obtainedAt: now() };
}

/** The device that is known to be needed: named, or used for this role last time. */
function knownDevice(
  plan: Plan,
  memory: CallerMemory | undefined,
): string | undefined {
  if (plan.mfa.serial !== undefined) return plan.mfa.serial;
  const wanted = plan.mfa.token !== undefined ||
    memory?.mfaRoles.includes(plan.request.roleArn);
  return wanted ? memory?.mfaSerial : undefined;
}

async function findDevice(
  plan: Plan,
  client: AwsClient,
  user: CallerIdentity,
  asker: Asker,
  denial: unknown,
): Promise<string> {
  let serials: readonly string[];
  try {
    serials = await client.listMfaDevices(callerName(user)!);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw new AwsError(
      `${(denial as AwsError).message}, and your MFA devices cannot be listed`,
      {
        code: error.code,
        requestId: error.requestId,
        hint:
          "if the role wants MFA, name the device with '--mfa-serial', or get iam:ListMFADevices for yourself",
        cause: error,
      },
    );
  }
  if (serials.length === 0) throw denial;
  return await chooseDevice(totpDevices(serials), plan.mfa, asker);
}

/** The caller, asked for only when it matters who it is. */
class Caller {
  readonly #client: AwsClient;
  readonly #store: Store | undefined;
  readonly #key: string;
  #memory: CallerMemory | undefined;
  #identity: CallerIdentity | undefined;

  constructor(
    client: AwsClient,
    store: Store | undefined,
    key: string,
    memory: CallerMemory | undefined,
  ) {
    this.#client = client;
    this.#store = store;
    this.#key = key;
    this.#memory = memory;
    this.#identity = memory;
  }

  async identity(): Promise<CallerIdentity> {
    return this.#identity ??= await this.#client.getCallerIdentity();
  }

  async sessionName(): Promise<string> {
    const name = callerName(await this.identity()) ??
      await this.#client.getUserName();
    return toSessionName(name);
  }

  /** Whether a denial may be for lack of MFA: only IAM users have devices. */
  async mayNeedMfa(error: unknown): Promise<boolean> {
    return error instanceof AwsError && error.code === "AccessDenied" &&
      isIamUser(await this.identity());
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
    await this.#store?.saveCaller(this.#key, this.#memory).catch(() => {});
  }
}
