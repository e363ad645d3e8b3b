// Pure: no I/O.
import type { Profiles } from "../aws/profiles.ts";
import { type Layers, Settler } from "./settle.ts";

/**
 * The names that `--role` knows: the entries of `roles`, then the roles of AWS
 * profiles, without `role_prefix` where they begin with it.
 */
export function roleNames(
  layers: Layers,
  profiles: Profiles,
): readonly string[] {
  const prefix = new Settler(layers, undefined).settle("rolePrefix");
  const arns = profiles.names().flatMap((name) => {
    const { role_arn, x_assume_role_arn } = profiles.get(name) ?? {};
    return role_arn ?? x_assume_role_arn ?? [];
  });
  return [
    ...layers.configs.flatMap(({ roles }) => [...roles.keys()]),
    ...arns.map((arn) =>
      prefix && arn.startsWith(prefix) ? arn.slice(prefix.length) : arn
    ),
  ];
}
