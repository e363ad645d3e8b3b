// Pure: no I/O.
import { unexpectedMessage } from "./damaged_sdk.ts";
import type { SdkRequest } from "./rpc.ts";

/** The greatest length of the URL, because a long URL takes minutes to parse. */
const MAX_URL_LENGTH = 20_000;
/** The greatest number of headers of a request; the SDK sends about ten. */
const MAX_HEADERS = 50;
/** The greatest length of the body; the limits of AWS for policies and tags are far lower. */
const MAX_BODY_LENGTH = 1 << 20;

/** Matches the headers of the SDK's requests, except `host`. */
const HEADER =
  /^(?:accept|authorization|content-length|content-type|user-agent|(?:amz-sdk|x-amz)-[a-z0-9-]{1,50})$/;
const HEADER_VALUE = /^[ -~]{0,40000}$/;

/** A service to which a worker may send requests. */
export interface Destination {
  readonly protocol: string;
  /** Hosts, with the port if it is not the port of the protocol. */
  readonly hosts: readonly string[];
}

/**
 * Checks the values of a request, and copies them.
 *
 * @throws {AssumeRoleError} If the SDK cannot have caused the request
 */
export function parseRequest(
  { request, method, url, headers, body }: Readonly<Record<string, unknown>>,
): SdkRequest {
  if (typeof url !== "string" || url.length > MAX_URL_LENGTH) {
    throw unexpectedMessage();
  }
  const host = URL.parse(url)?.host;
  const isValid = typeof request === "number" && method === "POST" &&
    host !== undefined &&
    typeof body === "string" && body.length <= MAX_BODY_LENGTH &&
    Array.isArray(headers) && headers.length <= MAX_HEADERS &&
    headers.every((header) => isHeader(header, host));
  if (!isValid) throw unexpectedMessage();
  return { request, method, url, headers, body };
}

/**
 * Checks that a request goes to a service.
 *
 * @throws {AssumeRoleError} If the request goes to another host
 */
export function checkDestination(
  url: string,
  { protocol, hosts }: Destination,
): void {
  const target = new URL(url);
  if (target.protocol !== protocol || !hosts.includes(target.host)) {
    throw unexpectedMessage();
  }
}

/** Whether a value is a name and a value of a header. The header `host` must be true. */
function isHeader(
  header: unknown,
  host: string,
): header is readonly [string, string] {
  if (!Array.isArray(header) || header.length !== 2) return false;
  const [name, value] = header;
  if (typeof name !== "string" || typeof value !== "string") return false;
  return name === "host"
    ? value === host
    : HEADER.test(name) && HEADER_VALUE.test(value);
}
