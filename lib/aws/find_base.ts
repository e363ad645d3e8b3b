import type { BaseNeeds, SigningCredentials } from "./sdk.ts";
import { createRequestHandler, type HandlerSettings } from "./handler.ts";

/** Keeps the SDK from writing to the console: what matters is in its errors. */
const SILENT = { debug() {}, info() {}, warn() {}, error() {} };

/** Where to look for base credentials. */
export interface FindBaseInput extends HandlerSettings {
  readonly profile?: string;
  readonly region: string;
  readonly needs: Pick<BaseNeeds, "variables">;
}

/**
 * What the named profile leads to, or what the AWS SDK's default chain finds.
 * It looks in `process.env` and in the files of AWS.
 */
export async function findBaseCredentials(
  { profile, region, needs, ...handler }: FindBaseInput,
): Promise<SigningCredentials> {
  const requestHandler = createRequestHandler(handler);
  const { AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE } = needs.variables ??
    {};
  const init = {
    ...(AWS_CONFIG_FILE && { configFilepath: AWS_CONFIG_FILE }),
    ...(AWS_SHARED_CREDENTIALS_FILE &&
      { filepath: AWS_SHARED_CREDENTIALS_FILE }),
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
  const { accessKeyId, secretAccessKey, sessionToken } = await provider();
  return {
    accessKeyId,
    secretAccessKey,
    ...(sessionToken !== undefined && { sessionToken }),
  };
}
