/**
 * Creates the `fetch` function for calls to AWS. The function does not follow redirects,
 * uses the proxy of `HTTPS_PROXY` except for the hosts of `NO_PROXY`, and also trusts the
 * given CA certificates.
 */
export function createFetch(
  caCertificates: readonly string[] | undefined,
): typeof fetch {
  const client = caCertificates &&
    Deno.createHttpClient({ caCerts: [...caCertificates] });
  return (input, init) =>
    fetch(input, {
      ...init,
      redirect: "manual",
      ...(client !== undefined && { client }),
    });
}
