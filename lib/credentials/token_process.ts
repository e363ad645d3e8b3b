import { isShaped } from "../aws/credentials.ts";
import { AwsError } from "../errors.ts";
import type { MfaPlan, WebIdentityToken } from "../plan/plan.ts";
import type { AssumeRoleContext } from "./assume_role.ts";
import {
  describeFailure,
  hasFailed,
  NO_SHELL_HINT,
} from "./program_failure.ts";

/**
 * Runs the `web_identity_token_process` of a profile, and returns the token that the
 * program prints.
 *
 * @throws {AwsError} If the program fails, or prints something else than a token
 */
export async function runTokenProcess(
  { command, profile }: WebIdentityToken & { kind: "process" },
  { prompter, loops, mayAsk }:
    & Pick<AssumeRoleContext, "prompter" | "loops">
    & Pick<MfaPlan, "mayAsk">,
): Promise<string> {
  const variables = await loops.enter(
    { profile, key: "web_identity_token_process" },
    `the AWS profile '${profile}'`,
  );
  const name = `web_identity_token_process of the AWS profile '${profile}'`;
  const result = await prompter.runProgram(command, {
    name,
    mayAsk,
    variables,
  });
  const token = result.stdout.trim();
  if (!hasFailed(result) && isShaped({ token }, { token: "string" })) {
    return token;
  }
  // The error must not show the command or its output, which may contain secrets.
  const reason = hasFailed(result)
    ? describeFailure({ name, ...result, showsStatus: true })
    : `${name} printed ${token === "" ? "no token" : "more than a token"}`;
  throw new AwsError(`Cannot get a web identity token: ${reason}`, {
    code: "NoWebIdentityToken",
    hint: result.notStarted === "no shell"
      ? NO_SHELL_HINT
      : `check web_identity_token_process of the profile '${profile}'`,
    cause: result.errorOutput,
  });
}
