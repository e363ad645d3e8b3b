/// <reference lib="deno.worker" />
// The code of the worker can change every method that is not kept here.
const { apply } = Reflect;
const { stringify } = JSON;
const post = postMessage;
const toString = String;

type Method = (...args: unknown[]) => unknown;

/** Makes the text of an error. To make the text of an object runs code of the worker. */
function readText(textOf: () => unknown): string {
  try {
    return toString(textOf());
  } catch {
    return "an unreadable error"; // The error has methods that throw.
  }
}

/**
 * Sends the text of an error as a message `{ uncaught: "text" }`. Never throws, because
 * Deno or V8 would print the second error.
 */
export function sendError(textOf: () => unknown): void {
  try {
    // The message is made without an object, because an object can have a method `toJSON`.
    post(`{"uncaught":${stringify(readText(textOf))}}`);
  } catch {
    // The stack has no room for a message.
  }
}

/** Returns a function that calls another function, and sends the errors of that function. */
export function guardCallback(callback: unknown): unknown {
  if (typeof callback !== "function") return callback;
  return function (this: unknown, ...args: unknown[]) {
    try {
      return apply(callback as Method, this, args);
    } catch (error) {
      return sendError(() => error);
    }
  };
}
