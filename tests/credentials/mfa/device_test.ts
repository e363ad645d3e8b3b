import { assertEquals, assertRejects } from "@std/assert";
import {
  chooseDevice,
  totpDevices,
} from "../../../lib/credentials/mfa/device.ts";
import type { MfaPlan } from "../../../lib/plan/plan.ts";
import { ScriptedPrompter } from "./scripted_prompter.ts";

const ALICE = "arn:aws:iam::111111111111:mfa/alice";
const FIDO = "arn:aws:iam::111111111111:u2f/user/alice/key-ABCDEF";
const HARDWARE = "GAHT12345678";

Deno.test("totpDevices() drops devices that show no code", () => {
  assertEquals(totpDevices([FIDO, ALICE, HARDWARE, FIDO]), [ALICE, HARDWARE]);
  assertEquals(totpDevices([FIDO]), []);
  const u2f = "arn:aws:iam::111111111111:mfa/u2f";
  assertEquals(totpDevices([u2f]), [u2f]);
});

const MENU = `show Which MFA device?
  1  ${ALICE}
  2  ${HARDWARE}
1-2: `;
const RANGE = "show Please type a number from 1 to 2: ";
const SEVERAL_HINT = `name a device with '--mfa-serial': ${ALICE}, ${HARDWARE}`;

Deno.test("chooseDevice() returns the only device, or lets the user choose among several", async () => {
  const cases: readonly (readonly [string[], string[], string, string[]])[] = [
    [[ALICE], [], ALICE, []],
    [[ALICE, HARDWARE], ["1"], ALICE, [MENU]],
    [[ALICE, HARDWARE], [" 2 "], HARDWARE, [MENU]],
    [[ALICE, HARDWARE], ["0", "3", "2"], HARDWARE, [MENU, RANGE, RANGE]],
    [[ALICE, HARDWARE], ["", "x", "1"], ALICE, [MENU, RANGE, RANGE]],
  ];
  for (const [serials, typed, expected, asked] of cases) {
    const prompter = new ScriptedPrompter({ typed });
    const chosen = await chooseDevice(serials, { mayAsk: true }, prompter);
    assertEquals([chosen, prompter.log], [expected, asked]);
  }
});

Deno.test("chooseDevice() reports why no device was chosen", async () => {
  type Row = readonly [string[], MfaPlan, string[], string, string];
  const both = [ALICE, HARDWARE];
  const start = "Cannot choose an MFA device: ";
  const cases: readonly Row[] = [
    [
      [],
      { mayAsk: true },
      [],
      "Cannot use MFA: you have no device that shows codes",
      "register an authenticator app or a TOTP token: AssumeRole accepts no FIDO keys",
    ],
    [
      both,
      { mayAsk: false },
      [],
      `${start}you have several devices, and '--no-input' forbids asking`,
      SEVERAL_HINT,
    ],
    [
      both,
      { mayAsk: true },
      ["no terminal"],
      `${start}there is no terminal to ask on`,
      SEVERAL_HINT,
    ],
    [
      both,
      { mayAsk: true },
      ["cancelled"],
      `${start}no device was chosen`,
      SEVERAL_HINT,
    ],
    [
      both,
      { mayAsk: true },
      ["3", "4", "5"],
      `${start}no device was chosen`,
      SEVERAL_HINT,
    ],
  ];
  for (const [serials, mfa, typed, text, remedy] of cases) {
    const prompter = new ScriptedPrompter({ typed });
    const { name, message, hint } = await assertRejects(() =>
      chooseDevice(serials, mfa, prompter)
    );
    assertEquals([name, message, hint], ["MfaError", text, remedy]);
  }
});
