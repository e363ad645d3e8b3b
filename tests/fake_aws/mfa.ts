import type { ActionContext } from "./actions.ts";
import { Refusal } from "./refusal.ts";
import { stepAt, totp } from "./totp.ts";

/**
 * Whether the request has a valid MFA code. AWS accepts the codes of the current time step and
 * of the steps before and after it. A code that was valid when the fake AWS started stays
 * valid, so that a test can read a code and use the code later on a slow machine.
 *
 * @throws {Refusal} If the code is wrong or was used before.
 */
export async function checkCode(context: ActionContext): Promise<boolean> {
  const { caller, params, now, started, usedCodes } = context;
  const code = params.get("TokenCode");
  const serial = params.get("SerialNumber");
  if (code === null && serial === null) return false;
  if (code === null || serial === null) {
    throw new Refusal(
      "AccessDenied",
      "MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code.",
      403,
    );
  }
  const device = caller.user?.devices?.find((device) =>
    device.serial === serial
  );
  if (device?.secret !== undefined) {
    for (let step = stepAt(started) - 1; step <= stepAt(now) + 1; step++) {
      const right = await totp(device.secret, step);
      const use = `${serial} ${step}`;
      if (right !== code || usedCodes.has(use)) continue;
      usedCodes.add(use);
      return true;
    }
  }
  throw new Refusal(
    "AccessDenied",
    "MultiFactorAuthentication failed with invalid MFA one time pass code. ",
    403,
  );
}
