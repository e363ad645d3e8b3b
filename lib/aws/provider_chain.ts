import { join } from "node:path";
import { fetchWhole, noAnswer } from "./fetch.ts";
import { createRequestHandler, type HandlerSettings } from "./http_handler.ts";
import type { BasePermissions, FoundCredentials } from "./sdk_interface.ts";
import { sdkProfileName } from "./sdk_names.ts";
import type { SdkSections } from "./sections_for_sdk.ts";

/** The timeout of the call that finds out why a container endpoint failed. */
const PROBE_TIMEOUT_MS = 2000;

/** A logger that discards the SDK's messages, because the SDK also throws its errors. */
const SILENT_LOGGER = { debug() {}, info() {}, warn() {}, error() {} };

/** The input of {@linkcode findBaseCredentials}. */
export interface FindBaseInput extends HandlerSettings {
  readonly profile?: string;
  readonly usesChain: boolean;
  readonly region: string;
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
 * Finds the credentials of a profile or, if `usesChain` is true, of the AWS SDK's default
 * credential chain. The SDK also reads the variables of this process.
 *
 * @throws {ConfigError} If the SDK and our parser read different identity keys from AWS's
 * two files.
 */
export async function findBaseCredentials(
  {
    profile,
    usesChain,
    region,
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
    const { compareSdkReading } = await import("./compare_sdk_reading.ts");
    await compareSdkReading(permissions.sections, paths);
  } else await supplyFiles(permissions.sections, variables);
  const requestHandler = createRequestHandler(handler);
  const init = {
    ...paths,
    parentClientConfig: { region, requestHandler },
    // The client of IAM Identity Center ignores `parentClientConfig`.
    clientConfig: { requestHandler },
    logger: SILENT_LOGGER,
    // If `profile` is set, the SDK's default chain ignores access keys in the environment.
    ...(profile !== undefined &&
      { profile: isShared ? profile : sdkProfileName(profile) }),
  };
  const provider = usesChain
    ? (await import("@aws-sdk/credential-provider-node")).defaultProvider(init)
    : (await import("@aws-sdk/credential-provider-ini")).fromIni(init);
  const found = await provider()
    .catch((error: unknown) => throwCause(error, variables));
  checkFound({ ...found });
  const { accessKeyId, secretAccessKey, sessionToken, expiration } = found;
  return {
    accessKeyId,
    secretAccessKey,
    ...(sessionToken !== undefined && { sessionToken }),
    ...(expiration !== undefined && { expiration: expiration.getTime() }),
  };
}

/**
 * Throws the cause of an error. If a container endpoint fails, the SDK's error lacks the
 * cause. In this case, this function calls the endpoint once more to find the cause.
 */
async function throwCause(
  error: unknown,
  env: FindBaseInput["env"],
): Promise<never> {
  const url = containerUrl(env);
  const isHidden = error instanceof Error && url !== undefined &&
    /^Protocol "https:" not supported|load credentials from any providers|^Invalid response received from instance metadata/
      .test(error.message);
  if (!isHidden) throw error;
  const reason = await fetchWhole(fetch, new Request(url), PROBE_TIMEOUT_MS)
    .then(({ ok, status }) =>
      ok ? "the answer has no credentials" : `HTTP status ${status}`
    )
    .catch((error) => noAnswer(error).message);
  throw new Error(`container endpoint ${url.origin}: ${reason}`, {
    cause: error,
  });
}

/** Returns the URL of the container endpoint, if environment variables set a valid URL. */
function containerUrl(
  {
    AWS_CONTAINER_CREDENTIALS_FULL_URI: full,
    AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: relative,
  }: FindBaseInput["env"],
): URL | undefined {
  const url = relative ? `http://169.254.170.2${relative}` : full;
  return url === undefined ? undefined : URL.parse(url) ?? undefined;
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

/** Makes the SDK read the given sections instead of AWS's two files. */
async function supplyFiles(
  sections: SdkSections,
  { AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE }: FindBaseInput["env"],
): Promise<void> {
  const { externalDataInterceptor, getHomeDir } = await import(
    "@smithy/core/config"
  );
  // The SDK looks up the tokens of SSO sessions by name, also that of `constructor`.
  Object.setPrototypeOf(externalDataInterceptor.getTokenRecord(), null);
  const home = getHomeDir();
  const supply = (path: string, text: string) => {
    externalDataInterceptor.interceptFile(path, text);
    // Some parts of the SDK expand `~`, and other parts do not: supply both paths.
    if (path.startsWith("~/")) {
      externalDataInterceptor.interceptFile(join(home, path.slice(2)), text);
    }
  };
  supply(AWS_SHARED_CREDENTIALS_FILE || join(home, ".aws", "credentials"), "");
  supply(
    AWS_CONFIG_FILE || join(home, ".aws", "config"),
    sections.config,
  );
}
