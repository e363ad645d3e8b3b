import { root, unix } from "../guards.ts";
import { argv } from "./test_home.ts";

/**
 * The start of an argv that runs a program as a user whom file modes restrict. File modes
 * do not restrict root, unless root gives up two capabilities.
 */
export const AS_USER: readonly string[] = root.ignore
  ? []
  : argv`setpriv --bounding-set=-dac_override,-dac_read_search`;

/** Runs a test only if `AS_USER` works. */
export const closed = {
  ignore: unix.ignore || !await succeeds([...AS_USER, "true"]),
};

/** Whether a program can be started and succeeds. */
export async function succeeds(
  [path, ...args]: readonly string[],
): Promise<boolean> {
  try {
    const options = { args, stdout: "null", stderr: "null" } as const;
    return (await new Deno.Command(path!, options).output()).success;
  } catch {
    return false;
  }
}

/** Removes all permissions of a path, until the result is disposed. */
export function close(path: string): Disposable {
  const { mode } = Deno.statSync(path);
  Deno.chmodSync(path, 0o000);
  return { [Symbol.dispose]: () => Deno.chmodSync(path, mode! & 0o777) };
}
