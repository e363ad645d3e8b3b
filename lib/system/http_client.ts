import { ConfigError } from "../errors.ts";
import { reasonOf } from "./os_error.ts";

/**
 * The `fetch` that AWS is called with: redirects are not followed, proxies are
 * those of `HTTPS_PROXY` and `NO_PROXY`, and a bundle of CA certificates is
 * trusted where one is given.
 */
export function createFetch(
  caCertificates: readonly string[] | undefined,
): typeof fetch {
  const client = caCertificates && createClient(caCertificates);
  return (input, init) =>
    fetch(input, {
      ...init,
      redirect: "manual",
      ...(client !== undefined && { client }),
    });
}

function createClient(caCertificates: readonly string[]): Deno.HttpClient {
  return Deno.createHttpClient({ caCerts: [...caCertificates] });
}

/**
 * Reads a bundle of CA certificates, where there is one.
 *
 * @throws {ConfigError} where it cannot be read, or a certificate is damaged
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
  if (found === null) throw unusable(path, "it holds no certificate");
  try {
    createClient(found).close();
  } catch (error) {
    throw unusable(path, "a certificate in it is damaged", error);
  }
  return found;
}

function unusable(path: string, reason: string, cause?: unknown): ConfigError {
  return new ConfigError(`Cannot use the CA bundle ${path}: ${reason}`, {
    hint: "AWS_CA_BUNDLE, or ca_bundle in the profile, names it",
    cause,
  });
}
