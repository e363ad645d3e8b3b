import { assertEquals, assertRejects } from "@std/assert";
import { withCode } from "../../../lib/credentials/mfa/code.ts";
import { LOST_ANSWER } from "../../../lib/aws/errors/match.ts";
import { AwsError, MfaError } from "../../../lib/errors.ts";
import type { MfaPlan } from "../../../lib/plan/plan.ts";
import { type Script, ScriptedPrompter } from "./scripted_prompter.ts";

const ALICE = "arn:aws:iam::111111111111:mfa/alice";
const REMEDY =
  "give a code with '--mfa-token', or set '--mfa-command' to a program that prints codes";
const REJECTED = new AwsError("rejected", { code: "AccessDenied" });

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
      PURPOSE,
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

const PURPOSE = {
  serial: ALICE,
  roleArn: "arn:aws:iam::111111111111:role/admin",
};
const ASKS = "MFA code for alice (role admin): ";
const QUESTION = `hide ${ASKS}`;
const AGAIN = `hide That code was rejected. ${ASKS}`;
const MALFORMED = `hide A code has six digits. ${ASKS}`;
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
    message:
      "Cannot get an MFA code: the MFA command printed no code, or several codes",
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
      result: {
        message: "Cannot get an MFA code: the MFA command failed with status 7",
        hint,
      },
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
        `hide That code was already used: wait for the next code.\n${ASKS}`,
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
      PURPOSE,
      { mayAsk: true },
      prompter,
      () => false,
      () => Promise.reject(failure),
    )
  );
  assertEquals([thrown, prompter.log], [failure, [QUESTION]]);
});

const LOST = new AwsError("the answer was lost", { code: LOST_ANSWER });

/** Runs withCode() for a device whose first code was used by a call whose answer was lost. */
async function runAfterLoss(
  mfa: Partial<MfaPlan>,
  script: Script,
): Promise<readonly [result: unknown, log: readonly string[]]> {
  const prompter = new ScriptedPrompter(script);
  const call = (code: string) =>
    code === "111111" ? Promise.reject(LOST) : Promise.resolve(code);
  const plan = { mayAsk: true, ...mfa };
  const result = await withCode(PURPOSE, plan, prompter, () => true, call)
    .catch((error) => error);
  return [result, prompter.log];
}

Deno.test("if AWS's answer was lost after AWS had used a code, withCode() gets the next code", async () => {
  const lost =
    `hide AWS's answer was lost after AWS had used that code: wait for the next code.\n${ASKS}`;
  assertEquals(await runAfterLoss({}, { typed: ["111111", "222222"] }), [
    "222222",
    [QUESTION, lost],
  ]);
  const printed = ["111111", "111111", "222222"];
  assertEquals(await runAfterLoss({ command: "code" }, { printed }), [
    "222222",
    ["run code", "run code", "next", "run code"],
  ]);
});

Deno.test("if AWS's answer was lost and there is no other code, withCode() does not say that AWS rejected the code", async () => {
  const mfa = { token: "111111", mayAsk: false };
  assertEquals(await runAfterLoss(mfa, {}), [LOST, []]);
});
