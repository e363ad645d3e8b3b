import { type CallerIdentity, callerName } from "../../aws/arn.ts";
import type { AwsClient } from "../../aws/client.ts";
import { AwsError } from "../../errors.ts";
import type { MfaPlan } from "../../plan/plan.ts";
import { chooseDevice, type Prompter, totpDevices } from "./code.ts";

/**
 * Finds the device of a user for one-time codes, and lets the person choose
 * where there are several.
 *
 * @param denial what AWS said without a code, where it did
 * @throws {MfaError} where there is none, or none was chosen
 * @throws {AwsError} where they cannot be listed, or the denial if there are none
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
        "if the role wants MFA, name the device with '--mfa-serial', or get iam:ListMFADevices for yourself",
      cause: error,
    });
  }
  if (serials.length === 0 && denial !== undefined) throw denial;
  return await chooseDevice(totpDevices(serials), mfa, prompter);
}
