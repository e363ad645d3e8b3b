import type { Credentials } from "./aws/credentials.ts";
import type { CredentialContext } from "./credentials/get_credentials.ts";
import type { LoopGuard } from "./credentials/loop_guard.ts";
import type { Prompter } from "./credentials/mfa/code.ts";
import type { AssumeRoleOptions } from "./api_options.ts";
import type { RunPlan } from "./plan/plan.ts";
import type { Input } from "./host.ts";
import type { LateWork } from "./system/late_work.ts";

/** Credentials in the form of the AWS SDK for JavaScript. */
export interface AwsCredentialIdentity {
  /** The access key ID. */
  readonly accessKeyId: string;
  /** The secret access key. */
  readonly secretAccessKey: string;
  /** The session token. */
  readonly sessionToken: string;
  /** The time of expiry, by this machine's clock. */
  readonly expiration: Date;
}

/** A function for the option `credentials` of a client of the AWS SDK for JavaScript. */
export type CredentialProvider = () => Promise<AwsCredentialIdentity>;

/**
 * Gets temporary credentials of a role by the rules of the command line: with the
 * same configuration and cache, and with an MFA code if the role needs one.
 *
 * The function never prompts on the terminal: an MFA code comes from the option `mfaCode`
 * or from the user's `mfa_command`. A `credential_process` of the user can run, too; such
 * programs get no terminal, and their messages are written to stderr. The AWS SDK is loaded
 * only if the cache has no fresh session. The SDK runs in this process, with all permissions
 * of the program that imports the library.
 *
 * ```ts
 * import { assumeRole } from "@x/assume-role";
 *
 * async function deploy() {
 *   const credentials = await assumeRole({ role: "admin", noInput: true });
 *   const { accessKeyId, secretAccessKey, sessionToken } = credentials;
 *   return await new Deno.Command("./deploy.sh", {
 *     env: {
 *       AWS_ACCESS_KEY_ID: accessKeyId,
 *       AWS_SECRET_ACCESS_KEY: secretAccessKey,
 *       AWS_SESSION_TOKEN: sessionToken,
 *     },
 *   }).output();
 * }
 * ```
 *
 * @throws {UsageError} If an option is invalid, no role is given, or a variable
 * that affects the credentials is not valid UTF-8
 * @throws {ConfigError} If `assume-role.yaml`, a file of the AWS CLI or the directory in
 * `ASSUME_ROLE_CACHE_DIR` cannot be used
 * @throws {MfaError} If AWS requires an MFA code and there is none, or AWS rejected the
 * code
 * @throws {AwsError} If there are no base credentials, or AWS denied the request or could
 * not be reached
 */
export async function assumeRole(
  options: AssumeRoleOptions = {},
): Promise<Credentials> {
  return (await obtain(options)).credentials;
}

/**
 * Creates a credential provider for clients of the AWS SDK for JavaScript, version
 * 3. The provider calls {@linkcode assumeRole} when a client first needs
 * credentials, and again before they expire. Any number of clients can share one
 * provider.
 *
 * ```ts
 * import { STSClient } from "@aws-sdk/client-sts";
 * import { credentialProvider } from "@x/assume-role";
 *
 * const sts = new STSClient({
 *   region: "eu-west-1",
 *   credentials: credentialProvider({
 *     role: "admin",
 *     mfaCode: ({ serial }) => prompt(`Code of ${serial}:`) ?? undefined,
 *   }),
 * });
 * sts.destroy();
 * ```
 */
