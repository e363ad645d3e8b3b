// Pure: no I/O.

/** Whether every object has a property of this name, such as `constructor`. */
export function isPropertyOfObjects(name: string): boolean {
  return name in Object.prototype;
}

/**
 * Returns the name by which the SDK gets a profile. The SDK looks up profiles in ordinary
 * objects, and does not find a profile such as `constructor`.
 */
export function sdkProfileName(profile: string): string {
  return isPropertyOfObjects(profile) ? `assume-role-${profile}` : profile;
}
