// Pure: no I/O.

const REASONS: Readonly<Record<number, string>> = {
  200: "OK",
  400: "Bad Request",
  403: "Forbidden",
  404: "Not Found",
  500: "Internal Server Error",
  503: "Service Unavailable",
};

/**
 * Parses the head of an HTTP/1 request; the returned request has no body. Returns
 * `undefined` if the head is malformed.
 */
export function parseRequest(head: string, base: string): Request | undefined {
  const [first = "", ...lines] = head.split("\r\n");
  const [, method, target] = /^([A-Z]+) (\/\S*) HTTP\/1\.[01]$/.exec(first) ??
    [];
  if (method === undefined || target === undefined) return undefined;
  try {
    const headers = new Headers();
    for (const line of lines) {
      const [, name, value] = /^([^\s:]+):(.*)$/.exec(line) ?? [];
      if (name === undefined || value === undefined) return undefined;
      headers.append(name, value.trim());
    }
    return new Request(new URL(target, base), { method, headers });
  } catch {
    return undefined; // an invalid name, value, method or target
  }
}

/** Formats an HTTP/1.1 response that ends the connection. */
export async function formatResponse(
  response: Response,
  hasBody: boolean,
): Promise<Uint8Array> {
  const { status, headers } = response;
  const body = new Uint8Array(await response.arrayBuffer());
  const head = [
    `HTTP/1.1 ${status} ${REASONS[status] ?? ""}`,
    ...Array.from(headers, ([name, value]) => `${name}: ${value}`),
    `content-length: ${body.length}`,
    "connection: close",
    "\r\n",
  ].join("\r\n");
  const bytes = new TextEncoder().encode(head);
  if (!hasBody) return bytes;
  const whole = new Uint8Array(bytes.length + body.length);
  whole.set(bytes);
  whole.set(body, bytes.length);
  return whole;
}
