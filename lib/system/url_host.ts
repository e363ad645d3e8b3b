// Pure: no I/O.

/** Returns the host and port of a URL, as Deno's `net` permission expects them. */
export function hostOf(url: string): string {
  const { hostname, port, protocol } = new URL(url);
  return `${hostname}:${port || (protocol === "http:" ? "80" : "443")}`;
}
