import { LOST_ANSWER } from "../../aws/errors/match.ts";
import { AwsError, InvalidValueError, MfaError } from "../../errors.ts";
import type { MfaPlan } from "../../plan/plan.ts";
import { parseMfaToken } from "../../settings/parsers.ts";
import type { SafeText } from "../../settings/terminal_text.ts";
import type { ProgramCommand } from "../../system/capture_program.ts";
import type { Answer } from "../../system/terminal.ts";
import type { ProgramResult } from "../run_program.ts";
import type { SignIn } from "../../sso/request.ts";
import { askUser } from "./ask_user.ts";
import { runMfaCommand } from "./mfa_command.ts";
import { type CodePurpose, formatQuestion } from "./question.ts";

/** A request for a one-time code of an MFA device. */
export interface MfaCodeRequest {
  /** The serial number or the ARN of the device. */
  readonly serial: string;
  /** The reason for the request, such as a rejected code, to show to the user. */
  readonly reason?: string;
}

/** Functions that ask the user, or run a program of the user. */
export interface Prompter {
  /** Asks the program that imports assume-role, not the terminal, stdin or `mfa_command`. */
  readonly byProgram?: (
    request: MfaCodeRequest,
  ) => string | undefined | Promise<string | undefined>;
  readonly onTerminal: (
    question: SafeText,
    typed: "hide" | "show",
  ) => Promise<Answer>;
  /** Signs in to IAM Identity Center; absent if assume-role must not sign in. */
  readonly signIn?: SignIn;
  /** Asks in a window; absent if the program that imports assume-role asks the user. */
  readonly inWindow?: Prompter["onTerminal"];
  /** Reads a line of stdin; absent if assume-role must not read stdin. */
  readonly onStdin?: () => Promise<string | undefined>;
  /**
   * Runs a program with the user's environment, and shows the program's error output.
   *
   * @param command a command line for the shell, or the words of a program and its arguments
   */
  readonly runProgram: (
    command: ProgramCommand,
    options: UserProgramOptions,
  ) => Promise<ProgramResult>;
}

/** Options of {@linkcode Prompter.runProgram}. */
export interface UserProgramOptions {
  /** The program's name in the notice if the program takes long. */
  readonly name: string;
  /** Whether the program may ask on the terminal, if there is one. */
  readonly mayAsk: boolean;
  /** Changes of the user's environment; `undefined` removes a variable. */
  readonly variables?: Readonly<Record<string, string | undefined>>;
}

/** The codes of a device that were sent to AWS; each code works once. */
export interface UsedCodes {
  readonly has: (code: string) => Promise<boolean>;
  readonly add: (code: string) => Promise<void>;
  /** Waits until the device shows the next code. */
  readonly next: () => Promise<void>;
}

/** A prompter that knows the codes that were already sent. */
export type CodePrompter = Prompter & { readonly used: UsedCodes };

/** The number of times that a question is asked, or that a code is sent. */
export const MAX_ATTEMPTS = 3;

/**
 * Why another code is needed: AWS rejected the code, or AWS's answer was lost after AWS
 * had used the code.
 */
type Problem = "rejected" | "lost";

const PROBLEMS: Readonly<Record<Problem, string>> = {
  rejected: "That code was rejected.",
  lost:
    "AWS's answer was lost after AWS had used that code: wait for the next code.",
};

const REMEDY =
  "give a code with '--mfa-token', or set '--mfa-command' to a program that prints codes";

/**
 * Runs a call with one-time codes until AWS accepts a code, three times at most.
 *
 * @param isRejected Whether an error means that AWS rejected the code
 * @param purpose The device and the role that the code is for
 * @throws {MfaError} If no code can be obtained, or AWS rejects all codes
 */
export async function withCode<T>(
  purpose: CodePurpose,
  mfa: MfaPlan,
  prompter: CodePrompter,
  isRejected: (error: unknown) => boolean,
  call: (code: string) => Promise<T>,
): Promise<T> {
  const { used } = prompter;
  const { serial } = purpose;
  const getCode = createCodeSource(purpose, mfa, prompter);
  let problem: Problem | undefined;
  let last: unknown;
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const code = await getCode(problem);
    if (code === undefined) break;
    await used.add(code);
    try {
      return await call(code);
    } catch (error) {
      if (!isRejected(error)) throw error;
      problem = isLost(error) ? "lost" : "rejected";
      last = error;
    }
  }
  if (problem === "lost") throw last;
  throw new MfaError(`AWS rejected the MFA code for ${serial}`, {
    hint:
      "wait for the next code, because each code works once, and check the device's clock",
    cause: last,
  });
}

