import { ConfigError } from "../errors.ts";
import { refuseDeniedHosts } from "./net_permission.ts";
import { reasonOf } from "./os_error.ts";
import { hostOf } from "./url_host.ts";

/**
 * Creates the `fetch` function for calls to AWS. The function does not follow redirects,
 * uses the proxy of `HTTPS_PROXY` except for the hosts of `NO_PROXY`, and also trusts the
 * given CA certificates. The function rejects with a {@link ConfigError} if this process
 * may not connect to the host.
 */
export function createFetch(
  caCertificates: readonly string[] | undefined,
): typeof fetch {
  const client = caCertificates && createClient(caCertificates);
  return async (input, init) => {
    const url = input instanceof Request ? input.url : String(input);
    refuseDeniedHosts([hostOf(url)]);
    return await fetch(input, {
      ...init,
      redirect: "manual",
      ...(client !== undefined && { client }),
    });
  };
}

function createClient(caCertificates: readonly string[]): Deno.HttpClient {
  return Deno.createHttpClient({ caCerts: [...caCertificates] });
}

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
    createClient(found).close();
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
