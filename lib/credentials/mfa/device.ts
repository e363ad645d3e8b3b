import { type CallerIdentity, callerName } from "../../aws/arn.ts";
import type { AwsClient } from "../../aws/sts_types.ts";
import { AwsError, MfaError } from "../../errors.ts";
import type { MfaPlan } from "../../plan/plan.ts";
import { joinLines, sanitize } from "../../settings/terminal_text.ts";
import { askUser } from "./ask_user.ts";
import { MAX_ATTEMPTS, type Prompter } from "./code.ts";

/**
 * Finds the MFA device of an IAM user, and lets the user choose among several.
 *
 * @param denial The error of AssumeRole without a code, if that call was made before
 * @throws {MfaError} If no device shows codes, or the user chose no device
 * @throws {AwsError} If the devices cannot be listed. If the user has no device and
 * `denial` is given, `denial` is thrown
 */
export async function findDevice(
  mfa: MfaPlan,
  client: AwsClient,
  user: CallerIdentity,
  prompter: Prompter,
  denial?: AwsError,
): Promise<string> {
  let serials: readonly string[];
  try {
    serials = await client.listMfaDevices(callerName(user)!);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const reason = denial === undefined
      ? error.message
      : `${denial.message}, and your MFA devices cannot be listed`;
    throw new AwsError(reason, {
      code: error.code,
      requestId: error.requestId,
      hint:
        "if the role requires MFA, name your device with '--mfa-serial', or ask for the permission iam:ListMFADevices",
      cause: error,
    });
  }
  if (serials.length === 0 && denial !== undefined) throw denial;
  return await chooseDevice(totpDevices(serials), mfa, prompter);
}

/**
 * Filters FIDO keys out, because `sts:AssumeRole` accepts only the codes of
 * virtual and hardware TOTP devices (IAM User Guide, "MFA-protected API access").
 */
export function totpDevices(serials: readonly string[]): readonly string[] {
  return serials.filter((serial) => !serial.includes(":u2f/"));
}

/**
 * Returns the only MFA device, or lets the user choose among several.
 *
 * @throws {MfaError} If the list is empty, or the user chose no device
 */
export async function chooseDevice(
  serials: readonly string[],
  mfa: MfaPlan,
  prompter: Prompter,
): Promise<string> {
  const [first, second] = serials;
  if (first === undefined) {
    throw new MfaError("Cannot use MFA: you have no device that shows codes", {
      hint:
        "register an authenticator app or a TOTP token: AssumeRole accepts no FIDO keys",
    });
  }
  if (second === undefined) return first;
  const fail = (reason: string) =>
    new MfaError(`Cannot choose an MFA device: ${reason}`, {
      hint: `name a device with '--mfa-serial': ${serials.join(", ")}`,
    });
  if (!mfa.mayAsk) {
    throw fail("you have several devices, and '--no-input' forbids asking");
  }
  const menu = serials.map((serial, i) => `  ${i + 1}  ${sanitize(serial)}`);
  let question = joinLines([
    "Which MFA device?",
    ...menu,
    `1-${serials.length}: `,
  ]);
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const answer = await askUser(question, "show", mfa, prompter);
    if (answer.kind === "no terminal") {
      throw fail(answer.reason ?? "there is no terminal to ask on");
    }
    if (answer.kind === "cancelled") break;
    const chosen = serials[Number(answer.text.trim()) - 1];
    if (chosen !== undefined) return chosen;
    question = joinLines([
      `Please type a number from 1 to ${serials.length}: `,
    ]);
  }
  throw fail("no device was chosen");
}
