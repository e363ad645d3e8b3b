import { AwsError } from "../errors.ts";
import type { WebIdentityToken } from "../plan/plan.ts";
import type { AssumeRoleContext } from "./assume_role.ts";

/**
 * Runs the `web_identity_token_process` of a profile, and returns the token that the
 * program prints.
 *
 * @throws {AwsError} If the program fails, or prints something else than a token
 */
export async function runTokenProcess(
  { command, profile }: WebIdentityToken & { kind: "process" },
  { prompter, loops }: Pick<AssumeRoleContext, "prompter" | "loops">,
): Promise<string> {
  const variables = await loops.enter(
    { profile, key: "web_identity_token_process" },
    `the AWS profile '${profile}'`,
  );
  const { status, stdout } = await prompter.byCommand(command, variables);
  const token = stdout.trim();
  if (status === 0 && /^\S+$/.test(token)) return token;
  // The error must not show the command or its output, which may contain secrets.
  const reason = status !== 0
    ? `failed with status ${status}`
    : token === ""
    ? "printed no token"
    : "printed more than a token";
  throw new AwsError(
    `Cannot get a web identity token: web_identity_token_process of the AWS profile '${profile}' ${reason}`,
    {
      code: "NoWebIdentityToken",
      hint: `check web_identity_token_process of the profile '${profile}'`,
    },
  );
}
