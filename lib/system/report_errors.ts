/// <reference lib="deno.worker" />
/**
 * Reports the uncaught errors of a worker to the process. Deno would print these errors on
 * stderr, unchanged, so that code of the worker could write to the terminal.
 */

import { sendError } from "./send_error.ts";

type Listener = EventListenerOrEventListenerObject | null;
type Listen = (type: string, listener: Listener, options?: unknown) => void;

// The code of the worker can change every method that is not kept here.
const { apply } = Reflect;
const { get, set } = WeakMap.prototype;

function listenForErrors(): void {
  const { preventDefault, stopImmediatePropagation } = Event.prototype;
  const report = (type: string, textOf: (event: Event) => unknown) =>
    addEventListener(type, (event) => {
      apply(preventDefault, event, []);
      // Other listeners could throw further errors.
      apply(stopImmediatePropagation, event, []);
      sendError(() => textOf(event));
    });
  report("error", (event) => (event as ErrorEvent).message);
  report(
    "unhandledrejection",
    (event) => (event as PromiseRejectionEvent).reason,
  );
}

function callListener(target: unknown, listener: Listener, event: Event) {
  try {
    if (typeof listener === "function") apply(listener, target, [event]);
    else if (listener) apply(listener.handleEvent, listener, [event]);
  } catch (error) {
    sendError(() => error);
  }
}

/** Copies the options of a listener: Deno reads the options again at each event. */
function copyOptions(options: unknown): unknown {
  if (typeof options !== "object" || options === null) return options;
  const { capture, once, passive, signal } = options as AddEventListenerOptions;
  return { capture, once, passive, ...(signal && { signal }) };
}

/**
 * Catches the errors of listeners. Deno reads an error before Deno sends the event, and
 * that can run code of the worker. If a listener throws then, Deno prints the error.
 */
function guardListeners(): void {
  const { prototype } = EventTarget;
  const guards = new WeakMap<object, Listener>();
  const guardOf = (listener: Listener): Listener => {
    const isObject = typeof listener === "function" ||
      typeof listener === "object" && listener !== null;
    if (!isObject) return listener;
    const known = apply(get, guards, [listener]);
    if (known !== undefined) return known;
    const guard = function (this: unknown, event: Event) {
      callListener(this, listener, event);
    };
    apply(set, guards, [listener, guard]);
    return guard;
  };
  for (const name of ["addEventListener", "removeEventListener"] as const) {
    const change = prototype[name] as Listen;
    const value: Listen = function (this: unknown, type, listener, options) {
      const copy = copyOptions(options);
      apply(change, this, [type, guardOf(listener), copy]);
    };
    Object.defineProperty(prototype, name, { value });
    Object.defineProperty(globalThis, name, { value });
  }
}

/** Keeps code from changing what Deno uses when Deno reports an uncaught error. */
function keepDispatch(): void {
  const { dispatchEvent } = EventTarget.prototype;
  Object.defineProperty(globalThis, "dispatchEvent", {
    value: dispatchEvent,
    writable: false,
    configurable: false,
  });
}

/** Reports uncaught errors as messages `{ uncaught: "text" }`. */
export function reportErrors(): void {
  listenForErrors();
  guardListeners();
  keepDispatch();
}
