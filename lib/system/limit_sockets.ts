/**
 * Limits the objects of Node's sockets that belong to the system. Deno calls their
 * callbacks without a handler for errors, so that V8 would print an error on stdout.
 */
import { lockValue } from "./lock_value.ts";
import { guardCallback } from "./send_error.ts";

type Method = (...args: unknown[]) => unknown;
type Values = Record<string, unknown>;

const { apply } = Reflect;

/** Classes of Node's sockets that can use any file descriptor of the process. */
const SOCKETS = { pipe_wrap: "Pipe", tcp_wrap: "TCP", udp_wrap: "UDP" };

/** Methods whose first argument is a request: an object with a method `oncomplete`. */
const REQUESTS = [
  "connect",
  "connect6",
  "send",
  "send6",
  "shutdown",
  "writeAsciiString",
  "writeBuffer",
  "writeLatin1String",
  "writeUcs2String",
  "writeUtf8String",
  "writev",
];

const UV_EPERM = -1;

/** Replaces a method, if the object has the method. */
function replace(
  object: Values,
  name: string,
  prepare: (argument: unknown) => unknown,
): void {
  const method = object[name];
  if (typeof method !== "function") return;
  lockValue(
    object,
    name,
    function (this: unknown, first: unknown, ...rest: unknown[]) {
      return apply(method as Method, this, [prepare(first), ...rest]);
    },
  );
}

function guardRequest(request: unknown): unknown {
  if (typeof request !== "object" || request === null) return request;
  const { oncomplete } = request as Values;
  lockValue(request, "oncomplete", guardCallback(oncomplete));
  return request;
}

/**
 * Prevents sockets from using the file descriptors of the process, such as its pipes, and
 * catches the errors of their callbacks.
 */
export function limitSockets(binding: (name: string) => Values): void {
  for (const [name, socket] of Object.entries(SOCKETS)) {
    const { prototype } = binding(name)[socket] as {
      readonly prototype: Values;
    };
    lockValue(prototype, "open", () => UV_EPERM);
    replace(prototype, "close", guardCallback);
    for (const method of REQUESTS) replace(prototype, method, guardRequest);
  }
}
