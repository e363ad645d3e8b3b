import { ConfigError } from "../errors.ts";

/** Returns those of the given hosts to which this process may not connect. */
export function deniedHosts(hosts: readonly string[]): readonly string[] {
  return hosts.filter((host) =>
    Deno.permissions.querySync({ name: "net", host }).state !== "granted"
  );
}

/**
 * Checks that this process may connect to hosts. An executable may connect to the hosts in
 * `docs/permissions.md`, and a worker to the hosts of its task.
 *
 * @throws {ConfigError} If this process may not connect to one of the hosts
 */
export function refuseDeniedHosts(hosts: readonly string[]): void {
  const denied = deniedHosts(hosts);
  if (denied.length === 0) return;
  throw new ConfigError(
    `Cannot call ${
      denied.join(", ")
    }: assume-role may connect only to AWS and to this machine`,
    {
      hint:
        "run assume-role with 'deno run --allow-net' to use another address: see docs/permissions.md",
    },
  );
}
