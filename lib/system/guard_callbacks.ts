/**
 * Catches the errors of callbacks. If a callback throws, Deno reads the error and sends an
 * event; if that fails, V8 prints the error on stdout. Therefore no error of a callback
 * may reach Deno.
 */
import { lockValue } from "./lock_value.ts";
import { guardCallback, sendError } from "./send_error.ts";

type Method = (...args: unknown[]) => unknown;
type Values = Record<string, unknown>;

/** The part of Deno's internals that is needed here. */
interface Core {
  /** Sets a function that gets each new promise. */
  readonly setPromiseHooks: (
    init: (promise: object) => void,
    before?: undefined,
    after?: undefined,
    resolve?: undefined,
  ) => void;
}

/** Global functions whose first argument is a callback. */
const SCHEDULERS = [
  "queueMicrotask",
  "setImmediate",
  "setInterval",
  "setTimeout",
];

function guardFirstArgument(object: Values, name: string): void {
  const schedule = object[name] as Method;
  const value = function (callback: unknown, ...args: unknown[]) {
    return schedule(guardCallback(callback), ...args);
  };
  // `util.promisify()` reads a property of timers.
  Object.defineProperties(value, Object.getOwnPropertyDescriptors(schedule));
  lockValue(object, name, value);
}

/**
 * Keeps the class of each promise. When V8 resolves a promise, V8 calls functions of the
 * class that `then` has found in the property `constructor`, without a handler for errors.
 */
function keepPromiseClass(): void {
  const { internal } = Deno as unknown as { readonly internal: symbol };
  const { core } = Reflect.get(Deno, internal) as { readonly core: Core };
  const { defineProperty } = Reflect;
  const fixed = Object.freeze(
    Object.assign(Object.create(null), { value: Promise }),
  );
  core.setPromiseHooks((promise) => {
    defineProperty(promise, "constructor", fixed);
  });
  Object.freeze(Promise);
}

/** Guards timers, microtasks, promises, and `nextTick` of the given `process`. */
export function guardCallbacks(process: Values): void {
  const realm = globalThis as unknown as Values;
  // In Deno 2.9, the first call replaces the global function.
  queueMicrotask(() => {});
  for (const name of SCHEDULERS) guardFirstArgument(realm, name);
  guardFirstArgument(process, "nextTick");
  keepPromiseClass();
  // Node's modules of Deno 2.6 call this function.
  lockValue(realm, "reportError", (error: unknown) => sendError(() => error));
}
