import { refuseDeniedHosts } from "./net_permission.ts";
import { hostOf } from "./url_host.ts";

/**
 * Creates the `fetch` function for calls to AWS. The function does not follow redirects,
 * uses the proxy of `HTTPS_PROXY` except for the hosts of `NO_PROXY`, and also trusts the
 * given CA certificates. The function rejects with a {@link ConfigError} if this process
 * may not connect to the host.
 *
 * @param stop the signal that ends all requests and closes their connections
 */
export function createFetch(
  caCertificates: readonly string[] | undefined,
  stop?: AbortSignal,
): typeof fetch {
  const client = caCertificates &&
    Deno.createHttpClient({ caCerts: [...caCertificates] });
  if (client) stop?.addEventListener("abort", () => client.close());
  return async (input, init) => {
    const url = input instanceof Request ? input.url : String(input);
    refuseDeniedHosts([hostOf(url)]);
    return await fetch(input, {
      ...init,
      ...(stop && { signal: AbortSignal.any([stop, init?.signal ?? stop]) }),
      redirect: "manual",
      ...(client !== undefined && { client }),
    });
  };
}
