import { parseProcessOutput } from "../aws/process_output.ts";
import type { FoundCredentials } from "../aws/sdk_interface.ts";
import type { Base } from "../plan/plan.ts";
import { processError, processOutputError } from "./base_error.ts";
import type { LoopGuard } from "./loop_guard.ts";
import type { Prompter } from "./mfa/code.ts";
import { hasFailed } from "./program_failure.ts";

/** Dependencies of {@linkcode runCredentialProcess}. */
export interface ProcessContext {
  readonly now: () => number;
  readonly loops: LoopGuard;
  readonly prompter: Pick<Prompter, "runProgram">;
  /** Whether the program may ask on the terminal. */
  readonly mayAsk: boolean;
}

/**
 * Runs the `credential_process` of a profile, and reads the credentials that the program
 * prints.
 *
 * @throws {AwsError} If the program fails or prints no credentials
 * @throws {ConfigError} If the program would start itself again
 */
export async function runCredentialProcess(
  base: Extract<Base, { readonly kind: "process" }>,
  { now, loops, prompter, mayAsk }: ProcessContext,
): Promise<FoundCredentials> {
  const { profile, fingerprint, words, hiddenVariables = [] } = base;
  const variables = {
    ...Object.fromEntries(hiddenVariables.map((name) => [name, undefined])),
    ...await loops.enter(
      { profile, fingerprint },
      `the AWS profile '${profile}'`,
    ),
  };
  const result = await prompter.runProgram(words, {
    name: `credential_process of the AWS profile '${profile}'`,
    mayAsk,
    variables,
  });
  if (hasFailed(result)) throw processError(base, result);
  const output = parseProcessOutput(result.stdout, now());
  if ("reason" in output) throw processOutputError(base, output);
  return output;
}
