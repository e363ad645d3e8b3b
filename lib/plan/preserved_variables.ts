// Pure: no I/O.
import type { SettingResolver } from "./setting_resolver.ts";

/** Variables of the user that are passed to the command in addition to the base list. */
export interface PreservedVariables {
  /** Whether every variable is passed that is not an identity, as with `-E` alone. */
  readonly all: boolean;
  /**
   * Full names from the command line, from its variable and from the user's own file.
   * These variables are passed even if they look like credentials.
   */
  readonly named: readonly string[];
  /**
   * Patterns, and all names from a project's file. A variable that looks like a credential
   * is not passed by them.
   */
  readonly patterns: readonly string[];
}

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
