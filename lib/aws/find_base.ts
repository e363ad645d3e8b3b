import { NO_AWS_ANSWER, UNREADABLE_ANSWER } from "./errors/match.ts";
import { createRequestHandler, type HandlerSettings } from "./http_handler.ts";
import { limitTime } from "./limit_time.ts";
import { getMachineCredentials } from "./machine_credentials.ts";
import { TIMEOUTS } from "./retry.ts";
import { createRetryStrategy } from "./retry_strategy.ts";
import type {
  BasePermissions,
  FoundCredentials,
  MachineSource,
} from "./sdk_interface.ts";
import { sdkProfileName } from "./sdk_names.ts";
import { supplyFiles } from "./supply_files.ts";

/** A logger that discards the SDK's messages, because the SDK also throws its errors. */
export const SILENT_LOGGER = { debug() {}, info() {}, warn() {}, error() {} };

/** The input of {@linkcode findBase}. */
export interface FindBaseInput extends Pick<HandlerSettings, "fetch" | "now"> {
  readonly profile?: string;
  readonly source?: MachineSource;
  readonly region: string;
  readonly useFips: boolean;
  readonly useDualstack: boolean;
  /** A copy of `process.env`. */
  readonly env: Readonly<Record<string, string>>;
  readonly permissions: Pick<BasePermissions, "sections" | "variables">;
  /**
   * Whether other code in this process may use the SDK too. If so, the SDK reads AWS's
   * files itself, and `compareSdkReading()` checks the SDK's result. Otherwise
   * the SDK gets `permissions.sections` instead of the files.
   */
  readonly isShared: boolean;
}

/**
 * Gets base credentials from the AWS SDK: those of the profile's sign-in or, if `source` is
 * set, those of the container or the EC2 instance. The SDK also reads the variables of this
 * process.
 *
 * @throws {ConfigError} If the SDK and our parser read different identity keys from AWS's
 * two files.
 */
export async function findBase(
  {
    profile,
    source,
    region,
    useFips,
    useDualstack,
    env,
    permissions,
    isShared,
    ...handler
  }: FindBaseInput,
): Promise<FoundCredentials> {
  const variables = { ...env, ...permissions.variables };
  const { AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE } = variables;
  const paths = {
    ...(AWS_CONFIG_FILE && { configFilepath: AWS_CONFIG_FILE }),
    ...(AWS_SHARED_CREDENTIALS_FILE &&
      { filepath: AWS_SHARED_CREDENTIALS_FILE }),
  };
  if (isShared) {
    const { compareSdkReading, compareMetadataEndpoint } = await import(
      "./compare_sdk_reading.ts"
    );
    await compareSdkReading(permissions.sections, paths);
    if (source === "Ec2InstanceMetadata") {
      await compareMetadataEndpoint(permissions.variables, env, paths);
    }
  } else await supplyFiles(permissions.sections, variables);
  let failure: Error | undefined;
  const requestHandler = createRequestHandler({
    ...handler,
    onResponse: (response) => failure = findForeignAnswer(response),
    onNoAnswer: (error) => failure = error,
  });
  const init = {
    ...paths,
    parentClientConfig: { region, requestHandler },
    // The client of IAM Identity Center ignores `parentClientConfig`.
    clientConfig: {
      requestHandler,
      retryStrategy: createRetryStrategy({ random: Math.random, ...handler }),
      useFipsEndpoint: useFips,
      useDualstackEndpoint: useDualstack,
    },
    logger: SILENT_LOGGER,
    ...(profile !== undefined &&
      { profile: isShared ? profile : sdkProfileName(profile) }),
  };
  const find = async () => {
    if (source !== undefined) {
      return await getMachineCredentials(source, init, variables);
    }
    const { fromIni } = await import("@aws-sdk/credential-provider-ini");
    return await fromIni(init)();
  };
  const found = await limitTime(find(), TIMEOUTS.callMs).catch((error) => {
    // The SDK's error may say only that the token has expired, even if AWS did not answer.
    throw failure ?? error;
  });
  checkFound({ ...found });
  const { accessKeyId, secretAccessKey, sessionToken, expiration } = found;
  return {
    accessKeyId,
    secretAccessKey,
    ...(sessionToken !== undefined && { sessionToken }),
    ...(expiration !== undefined && { expiration: expiration.getTime() }),
  };
}

/** Returns the error for an answer that is not from AWS, but for example from a proxy. */
function findForeignAnswer({ status, headers }: Response): Error | undefined {
  const isJson = /\bjson\b/.test(headers.get("content-type") ?? "");
  if (isJson || headers.has("x-amzn-requestid")) return undefined;
  const name = status === 200 ? UNREADABLE_ANSWER : NO_AWS_ANSWER;
  return Object.assign(new Error(String(status)), { name });
}

/** Checks the types of credentials: the SDK does not check each value in cached files. */
function checkFound(
  { accessKeyId, secretAccessKey, sessionToken, expiration }: Record<
    string,
    unknown
  >,
): void {
  const isText = [accessKeyId, secretAccessKey, sessionToken ?? ""]
    .every((value) => typeof value === "string");
  if (!isText) {
    throw new Error("invalid credentials");
  }
  if (expiration instanceof Date && Number.isNaN(expiration.getTime())) {
    throw new Error("invalid time of expiry");
  }
}
