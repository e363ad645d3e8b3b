import { join } from "node:path";
import { createRequestHandler, type HandlerSettings } from "./http_handler.ts";
import type { BasePermissions, FoundCredentials } from "./sdk.ts";
import type { SdkSections } from "./sdk_sections.ts";

/** Keeps the SDK from writing to the console: what matters is in its errors. */
const SILENT = { debug() {}, info() {}, warn() {}, error() {} };

/** The profile, settings and files to find base credentials with. */
export interface FindBaseInput extends HandlerSettings {
  readonly profile?: string;
  readonly region: string;
  /** The same variables as in `process.env`. */
  readonly env: Readonly<Record<string, string>>;
  readonly permissions: Pick<BasePermissions, "sections" | "variables">;
  /**
   * Whether other code in this process uses the SDK. Then the SDK reads the files
   * itself, and its reading is compared.
   */
  readonly isShared: boolean;
}

/**
 * Finds the credentials of the named profile, or those of the AWS SDK's default
 * chain, by `process.env` and the given sections.
 *
 * @throws {ConfigError} if the SDK would find another identity in the files
 */
export async function findBaseCredentials(
  { profile, region, env, permissions, isShared, ...handler }: FindBaseInput,
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
    // IAM Identity Center's client takes nothing from the one above.
    clientConfig: { requestHandler },
    logger: SILENT,
  };
  const provider = profile !== undefined
    ? (await import("@aws-sdk/credential-provider-ini")).fromIni({
      ...init,
      profile,
    })
    : (await import("@aws-sdk/credential-provider-node")).defaultProvider(init);
  const { accessKeyId, secretAccessKey, sessionToken, expiration } =
    await provider();
  return {
    accessKeyId,
    secretAccessKey,
    ...(sessionToken !== undefined && { sessionToken }),
    ...(expiration !== undefined && { expiration: expiration.getTime() }),
  };
}

/** Makes the SDK read the given sections in place of the two files. */
async function supplyFiles(
  sections: SdkSections,
  { AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE }: FindBaseInput["env"],
): Promise<void> {
  const { externalDataInterceptor, getHomeDir } = await import(
    "@smithy/core/config"
  );
  const home = getHomeDir();
  const supply = (path: string, text: string) => {
    externalDataInterceptor.interceptFile(path, text);
    // The SDK does so too, but not everywhere.
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
