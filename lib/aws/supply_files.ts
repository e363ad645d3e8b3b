import { join } from "node:path";
import type { SdkSections } from "./sections_for_sdk.ts";

/** Makes the SDK read the given sections instead of AWS's two files. */
export async function supplyFiles(
  sections: SdkSections,
  { AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE }: Readonly<
    Record<string, string>
  >,
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
