import { ConfigError } from "../errors.ts";
import { reasonOf } from "./reason.ts";

/**
 * The `fetch` that AWS is called with: redirects are not followed, proxies are
 * those of `HTTPS_PROXY` and `NO_PROXY`, and a bundle of CA certificates is
 * trusted where one is given.
 *
 * @throws {ConfigError} where the bundle cannot be read
 */
export async function createFetch(
  caBundle: string | undefined,
): Promise<typeof fetch> {
  const client = caBundle === undefined
    ? undefined
    : createClient(caBundle, await readCertificates(caBundle));
  return (input, init) =>
    fetch(input, {
      ...init,
      redirect: "manual",
      ...(client !== undefined && { client }),
    });
}

function createClient(path: string, caCerts: string[]): Deno.HttpClient {
  try {
    return Deno.createHttpClient({ caCerts });
  } catch (error) {
    throw unusable(path, "a certificate in it is damaged", error);
  }
}

async function readCertificates(path: string): Promise<string[]> {
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
  return found;
}

function unusable(path: string, reason: string, cause?: unknown): ConfigError {
  return new ConfigError(`Cannot use the CA bundle ${path}: ${reason}`, {
    hint: "AWS_CA_BUNDLE, or ca_bundle in the profile, names it",
    cause,
  });
}
