// Pure: no I/O.
import type { PreservedVariables } from "./plan.ts";
import type { SettingResolver } from "./setting_resolver.ts";

/**
 * Resolves which variables of the user are passed to the command. The source decides what
 * a name may do: only the user names credentials, because a project's file can come from
 * another person.
 */
export function resolvePreservedVariables(
  resolver: SettingResolver,
): PreservedVariables {
  const given = resolver.resolve("preserveEnv") ?? [];
  resolver.resolve("envKeep"); // records the source
  const kept = (owner: "user" | "project") =>
    resolver.combineFromFiles("envKeep", owner);
  const isPattern = (name: string) => name.includes("*");
  const ofUser = [...given.filter((name) => name !== "*"), ...kept("user")];
  return {
    all: given.includes("*"),
    named: ofUser.filter((name) => !isPattern(name)),
    patterns: [...ofUser.filter(isPattern), ...kept("project")],
  };
}
