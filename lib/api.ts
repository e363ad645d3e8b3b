import type { Credentials } from "./aws/credentials.ts";
import type { CredentialContext } from "./credentials/get_credentials.ts";
import type { LoopGuard } from "./credentials/loop_guard.ts";
import type { Prompter } from "./credentials/mfa/code.ts";
import type { Sdk } from "./aws/sdk_interface.ts";
import { ConfigError } from "./errors.ts";
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

/** A value for `credentials` of a client of the AWS SDK for JavaScript. */
export type CredentialProvider = () => Promise<AwsCredentialIdentity>;

/**
 * Gets temporary credentials of a role by the rules of the command line: with the
 * same configuration and cache, and with an MFA code if the role needs one.
 *
 * The function never prompts on the terminal: a code comes from `mfaCode` or from
 * the user's `mfa_command`. The AWS SDK is loaded only if the cache has no fresh
 * session, and runs in this process, with all permissions of the program.
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
 * that decides the role is not valid UTF-8
 * @throws {ConfigError} If a configuration file or a file of AWS cannot be used
 * @throws {MfaError} If a code is needed and missing, or AWS rejected the code
 * @throws {AwsError} If AWS denied the request or could not be reached
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
    // Only the first call forces a refresh; later calls use the cache.
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
      // Credentials stay usable until they expire, also if a refresh fails.
      if (known === undefined || timeLeft(known.credentials, Date.now()) <= 0) {
        throw error;
      }
      return toIdentity(known.credentials);
    }
  };
}

/** Credentials, and how many seconds before their expiry they are refreshed. */
interface Obtained extends Pick<RunPlan, "refreshBeforeExpiry"> {
  readonly credentials: Credentials;
}

async function obtain(given: AssumeRoleOptions): Promise<Obtained> {
  // Importing this module costs nothing: other modules are loaded here.
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
      createContext(given, input, late, LoopGuard.fromEnv(input.env)),
    );
    return { credentials, refreshBeforeExpiry: plan.refreshBeforeExpiry };
  } finally {
    await late.finish();
  }
}

function createContext(
  given: AssumeRoleOptions,
  { env }: Input,
  late: LateWork,
  loops: LoopGuard,
): CredentialContext {
  const now = Date.now;
  return {
    env,
    now,
    loops,
    loadSdk: () => loadSdk(given, now),
    prompter: createPrompter(given, env),
    reporter: {
      warn: (message) => given.onWarning?.(message),
      explain: () => {},
    },
    later: (work) => late.add(work),
  };
}

/** Converts credentials; the SDK compares the expiry with this machine's clock. */
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

/** Creates a prompter that asks the program, never the terminal or stdin. */
function createPrompter(
  { mfaCode, noInput }: AssumeRoleOptions,
  env: Readonly<Record<string, string>>,
): Prompter {
  return {
    ...(mfaCode !== undefined && !noInput && { byProgram: mfaCode }),
    onTerminal: () =>
      Promise.resolve({
        kind: "no terminal",
        reason: "the program supplies no code",
      }),
    byCommand: async (commandLine, variables) => {
      const { captureShell } = await import("./system/capture_shell.ts");
      return await captureShell(commandLine, { ...env, ...variables }, {
        leavesSignals: true,
      });
    },
  };
}

async function loadSdk(
  { env }: AssumeRoleOptions,
  now: () => number,
): Promise<Sdk> {
  const { inProcessSdk } = await import("./sandbox/in_process.ts");
  const sdk = inProcessSdk(now, false);
  return {
    ...sdk,
    findBase: async (query) => {
      if (env !== undefined) refuseOtherVariables(env);
      return await sdk.findBase(query);
    },
  };
}

/**
 * Refuses variables that differ from those of the process. The AWS SDK looks for base
 * credentials with the variables of the process, and could find another identity.
 */
function refuseOtherVariables(env: Readonly<Record<string, string>>): void {
  const own = Deno.env.toObject();
  const isHeeded = /^(?:AWS_.*|HOME|USERPROFILE|HOMEPATH|HOMEDRIVE)$/;
  const other = [...new Set([...Object.keys(own), ...Object.keys(env)])]
    .filter((name) => isHeeded.test(name) && own[name] !== env[name]);
  if (other.length === 0) return;
  throw new ConfigError(
    `Cannot find base credentials with variables that differ from the program's own: ${
      other.sort().join(", ")
    }`,
    {
      hint:
        "leave out 'env', or give it keys, or a profile that has keys or a role",
    },
  );
}
