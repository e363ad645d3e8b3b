import { ConfigError } from "../errors.ts";
import { isIdentityKey } from "./profiles.ts";
import { isPropertyOfObjects } from "./sdk_names.ts";
import type { SdkSections } from "./sections_for_sdk.ts";

const METADATA_ENDPOINT = "AWS_EC2_METADATA_SERVICE_ENDPOINT";

/** Paths of AWS's two files for the SDK. */
interface SdkPaths {
  readonly configFilepath?: string;
  readonly filepath?: string;
}

/** Keys that the SDK reads only to assume a role, which the SDK never does here. */
const ROLE_SETTINGS =
  /^(?:external_id|mfa_serial|role_session_name|duration_seconds)$/;

/**
 * Checks that the SDK and our parser read the same identity keys from AWS's two files
 * (see {@linkcode isIdentityKey}). The SDK caches the text of the files. Therefore the
 * SDK's credential providers later read the text that this function checked.
 *
 * @throws {ConfigError} If the SDK and our parser read different identity keys, or the SDK
 * does not find a section by its name.
 */
export async function compareSdkReading(
  { identity }: SdkSections,
  paths: SdkPaths,
): Promise<void> {
  for (const name of Object.keys(identity)) refuseName(name);
  const { loadSharedConfigFiles } = await import("@smithy/core/config");
  const { configFile, credentialsFile } = await loadSharedConfigFiles({
    ...paths,
    ignoreCache: true,
  });
  for (const [name, expected] of Object.entries(identity)) {
    const profile = /^profile\.(.*)$/s.exec(name)?.[1];
    const found = profile === undefined
      ? configFile[name]
      : { ...configFile[profile], ...credentialsFile[profile] };
    const keys = new Set([
      ...Object.keys(expected),
      ...Object.keys(found ?? {}),
    ].filter((key) => isIdentityKey(key) && !ROLE_SETTINGS.test(key)));
    if (![...keys].every((key) => found?.[key] === expected[key])) {
      throw new ConfigError(
        `Cannot use ${
          profile === undefined
            ? `the section '${name}'`
            : `the AWS profile '${profile}'`
        }: the AWS SDK and the AWS CLI read this part of AWS's files differently`,
        {
          hint:
            "write headers such as [profile name] on lines of their own and keys without indentation, and give a profile one kind of credentials",
        },
      );
    }
  }
}

/**
 * Checks that the SDK calls the EC2 instance metadata service at the planned address. The
 * SDK reads the address only from the variable, and from the profile of `AWS_PROFILE`.
 *
 * @param planned the planned settings of the service, as variables
 * @throws {ConfigError} If the SDK would call another address.
 */
export async function compareMetadataEndpoint(
  planned: Readonly<Record<string, string>> = {},
  env: Readonly<Record<string, string>>,
  paths: SdkPaths,
): Promise<void> {
  const { loadSharedConfigFiles } = await import("@smithy/core/config");
  const { configFile, credentialsFile } = await loadSharedConfigFiles(paths);
  const profile = env.AWS_PROFILE || "default";
  const section = { ...credentialsFile[profile], ...configFile[profile] };
  const found = env[METADATA_ENDPOINT] ?? section.ec2_metadata_service_endpoint;
  if (found === planned[METADATA_ENDPOINT]) return;
  throw new ConfigError(
    "Cannot use ec2_metadata_service_endpoint of the AWS profile: the AWS SDK for JavaScript does not read this key in this profile",
    { hint: `set ${METADATA_ENDPOINT}` },
  );
}

/** Refuses names such as `constructor`: the SDK looks up names in ordinary objects. */
function refuseName(section: string): void {
  const name = section.replace(/^[\w-]+\./, "");
  if (!isPropertyOfObjects(name)) return;
  throw new ConfigError(
    `Cannot use the name '${name}' in AWS's files: the AWS SDK for JavaScript does not find this name`,
    { hint: "rename the profile or the sso-session" },
  );
}
