import {
  type OutputProblem,
  parseProcessOutput,
} from "../aws/process_output.ts";
import type { FoundCredentials } from "../aws/sdk_interface.ts";
import type { Base } from "../plan/plan.ts";
import { processError, processOutputError } from "./base_error.ts";
import type { LoopGuard } from "./loop_guard.ts";
import type { Prompter } from "./mfa/code.ts";

const TOO_LONG: OutputProblem = {
  reason: "more than 64 KiB",
  hint: "let the program print only JSON",
};

/** Dependencies of {@linkcode runCredentialProcess}. */
export interface ProcessContext {
  readonly now: () => number;
  readonly loops: LoopGuard;
  readonly prompter: Pick<Prompter, "byCommand">;
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
  const options = { usesTerminal: mayAsk };
  const result = await prompter.byCommand(words, variables, options);
  if (result.isTooLong) throw processOutputError(base, TOO_LONG);
  if (result.status !== 0) throw processError(base, result);
  const output = parseProcessOutput(result.stdout, now());
  if ("reason" in output) throw processOutputError(base, output);
  return output;
}
