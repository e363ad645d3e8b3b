import { assertEquals, assertRejects } from "@std/assert";
import {
  chooseDevice,
  type Prompter,
  totpDevices,
  withCode,
} from "../../../lib/credentials/mfa/code.ts";
import { AwsError, MfaError } from "../../../lib/errors.ts";
import type { MfaPlan } from "../../../lib/plan/plan.ts";
import type { Answer } from "../../../lib/system/terminal.ts";

const ALICE = "arn:aws:iam::111111111111:mfa/alice";
const REMEDY =
  "give a code with '--mfa-token', or a program that prints one with '--mfa-command'";
const REJECTED = new AwsError("rejected", { code: "AccessDenied" });

/** Answers on the terminal, lines of stdin and outputs of the MFA command, in order. */
interface Script {
  readonly typed?: readonly string[];
  readonly stdin?: readonly (string | undefined)[];
  readonly printed?: readonly (string | number)[];
}

/** A prompter that follows a script and logs each question. */
class ScriptedPrompter implements Prompter {
  readonly log: string[] = [];
  readonly #used = new Set<string>();
  readonly used = {
    has: (code: string) => Promise.resolve(this.#used.has(code)),
    add: (code: string) => Promise.resolve(void this.#used.add(code)),
    next: () => Promise.resolve(void this.log.push("next")),
  };
  readonly onStdin?: () => Promise<string | undefined>;
  readonly #typed: string[];
  readonly #printed: (string | number)[];

  constructor({ typed = [], stdin, printed = [] }: Script) {
    this.#typed = [...typed];
    this.#printed = [...printed];
    if (stdin === undefined) return;
    const lines = [...stdin];
    this.onStdin = () => {
      this.log.push("stdin");
      return Promise.resolve(lines.shift());
    };
  }

  onTerminal = (question: string, typed: "hide" | "show"): Promise<Answer> => {
    this.log.push(`${typed} ${question}`);
    const next = this.#typed.shift();
    if (next === undefined) throw new Error("asked too often");
    return Promise.resolve(
      next === "no terminal" || next === "cancelled"
        ? { kind: next }
        : { kind: "answer", text: next },
    );
  };

  byCommand = (
    command: string | readonly string[],
  ): Promise<{ status: number; stdout: string }> => {
    this.log.push(`run ${command}`);
    const next = this.#printed.shift();
    if (next === undefined) throw new Error("run too often");
    return Promise.resolve(
      typeof next === "number"
        ? { status: next, stdout: "123456\n" }
        : { status: 0, stdout: next },
    );
  };
}

/** The result of withCode(), with the codes sent and the questions asked. */
interface Outcome {
  readonly tried: readonly string[];
  readonly asked: readonly string[];
  readonly result: string | { message: string; hint: string | undefined };
}

async function run(
  mfa: Partial<MfaPlan>,
  script: Script,
  accepted: string,
  used: readonly string[] = [],
): Promise<Outcome> {
  const prompter = new ScriptedPrompter(script);
  for (const code of used) await prompter.used.add(code);
  const tried: string[] = [];
  const call = (code: string) => {
    tried.push(code);
    return code === accepted
      ? Promise.resolve(`session of ${code}`)
      : Promise.reject(REJECTED);
  };
  const isRejected = (error: unknown) => error === REJECTED;
  let result: Outcome["result"];
  try {
    result = await withCode(
      ALICE,
      { mayAsk: true, ...mfa },
      prompter,
      isRejected,
      call,
    );
  } catch (error) {
    if (!(error instanceof MfaError)) throw error;
    result = { message: error.message, hint: error.hint };
  }
  return { tried, asked: prompter.log, result };
}

const QUESTION = `hide MFA code for ${ALICE}: `;
const AGAIN = `hide That code was rejected. MFA code for ${ALICE}: `;
const MALFORMED = `hide A code has six digits. MFA code for ${ALICE}: `;
const GIVEN_UP = {
  message: `AWS rejected the MFA code for ${ALICE}`,
  hint:
    "wait for the next code, because each code works once, and check the device's clock",
};

interface Case {
  readonly mfa?: Partial<MfaPlan>;
  readonly script?: Script;
  readonly accepted?: string;
  /** Codes that earlier runs have sent to AWS. */
  readonly used?: readonly string[];
  readonly tried?: readonly string[];
  readonly asked?: readonly string[];
  readonly result: Outcome["result"];
}

async function check(cases: readonly Case[]): Promise<void> {
  for (const [i, given] of cases.entries()) {
    const { mfa = {}, script = {}, accepted = "111111", result } = given;
    const { tried = [], asked = [] } = given;
    assertEquals(
      await run(mfa, script, accepted, given.used),
      { tried, asked, result },
      `case ${i}`,
    );
  }
}

Deno.test("withCode() uses the given code instead of asking for a code", async () => {
  await check([{
    mfa: { token: "111111", command: "totp" },
    tried: ["111111"],
    result: "session of 111111",
  }]);
});

Deno.test("withCode() asks on the terminal and hides the answer", async () => {
  await check([{
    script: { typed: [" 111111\r"], stdin: ["222222"] },
    tried: ["111111"],
    asked: [QUESTION],
    result: "session of 111111",
  }]);
});

Deno.test("withCode() asks again after a rejected code, three times at most", async () => {
  await check([
    {
      script: { typed: ["222222", "333333", "111111"] },
      tried: ["222222", "333333", "111111"],
      asked: [QUESTION, AGAIN, AGAIN],
      result: "session of 111111",
    },
    {
      script: { typed: ["222222", "333333", "444444", "111111"] },
      tried: ["222222", "333333", "444444"],
      asked: [QUESTION, AGAIN, AGAIN],
      result: GIVEN_UP,
    },
    {
      mfa: { token: "222222" },
      script: { typed: ["111111"] },
      tried: ["222222", "111111"],
      asked: [AGAIN],
      result: "session of 111111",
    },
  ]);
});

Deno.test("withCode() does not send a malformed code to AWS", async () => {
  await check([
    {
      script: { typed: ["", "11111", "111111"] },
      tried: ["111111"],
      asked: [QUESTION, MALFORMED, MALFORMED],
      result: "session of 111111",
    },
    {
      script: { typed: ["a", "b", "c"] },
      asked: [QUESTION, MALFORMED, MALFORMED],
      result: { message: "No MFA code was given", hint: undefined },
    },
  ]);
});

Deno.test("withCode() fails if the user cancels", async () => {
  await check([{
    script: { typed: ["cancelled"] },
    asked: [QUESTION],
    result: { message: "No MFA code was given", hint: undefined },
  }]);
});

Deno.test("withCode() reads the code from stdin only if there is no terminal and the command does not use stdin", async () => {
  const none = {
    message:
      `An MFA code for ${ALICE} is needed, and there is no terminal to ask on`,
    hint: REMEDY,
  };
  await check([
    {
      script: { typed: ["no terminal"], stdin: ["111111"] },
      tried: ["111111"],
      asked: [QUESTION, "stdin"],
      result: "session of 111111",
    },
    {
      script: { typed: ["no terminal"], stdin: [undefined] },
      asked: [QUESTION, "stdin"],
      result: none,
    },
    {
      script: { typed: ["no terminal"] },
      asked: [QUESTION],
      result: none,
    },
    {
      mfa: { token: "222222" },
      script: { typed: ["no terminal"] },
      tried: ["222222"],
      asked: [AGAIN],
      result: GIVEN_UP,
    },
  ]);
});

Deno.test("withCode() asks no question with --no-input", async () => {
  await check([
    {
      mfa: { mayAsk: false },
      script: { stdin: ["111111"] },
      result: {
        message:
          `An MFA code for ${ALICE} is needed, and '--no-input' forbids asking`,
        hint: REMEDY,
      },
    },
    {
      mfa: { mayAsk: false, token: "222222" },
      tried: ["222222"],
      result: GIVEN_UP,
    },
    {
      mfa: { mayAsk: false, command: "totp" },
      script: { printed: ["111111"] },
      tried: ["111111"],
      asked: ["run totp"],
      result: "session of 111111",
    },
  ]);
});

Deno.test("withCode() uses the single code that the MFA command prints", async () => {
  const hint =
    "check the command in '--mfa-command', ASSUME_ROLE_MFA_COMMAND, mfa_command of ~/.aws/assume-role.yaml or mfa_process of ~/.aws/config";
  const ambiguous = {
    message: "The MFA command printed no code, or several codes",
    hint,
  };
  const printing = (printed: string | number, rest: Partial<Case>): Case => ({
    mfa: { command: "totp" },
    script: { printed: [printed] },
    asked: ["run totp"],
    result: ambiguous,
    ...rest,
  });
  const good = { tried: ["111111"], result: "session of 111111" };
  await check([
    printing("111111\n", good),
    printing("Your code: 111111 (20 s left)\n", good),
    printing("", {}),
    printing("1111111\n", {}),
    printing("111111 222222\n", {}),
    printing(7, {
      result: { message: "The MFA command failed with status 7", hint },
    }),
  ]);
});

Deno.test("withCode() runs the MFA command again after a rejected code, but sends no code twice", async () => {
  await check([
    {
      mfa: { command: "totp" },
      script: { printed: ["222222", "111111"] },
      tried: ["222222", "111111"],
      asked: ["run totp", "run totp"],
      result: "session of 111111",
    },
    {
      mfa: { command: "totp" },
      script: { printed: ["222222", "222222", "111111"] },
      tried: ["222222"],
      asked: ["run totp", "run totp"],
      result: GIVEN_UP,
    },
  ]);
});

// Two runs within 30 seconds see the same code on the device.
Deno.test("withCode() sends no code that another run has sent", async () => {
  await check([
    {
      used: ["111111"],
      accepted: "222222",
      mfa: { command: "totp" },
      script: { printed: ["111111", "222222"] },
      tried: ["222222"],
      asked: ["run totp", "next", "run totp"],
      result: "session of 222222",
    },
    {
      used: ["111111"],
      accepted: "222222",
      script: { typed: ["111111", "222222"] },
      tried: ["222222"],
      asked: [
        QUESTION,
        `hide That code was already used: wait for the next code. MFA code for ${ALICE}: `,
      ],
      result: "session of 222222",
    },
    {
      used: ["111111"],
      accepted: "222222",
      mfa: { token: "111111" },
      tried: [],
      asked: [],
      result: {
        message: `The MFA code for ${ALICE} was already used`,
        hint: "wait for the next code: each code works once",
      },
    },
  ]);
});

Deno.test("withCode() rethrows every error of the call, except the rejection of a code", async () => {
  const failure = new AwsError("denied", { code: "AccessDenied" });
  const prompter = new ScriptedPrompter({ typed: ["111111"] });
  const thrown = await assertRejects(() =>
    withCode(
      ALICE,
      { mayAsk: true },
      prompter,
      () => false,
      () => Promise.reject(failure),
    )
  );
  assertEquals([thrown, prompter.log], [failure, [QUESTION]]);
});

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
      `${start}you have several, and '--no-input' forbids asking`,
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
