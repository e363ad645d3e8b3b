import { InvalidValueError, MfaError } from "../../errors.ts";
import type { MfaPlan } from "../../plan/plan.ts";
import { parseMfaToken } from "../../settings/parsers.ts";
import { sanitize } from "../../settings/terminal_text.ts";
import type { ProgramCommand } from "../../system/capture_program.ts";
import type { Answer } from "../../system/terminal.ts";
import type { ProgramResult } from "../run_program.ts";
import { runMfaCommand } from "./mfa_command.ts";

/** A request for a one-time code of an MFA device. */
export interface MfaCodeRequest {
  /** The serial number or the ARN of the device. */
  readonly serial: string;
  /** The reason for the request, such as a rejected code, to show to the user. */
  readonly reason?: string;
}

/** Functions that ask the user, or a program of the user, for a code. */
export interface Prompter {
  /** Asks the program that imports assume-role, not the terminal, stdin or `mfa_command`. */
  readonly byProgram?: (
    request: MfaCodeRequest,
  ) => string | undefined | Promise<string | undefined>;
  readonly onTerminal: (
    question: string,
    typed: "hide" | "show",
  ) => Promise<Answer>;
  /** Reads a line of stdin; absent if assume-role must not read stdin. */
  readonly onStdin?: () => Promise<string | undefined>;
  /**
   * Runs a program with the user's environment and additional variables, and shows the
   * program's error output. A variable whose value is `undefined` is removed.
   *
   * @param command a command line for the shell, or the words of a program and its arguments
   */
  readonly byCommand: (
    command: ProgramCommand,
    variables?: Readonly<Record<string, string | undefined>>,
    options?: ByCommandOptions,
  ) => Promise<ProgramResult>;
}

/** Options of {@linkcode Prompter.byCommand}. */
export interface ByCommandOptions {
  /** Whether the program may ask on the terminal, if there is one; default: `true`. */
  readonly usesTerminal?: boolean;
}

/** The codes of a device that were sent to AWS; each code works once. */
export interface UsedCodes {
  readonly has: (code: string) => Promise<boolean>;
  readonly add: (code: string) => Promise<void>;
  /** Waits until the device shows the next code. */
  readonly next: () => Promise<void>;
}

const MAX_ATTEMPTS = 3;

const REMEDY =
  "give a code with '--mfa-token', or a program that prints one with '--mfa-command'";

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
    throw fail("you have several, and '--no-input' forbids asking");
  }
  const menu = serials.map((serial, i) => `  ${i + 1}  ${sanitize(serial)}\n`)
    .join("");
  let question = `Which MFA device?\n${menu}1-${serials.length}: `;
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const answer = await prompter.onTerminal(question, "show");
    if (answer.kind === "no terminal") {
      throw fail(answer.reason ?? "there is no terminal to ask on");
    }
    if (answer.kind === "cancelled") break;
    const chosen = serials[Number(answer.text.trim()) - 1];
    if (chosen !== undefined) return chosen;
    question = `Please type a number from 1 to ${serials.length}: `;
  }
  throw fail("no device was chosen");
}

/**
 * Runs a call with one-time codes until AWS accepts a code, three times at most.
 *
 * @param isRejected Whether an error means that AWS rejected the code
 * @param reason The reason why a code is needed, which is shown before the question
 * @throws {MfaError} If no code can be obtained, or AWS rejects all codes
 */
export async function withCode<T>(
  serial: string,
  mfa: MfaPlan,
  prompter: Prompter & { readonly used: UsedCodes },
  isRejected: (error: unknown) => boolean,
  call: (code: string) => Promise<T>,
  reason = "",
): Promise<T> {
  const { used } = prompter;
  const getCode = createCodeSource(serial, mfa, prompter, reason);
  let last: unknown;
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const code = await getCode(attempt > 1);
    if (code === undefined) break;
    await used.add(code);
    try {
      return await call(code);
    } catch (error) {
      if (!isRejected(error)) throw error;
      last = error;
    }
  }
  throw new MfaError(`AWS rejected the MFA code for ${serial}`, {
    hint:
      "wait for the next code, because each code works once, and check the device's clock",
    cause: last,
  });
}

/**
 * Creates a function that gets a new code with each call.
 *
 * @returns A function whose argument says whether AWS rejected the previous code. The
 * function returns `undefined` if no other code can be obtained
 */
function createCodeSource(
  serial: string,
  mfa: MfaPlan,
  prompter: Prompter & { readonly used: UsedCodes },
  reason: string,
): (isRetry: boolean) => Promise<string | undefined> {
  const { used } = prompter;
  let { token } = mfa;
  let printed: string | undefined;
  return async (isRetry) => {
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
      if (code === printed) return undefined; // AWS rejected this code
      if (await used.has(code)) {
        await used.next();
        code = await runMfaCommand(mfa.command, mfa, prompter);
      }
      printed = code;
      return code;
    }
    if (!mfa.mayAsk) {
      if (isRetry) return undefined;
      throw new MfaError(
        `${reason}An MFA code for ${serial} is needed, and '--no-input' forbids asking`,
        {
          hint: REMEDY,
        },
      );
    }
    return await askForCode(serial, prompter, isRetry, reason);
  };
}

/** Asks the user until the answer is a code that was not used before. */
async function askForCode(
  serial: string,
  prompter: Prompter & { readonly used: UsedCodes },
  isRetry: boolean,
  firstReason: string,
): Promise<string | undefined> {
  let reason = isRetry ? "That code was rejected. " : firstReason;
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const answer = await ask(serial, reason, prompter);
    if (answer.kind === "cancelled") {
      throw new MfaError("No MFA code was given");
    }
    const text = answer.kind === "answer"
      ? answer.text
      : await prompter.onStdin?.();
    if (text === undefined) {
      if (isRetry) return undefined;
      const obstacle = answer.kind === "no terminal"
        ? answer.reason
        : undefined;
      throw new MfaError(
        `${firstReason}An MFA code for ${serial} is needed, and ${
          obstacle ?? "there is no terminal to ask on"
        }`,
        {
          hint: REMEDY,
        },
      );
    }
    try {
      const code = parseMfaToken(text);
      if (!await prompter.used.has(code)) return code;
      reason = "That code was already used: wait for the next code. ";
    } catch (error) {
      if (!(error instanceof InvalidValueError)) throw error;
      reason = "A code has six digits. ";
    }
  }
  throw new MfaError("No MFA code was given");
}

/** Asks the user once, on the terminal or through the program that imports assume-role. */
async function ask(
  serial: string,
  reason: string,
  { byProgram, onTerminal }: Prompter,
): Promise<Answer> {
  if (byProgram === undefined) {
    return await onTerminal(
      `${reason}MFA code for ${sanitize(serial)}: `,
      "hide",
    );
  }
  const text = await byProgram({
    serial,
    ...(reason !== "" && { reason: reason.trim() }),
  });
  return text === undefined ? { kind: "cancelled" } : { kind: "answer", text };
}
