import { ConfigError } from "../errors.ts";
import { isIdentityKey } from "./profiles.ts";
import { isPropertyOfObjects } from "./sdk_names.ts";
import type { SdkSections } from "./sections_for_sdk.ts";

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
  paths: { readonly configFilepath?: string; readonly filepath?: string },
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

/** Refuses names such as `constructor`: the SDK looks up names in ordinary objects. */
function refuseName(section: string): void {
  const name = section.replace(/^[\w-]+\./, "");
  if (!isPropertyOfObjects(name)) return;
  throw new ConfigError(
    `Cannot use the name '${name}' in AWS's files: the AWS SDK for JavaScript does not find this name`,
    { hint: "rename the profile or the sso-session" },
  );
}
