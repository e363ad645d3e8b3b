import type { AssumeRoleOptions } from "./api_options.ts";
import type { Sdk } from "./aws/sdk_interface.ts";
import { ConfigError } from "./errors.ts";

type Variables = Readonly<Record<string, string>>;

/**
 * Loads the AWS SDK for a program that imports the library. The SDK runs in this
 * process, not in a worker with few permissions, and reads the variables of this process.
 *
 * @param ownVariables returns the variables of this process
 */
export async function loadSdk(
  { env }: AssumeRoleOptions,
  now: () => number,
  ownVariables: () => Variables,
): Promise<Sdk> {
  const { inProcessSdk } = await import("./sandbox/in_process.ts");
  const sdk = inProcessSdk(now, false);
  return {
    ...sdk,
    findBase: async (query) => {
      if (env !== undefined) refuseOtherVariables(env, ownVariables());
      return await sdk.findBase(query);
    },
  };
}

/**
 * Throws if a variable that affects the base credentials has one value in `env` and
 * another value in this process: the AWS SDK would read the value of this process, and
 * could find a different identity than `env` asks for.
 */
function refuseOtherVariables(env: Variables, own: Variables): void {
  const isHeeded = /^(?:AWS_.*|HOME|USERPROFILE|HOMEPATH|HOMEDRIVE)$/;
  const other = [...new Set([...Object.keys(own), ...Object.keys(env)])]
    .filter((name) => isHeeded.test(name) && own[name] !== env[name]);
  if (other.length === 0) return;
  throw new ConfigError(
    `Cannot find base credentials with variables that differ from the program's own: ${
      other.sort().join(", ")
    }`,
    {
      hint:
        "leave out 'env', or give it keys, or a profile that has keys or a role",
    },
  );
}
