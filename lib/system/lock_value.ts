/** Sets a property for ever: code can neither change nor delete the property. */
export function lockValue(
  object: object,
  name: PropertyKey,
  value: unknown,
): void {
  Object.defineProperty(object, name, {
    value,
    writable: false,
    configurable: false,
  });
}
