import type { Sdk } from "./aws/sdk_interface.ts";
import { needsAws } from "./cache/needs_aws.ts";
import type { RunInputs } from "./cache/plan_cache.ts";
import type { Argv } from "./cli/argv.ts";
import type { Host } from "./host.ts";
import { EarlyWorker } from "./sandbox/start_worker.ts";

/**
 * Starts a worker of the AWS SDK before most modules of the run are loaded, if the run will
 * probably need it: the start takes longer than making a plan.
 *
 * @param inputs the inputs of a run that can use no stored plan
 */
export function startEarly(
  { options }: Argv,
  inputs: RunInputs | undefined,
  { canSandbox, now }: Host,
): EarlyWorker | undefined {
  const isNeeded = canSandbox && inputs !== undefined &&
    needsAws(inputs, options, now());
  return isNeeded ? new EarlyWorker() : undefined;
}

/**
 * Loads the AWS SDK.
 *
 * @param worker a worker for the first connection, if one was started
 */
export async function loadSdk(
  { canSandbox, now }: Host,
  worker?: EarlyWorker,
): Promise<Sdk> {
  return canSandbox
    ? (await import("./sandbox/sandbox.ts")).sandboxedSdk(worker)
    : (await import("./sandbox/in_process.ts")).inProcessSdk(now, true);
}