function isLost(error: unknown): boolean {
  return error instanceof AwsError && error.code === LOST_ANSWER;
}

/**
 * Creates a function that gets a new code with each call.
 *
 * @returns A function whose argument is the problem with the previous code. The function
 * returns `undefined` if no other code can be obtained
 */
function createCodeSource(
  purpose: CodePurpose,
  mfa: MfaPlan,
  prompter: CodePrompter,
): (problem: Problem | undefined) => Promise<string | undefined> {
  const { used } = prompter;
  const { serial } = purpose;
  let { token } = mfa;
  let printed: string | undefined;
  return async (problem) => {
    if (token !== undefined) {
      const code = token;
      token = undefined;
      if (!await used.has(code)) return code;
      throw new MfaError(`The MFA code for ${serial} was already used`, {
        hint: "wait for the next code: each code works once",
      });
    }
    if (mfa.command !== undefined && prompter.byProgram === undefined) {
      let code = await runMfaCommand(mfa.command, mfa, prompter);
      if (code === printed && problem === "rejected") return undefined;
      if (await used.has(code)) {
        await used.next();
        code = await runMfaCommand(mfa.command, mfa, prompter);
      }
      printed = code;
      return code;
    }
    if (!mfa.mayAsk) {
      if (problem !== undefined) return undefined;
      throw new MfaError(
        `${describeNeed(purpose)}, and '--no-input' forbids asking`,
        {
          hint: REMEDY,
        },
      );
    }
    return await askForCode(purpose, mfa, prompter, problem);
  };
}

/** Says why AWS needs a code: a guess, because AWS can deny a role for other reasons. */
function describeDenial({ roleArn, wasDenied }: CodePurpose): string {
  return wasDenied ? `AWS denied ${roleArn}; the role may require MFA.` : "";
}

function describeNeed(purpose: CodePurpose): string {
  const need = `An MFA code for ${purpose.serial} is needed`;
  return `${describeDenial(purpose)} ${need}`.trim();
}

/** Asks the user until the answer is a code that was not used before. */
async function askForCode(
  purpose: CodePurpose,
  mfa: MfaPlan,
  prompter: CodePrompter,
  problem: Problem | undefined,
): Promise<string | undefined> {
  let reason = problem && PROBLEMS[problem];
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const answer = await ask(purpose, mfa, prompter, reason);
    if (answer.kind === "cancelled") {
      throw new MfaError("No MFA code was given");
    }
    const text = answer.kind === "answer"
      ? answer.text
      : await prompter.onStdin?.();
    if (text === undefined) {
      if (problem !== undefined) return undefined;
      const { reason: obstacle, missing } = answer.kind === "no terminal"
        ? answer
        : {};
      throw new MfaError(
        `${describeNeed(purpose)}, and ${
          obstacle ?? "there is no terminal to ask on"
        }`,
        {
          hint: missing === undefined
            ? REMEDY
            : `${REMEDY}, or install ${missing}`,
        },
      );
    }
    try {
      const code = parseMfaToken(text);
      if (!await prompter.used.has(code)) return code;
      reason = "That code was already used: wait for the next code.";
    } catch (error) {
      if (!(error instanceof InvalidValueError)) throw error;
      reason = "A code has six digits.";
    }
  }
  throw new MfaError("No MFA code was given");
}

/**
 * Asks the user once: on the terminal, in a window, or through the program that imports
 * assume-role.
 *
 * @param problem the reason why the user is asked again
 */
async function ask(
  purpose: CodePurpose,
  mfa: MfaPlan,
  prompter: Prompter,
  problem: string | undefined,
): Promise<Answer> {
  const { byProgram } = prompter;
  if (byProgram === undefined) {
    const denial = purpose.wasDenied
      ? "AWS denied the role; the role may require MFA."
      : "";
    const question = formatQuestion(purpose, problem ?? denial);
    return await askUser(question, "hide", mfa, prompter);
  }
  const reason = problem ?? describeDenial(purpose);
  const text = await byProgram({
    serial: purpose.serial,
    ...(reason !== "" && { reason }),
  });
  return text === undefined ? { kind: "cancelled" } : { kind: "answer", text };
}
