import { inheritedNames } from "../system/inspect_system.ts";
import type { Host } from "../host.ts";
import type { PreservedVariables } from "../plan/preserved_variables.ts";
import { buildEnvironment } from "./environment.ts";

/**
 * Finds the variables that a command would get if their values were valid UTF-8.
 *
 * @param preserve The variables to pass in addition to the base list.
 */
export async function unreadableVariables(
  { findUnreadable, isWindows }: Host,
  preserve: PreservedVariables,
): Promise<readonly string[]> {
  const names = findUnreadable(await inheritedNames());
  const passed = buildEnvironment({
    env: Object.fromEntries(names.map((name) => [name, ""])),
    preserve,
    credentialVariables: {},
    roleArn: "",
    region: undefined,
    ignoreCase: isWindows,
  });
  return names.filter((name) => Object.hasOwn(passed.env, name)).sort();
}
