import { ConfigError } from "../errors.ts";
import { decode, readRegular } from "./files.ts";
import { reasonOf } from "./os_error.ts";

/**
 * Reads a file of CA certificates, if a file is given.
 *
 * @param file the path, and the setting that names the path
 * @throws {ConfigError} If the file cannot be read, or a certificate is damaged.
 */
export async function readCertificates(
  file: { readonly path: string; readonly source: string } | undefined,
): Promise<readonly string[] | undefined> {
  if (file === undefined) return undefined;
  const { path, source } = file;
  const fail = (reason: string, cause?: unknown) =>
    new ConfigError(`Cannot use the CA bundle ${path}: ${reason}`, {
      hint: source === "ca_bundle"
        ? "correct ca_bundle in the AWS profile"
        : `correct ${source}, or unset ${source}`,
      cause,
    });
  let text: string;
  try {
    text = decode(await readRegular(path));
  } catch (error) {
    throw fail(reasonOf(error), error);
  }
  const found = text.match(
    /-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----/gs,
  );
  if (found === null) throw fail("the file contains no certificate");
  try {
    Deno.createHttpClient({ caCerts: found }).close();
  } catch (error) {
    refuseDenoCert(error);
    throw fail("the file contains a damaged certificate", error);
  }
  return found;
}

/**
 * Reports that Deno cannot open the file of its own variable `DENO_CERT`.
 *
 * @throws {ConfigError} If this is the error
 */
function refuseDenoCert(cause: unknown): void {
  if (!(cause instanceof Error && /opening CA file/.test(cause.message))) {
    return;
  }
  throw new ConfigError(
    "Cannot connect to AWS: cannot open the file of DENO_CERT",
    {
      hint: "correct DENO_CERT, or unset DENO_CERT",
      cause,
    },
  );
}
