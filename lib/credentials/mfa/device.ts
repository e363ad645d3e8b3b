import { type CallerIdentity, callerName } from "../../aws/arn.ts";
import type { AwsClient } from "../../aws/client.ts";
import { AwsError } from "../../errors.ts";
import type { MfaPlan } from "../../plan/plan.ts";
import { chooseDevice, type Prompter, totpDevices } from "./code.ts";

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
