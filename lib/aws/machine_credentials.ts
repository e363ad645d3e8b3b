import { isTrue } from "./is_true.ts";
import { limitTime } from "./limit_time.ts";
import { TIMEOUTS } from "./retry.ts";
import type { FoundCredentials, MachineSource } from "./sdk_interface.ts";

type Variables = Readonly<Record<string, string>>;
/** Settings of the AWS SDK's credential providers. */
type Init = Parameters<
  typeof import("@smithy/credential-provider-imds").fromInstanceMetadata
>[0];
/** Credentials in the form that the AWS SDK's credential providers return. */
export type SdkCredentials =
  & Omit<FoundCredentials, "expiration">
  & { readonly expiration?: Date };

/**
 * Gets the credentials of the container or of the EC2 instance. Unlike the AWS SDK's
 * default chain, this function uses only the given source, as the AWS CLI does for
 * `credential_source`.
 *
 * @param env the variables with the container's endpoint, and with the limits of requests
 * to the EC2 instance
 * @throws {Error} If the source gives no credentials.
 */
export async function getMachineCredentials(
  source: MachineSource,
  init: Init,
  env: Variables,
): Promise<SdkCredentials> {
  return source === "EcsContainer"
    ? await getContainerCredentials(init, env)
    : await getInstanceCredentials(init, env);
}

async function getInstanceCredentials(
  init: Init,
  {
    AWS_EC2_METADATA_DISABLED,
    AWS_METADATA_SERVICE_TIMEOUT: seconds,
    AWS_METADATA_SERVICE_NUM_ATTEMPTS: attempts,
  }: Variables,
): Promise<SdkCredentials> {
  // Other values than `true` do not count, as in the AWS CLI.
  if (isTrue(AWS_EC2_METADATA_DISABLED)) {
    throw new Error("AWS_EC2_METADATA_DISABLED is true");
  }
  const { fromInstanceMetadata } = await import(
    "@smithy/credential-provider-imds"
  );
  return await fromInstanceMetadata({
    ...init,
    ...(seconds !== undefined && { timeout: Number(seconds) * 1000 }),
    ...(attempts !== undefined && { maxRetries: Number(attempts) - 1 }),
  })();
}

async function getContainerCredentials(
  init: Init,
  env: Variables,
): Promise<SdkCredentials> {
  const { fromHttp } = await import("@aws-sdk/credential-provider-http");
  const get = fromHttp({ ...init });
  try {
    return await limitTime(get(), TIMEOUTS.attemptMs);
  } catch (error) {
    const { message } = error as Error;
    if (/^E[A-Z]+: .*, (?:open|read)\b/.test(message)) throw error; // the token's file
    const reason = message.replace(/^Error: /, "")
      .replace(/^Server responded with status: /, "HTTP status ");
    throw new Error(
      `container endpoint ${containerUrl(env)?.origin}: ${reason}`,
      { cause: error },
    );
  }
}

/** Returns the URL of the container endpoint, if environment variables set a valid URL. */
function containerUrl(
  {
    AWS_CONTAINER_CREDENTIALS_FULL_URI: full,
    AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: relative,
  }: Variables,
): URL | undefined {
  const url = relative ? `http://169.254.170.2${relative}` : full;
  return url === undefined ? undefined : URL.parse(url) ?? undefined;
}
