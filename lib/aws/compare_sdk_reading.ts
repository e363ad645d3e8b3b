import { ConfigError } from "../errors.ts";
import { isIdentityKey } from "./profiles.ts";
import type { SdkSections } from "./sdk_sections.ts";

/**
 * Compares the SDK's reading of the two files with ours. The SDK keeps the text,
 * so its providers read the same.
 *
 * @throws {ConfigError} if the SDK finds another identity
 */
export async function compareSdkReading(
  { identity }: SdkSections,
  paths: { readonly configFilepath?: string; readonly filepath?: string },
): Promise<void> {
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
    ].filter(isIdentityKey));
    if (![...keys].every((key) => found?.[key] === expected[key])) {
      throw new ConfigError(
        `Cannot use ${
          profile === undefined
            ? `the section '${name}'`
            : `the AWS profile '${profile}'`
        }: the AWS SDK and the AWS CLI read AWS's files differently there`,
        {
          hint:
            "write headers such as [profile name] on lines of their own, and keys without indentation",
        },
      );
    }
  }
}