export function credentialProvider(
  options: AssumeRoleOptions = {},
): CredentialProvider {
  let last: Obtained | undefined;
  let obtaining: Promise<Obtained> | undefined;
  const refresh = async () => {
    // Apply `forceRefresh` until a call has succeeded; later calls may use the cache.
    const { forceRefresh, ...later } = options;
    return last = await obtain(
      last === undefined && forceRefresh ? { ...later, forceRefresh } : later,
    );
  };
  return async () => {
    const { freshFor, timeLeft } = await import(
      "./aws/credentials.ts"
    );
    const known = last;
    if (known !== undefined) {
      const { credentials, refreshBeforeExpiry } = known;
      if (freshFor(credentials, refreshBeforeExpiry, Date.now()) > 0) {
        return toIdentity(credentials);
      }
    }
    obtaining ??= refresh().finally(() => obtaining = undefined);
    try {
      return toIdentity((await obtaining).credentials);
    } catch (error) {
      // If the refresh fails, return the old credentials until they expire.
      if (known === undefined || timeLeft(known.credentials, Date.now()) <= 0) {
        throw error;
      }
      return toIdentity(known.credentials);
    }
  };
}

/** Credentials, and how many seconds before the expiry the credentials are refreshed. */
interface Obtained extends Pick<RunPlan, "refreshBeforeExpiry"> {
  readonly credentials: Credentials;
}

async function obtain(given: AssumeRoleOptions): Promise<Obtained> {
  // Import the other modules only here, so that a program imports this module quickly.
  const [{ parseOptions }, session, { LateWork }, { LoopGuard }] = await Promise
    .all([
      import("./api_options.ts"),
      import("./session.ts"),
      import("./system/late_work.ts"),
      import("./credentials/loop_guard.ts"),
    ]);
  const input = await readInput(given);
  const late = new LateWork();
  try {
    const settings = await session.loadSettings(parseOptions(given), input);
    const { plan, credentials } = await session.getSession(
      await session.loadPlanInput(settings, input),
      await createContext(given, input, late, LoopGuard.fromEnv(input.env)),
    );
    return { credentials, refreshBeforeExpiry: plan.refreshBeforeExpiry };
  } finally {
    await late.finish();
  }
}

async function createContext(
  given: AssumeRoleOptions,
  { env }: Input,
  late: LateWork,
  loops: LoopGuard,
): Promise<CredentialContext> {
  const now = Date.now;
  return {
    env,
    now,
    loops,
    loadSdk: async () => {
      const { loadSdk } = await import("./api_sdk.ts");
      return await loadSdk(given, now, () => Deno.env.toObject());
    },
    prompter: await createPrompter(given, env),
    reporter: {
      warn: (message) => given.onWarning?.(message),
      explain: () => {},
    },
    later: (work) => late.add(work),
  };
}

/**
 * Converts credentials to the SDK's form. The expiry is converted from AWS's clock to
 * this machine's clock, with which the SDK compares the expiry.
 */
function toIdentity(credentials: Credentials): AwsCredentialIdentity {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  const expiration = new Date(credentials.expiration - credentials.clockOffset);
  return { accessKeyId, secretAccessKey, sessionToken, expiration };
}

async function readInput({ env: given }: AssumeRoleOptions): Promise<Input> {
  const [{ findHome, createFindUnreadable }, { refuseUnreadable }] =
    await Promise.all([
      import("./system/environment.ts"),
      import("./settings/names.ts"),
    ]);
  const env = given ?? Deno.env.toObject();
  const isWindows = Deno.build.os === "windows";
  const findUnreadable = given === undefined
    ? createFindUnreadable(Deno.env.get)
    : () => [];
  refuseUnreadable({ findUnreadable, isWindows });
  return {
    args: [],
    env,
    findUnreadable,
    cwd: Deno.cwd,
    now: Date.now,
    home: await findHome(env, isWindows),
    isWindows,
  };
}

/** Creates a prompter that uses `mfaCode` and `mfa_command`, never the terminal or stdin. */
async function createPrompter(
  { mfaCode, noInput }: AssumeRoleOptions,
  env: Readonly<Record<string, string>>,
): Promise<Prompter> {
  const { createRunProgram } = await import("./credentials/mfa/prompt.ts");
  return {
    ...(mfaCode !== undefined && !noInput && { byProgram: mfaCode }),
    onTerminal: () =>
      Promise.resolve({
        kind: "no terminal",
        reason: "the program supplies no code",
      }),
    runProgram: createRunProgram(env, async () => ({
      leavesSignals: true,
      showText: (await import("./system/print.ts")).printError,
    }), {}),
  };
}
