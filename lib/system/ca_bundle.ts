import { ConfigError } from "../errors.ts";
import { reasonOf } from "./os_error.ts";

/**
 * Reads a bundle of CA certificates, if a path is given.
 *
 * @throws {ConfigError} If the file cannot be read, or a certificate is damaged.
 */
export async function readCertificates(
  path: string | undefined,
): Promise<readonly string[] | undefined> {
  if (path === undefined) return undefined;
  let text: string;
  try {
    text = await Deno.readTextFile(path);
  } catch (error) {
    throw unusable(path, reasonOf(error), error);
  }
  const found = text.match(
    /-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----/gs,
  );
  if (found === null) throw unusable(path, "the file contains no certificate");
  try {
    Deno.createHttpClient({ caCerts: found }).close();
  } catch (error) {
    throw unusable(path, "the file contains a damaged certificate", error);
  }
  return found;
}

function unusable(path: string, reason: string, cause?: unknown): ConfigError {
  return new ConfigError(`Cannot use the CA bundle ${path}: ${reason}`, {
    hint: "correct AWS_CA_BUNDLE, or ca_bundle in the AWS profile",
    cause,
  });
}
