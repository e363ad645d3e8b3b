import { refuseDeniedHosts } from "./net_permission.ts";
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
  const client = caCertificates &&
    Deno.createHttpClient({ caCerts: [...caCertificates] });
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
