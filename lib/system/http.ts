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
    : Deno.createHttpClient({ caCerts: await readCertificates(caBundle) });
  return (input, init) =>
    fetch(input, {
      ...init,
      redirect: "manual",
      ...(client !== undefined && { client }),
    });
}

async function readCertificates(path: string): Promise<string[]> {
  let text: string;
  try {
    text = await Deno.readTextFile(path);
  } catch (error) {
    throw new ConfigError(
      `Cannot read the CA bundle ${path}: ${reasonOf(error)}`,
      {
        hint: "AWS_CA_BUNDLE, or ca_bundle in the profile, names it",
        cause: error,
      },
    );
  }
  return text.match(
    /-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----/gs,
  ) ??
    [];
}
