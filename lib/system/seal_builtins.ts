/// <reference lib="deno.worker" />
/**
 * Keeps code from changing the objects that Deno uses when Deno reports an error. Deno
 * reads properties that its own objects do not have, such as `bubbles` and `nodeType`; a
 * getter for such a property would run in the middle of the report.
 */
import { lockValue } from "./lock_value.ts";
import { NEW_GLOBALS } from "./kept_names.ts";

/** Keeps the values of all properties with a symbol as name. */
function lockSymbols(object: object): void {
  for (const key of Object.getOwnPropertySymbols(object)) {
    const { configurable, writable } = Object.getOwnPropertyDescriptor(
      object,
      key,
    )!;
    if (!configurable) continue;
    const isFixed = {
      configurable: false,
      ...(writable && { writable: false }),
    };
    Object.defineProperty(object, key, isFixed);
  }
}

/** Prevents new properties of the classes of JavaScript and their prototypes. */
function sealClasses(): void {
  for (const name of Object.getOwnPropertyNames(globalThis)) {
    // A getter would load a module of Deno.
    const { value } = Object.getOwnPropertyDescriptor(globalThis, name)!;
    if (typeof value !== "function" || !value.prototype) continue;
    Object.preventExtensions(value.prototype);
  }
}

/** Makes all functions that change the prototype of an object refuse this object. */
function keepPrototype(kept: object): void {
  const refuse = (object: unknown) => {
    if (object !== kept) return;
    throw new TypeError("The sandbox of the AWS SDK refuses this change");
  };
  const { apply } = Reflect;
  for (const holder of [Object, Reflect]) {
    const set = holder.setPrototypeOf;
    const value = (object: object, prototype: object | null) => {
      refuse(object);
      return set(object, prototype);
    };
    lockValue(holder, "setPrototypeOf", value);
  }
  // Some versions of Deno remove this property.
  const setOld = Object.getOwnPropertyDescriptor(Object.prototype, "__proto__")
    ?.set;
  if (setOld === undefined) return;
  const set = function (this: unknown, prototype: unknown) {
    refuse(this);
    apply(setOld, this, [prototype]);
  };
  Object.defineProperty(Object.prototype, "__proto__", {
    set,
    configurable: false,
  });
}

/** Objects of JavaScript that have no name. */
function hiddenPrototypes(): object[] {
  const { getPrototypeOf } = Object;
  return [
    getPrototypeOf([].values()),
    getPrototypeOf(Uint8Array.prototype),
    getPrototypeOf(async () => {}),
  ];
}

/** Locks the global object, and the objects that the global object inherits from. */
function sealGlobalObject(): void {
  // Deno adds a property for all `on…` properties with the first one that is set.
  self.onmessage = null;
  lockSymbols(globalThis);
  for (
    let object: object | null = Object.getPrototypeOf(globalThis);
    object !== null && object !== Object.prototype;
    object = Object.getPrototypeOf(object)
  ) Object.freeze(object);
  for (const name of NEW_GLOBALS) {
    const property = { value: undefined, writable: true };
    Object.defineProperty(globalThis, name, property);
  }
  lockValue(globalThis, "nodeType", undefined);
  // Deno 2.6 cannot prevent new properties of this object.
  Reflect.preventExtensions(globalThis);
  keepPrototype(globalThis);
}

/** Locks events, iterators and the global object, and seals the classes of JavaScript. */
export function sealBuiltins(): void {
  const classes = [EventTarget, Event, ErrorEvent, PromiseRejectionEvent];
  for (const eventClass of classes) {
    Object.freeze(eventClass);
    Object.freeze(eventClass.prototype);
  }
  sealClasses();
  for (const prototype of hiddenPrototypes()) Object.freeze(prototype);
  const { iterator } = Symbol;
  lockValue(Array.prototype, iterator, Reflect.get(Array.prototype, iterator));
  sealGlobalObject();
}
