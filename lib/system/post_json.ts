/// <reference lib="deno.worker" />
// The code of the worker can change every method that is not kept here.
const { parse, stringify } = JSON;
const post = postMessage;

/**
 * Sends a message as JSON. Deno ends the process while it reads some other values, such as
 * an object that pretends to be one of Deno's own.
 *
 * @throws {TypeError} If JSON cannot express the message
 */
export function postJson(message: unknown): void {
  post(stringify(message));
}

/**
 * Copies a value of JSON, in place of `structuredClone`: Deno ends the process while it
 * copies some other values.
 *
 * @throws {TypeError} If JSON cannot express the value
 */
export function copyJson(value: unknown): unknown {
  return parse(stringify(value));
}
