import type { Argv } from "../cli/argv.ts";
import type { Input } from "../host.ts";
import { readSettled } from "../system/settled_files.ts";
import {
  type CachedRun,
  findCachedRun,
  readRunInputs,
  type RunInputs,
} from "./plan_cache.ts";

/**
 * Reads the configuration files and AWS's files again as long as another program is
 * changing one of them, and then looks for a stored plan.
 *
 * @param found the inputs from the first read
 */
export async function settleRunInputs(
  found: RunInputs | undefined,
  argv: Argv,
  input: Input,
): Promise<
  { readonly inputs: RunInputs | undefined; readonly cached?: CachedRun }
> {
  const read = () => readRunInputs(argv, input);
  const inputs = found && await readSettled(read, found);
  const cached = inputs && findCachedRun(inputs, input.now());
  return { inputs, ...(cached !== undefined && { cached }) };
}
