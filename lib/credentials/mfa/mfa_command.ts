import { MfaError } from "../../errors.ts";
import type { MfaPlan } from "../../plan/plan.ts";
import {
  describeFailure,
  hasFailed,
  NO_SHELL_HINT,
} from "../program_failure.ts";
import type { Prompter } from "./code.ts";

const CANNOT = "Cannot get an MFA code";
const NAME = "the MFA command";

/**
 * Runs the user's MFA command and returns the code that the command prints.
 *
 * @throws {MfaError} If the command fails, or prints no code or several codes
 */
export async function runMfaCommand(
  command: string,
  { mayAsk }: MfaPlan,
  prompter: Prompter,
): Promise<string> {
  const result = await prompter.runProgram(command, { name: NAME, mayAsk });
  // The hint must not show the command, which may contain the secret of the device.
  const hint =
    "check the command in '--mfa-command', ASSUME_ROLE_MFA_COMMAND, mfa_command of ~/.aws/assume-role.yaml or mfa_process of ~/.aws/config";
  if (hasFailed(result)) {
    const reason = describeFailure({
      name: NAME,
      ...result,
      showsStatus: true,
    });
    throw new MfaError(`${CANNOT}: ${reason}`, {
      hint: result.notStarted === "no shell"
        ? NO_SHELL_HINT
        : result.lastWords?.hint ?? hint,
      cause: result.errorOutput,
    });
  }
  const [code, ...others] = result.stdout.match(/(?<!\d)\d{6}(?!\d)/g) ?? [];
  if (code !== undefined && others.length === 0) return code;
  throw new MfaError(`${CANNOT}: ${NAME} printed no code, or several codes`, {
    hint,
  });
}
