import { InvalidValueError, MfaError } from "../../errors.ts";
import type { MfaPlan } from "../../plan/plan.ts";
import { parseMfaToken } from "../../settings/parsers.ts";
import { sanitize } from "../../settings/sanitize.ts";
import type { Answer } from "../../system/terminal.ts";

/** What a one-time code is needed for. */
export interface MfaCodeRequest {
  /** The serial or the ARN of the device. */
  readonly serial: string;
  /** What the person should know of, such as that the last code was rejected. */
  readonly reason?: string;
}

/** How a person, or a program of the person's, is asked. */
export interface Prompter {
  /** The program that imports us asks in its own way; then nobody else does. */
  readonly byProgram?: (
    request: MfaCodeRequest,
  ) => string | undefined | Promise<string | undefined>;
  readonly onTerminal: (
    question: string,
    typed: "hide" | "show",
  ) => Promise<Answer>;
  /** A line of stdin; absent where stdin is the command's. */
  readonly onStdin?: () => Promise<string | undefined>;
  readonly byCommand: (
    commandLine: string,
  ) => Promise<{ readonly status: number; readonly stdout: string }>;
}

/** The codes of a device that were sent to AWS: each works once. */
export interface UsedCodes {
  readonly has: (code: string) => Promise<boolean>;
  readonly add: (code: string) => Promise<void>;
  /** Waits until the device shows another one. */
  readonly next: () => Promise<void>;
}

/** How often a code is tried before giving up. */
const ATTEMPTS = 3;

const REMEDY =
  "give a code with '--mfa-token', or a program that prints one with '--mfa-command'";

/**
 * Keeps FIDO keys out: `sts:AssumeRole` takes only the codes of virtual and
 * hardware TOTP devices (IAM User Guide, "MFA-protected API access").
 */
export function totpDevices(serials: readonly string[]): readonly string[] {
  return serials.filter((serial) => !serial.includes(":u2f/"));
}

/** Lets the person choose the device where there are several. */
export async function chooseDevice(
  serials: readonly string[],
  mfa: MfaPlan,
  prompter: Prompter,
): Promise<string> {
  const [first, second] = serials;
  if (first === undefined) {
    throw new MfaError("Cannot use MFA: you have no device that shows codes", {
      hint:
        "AWS takes no FIDO keys here; register an authenticator app or a TOTP token",
    });
  }
  if (second === undefined) return first;
  const several = (reason: string) =>
    new MfaError(`Cannot choose an MFA device: ${reason}`, {
      hint: `name one with '--mfa-serial': ${serials.join(", ")}`,
    });
  if (!mfa.mayAsk) {
    throw several("there are several, and '--no-input' forbids asking");
  }
  const menu = serials.map((serial, i) => `  ${i + 1}  ${sanitize(serial)}\n`)
    .join("");
  let question = `Which MFA device?\n${menu}1-${serials.length}: `;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const answer = await prompter.onTerminal(question, "show");
    if (answer.kind === "no terminal") {
      throw several(answer.reason ?? "there is no terminal to ask on");
    }
    if (answer.kind === "cancelled") break;
    const chosen = serials[Number(answer.text.trim()) - 1];
    if (chosen !== undefined) return chosen;
    question = `Please type a number from 1 to ${serials.length}: `;
  }
  throw several("none was chosen");
}

/**
 * Runs a call with one-time codes until one is accepted, three times at most.
 *
 * @param rejected tells whether an error says that the code was not accepted
 * @param why what the person should know of before giving a code
 * @throws {MfaError} where no code can be had, or none was accepted
 */
export async function withCode<T>(
  serial: string,
  mfa: MfaPlan,
  prompter: Prompter & { readonly used: UsedCodes },
  rejected: (error: unknown) => boolean,
  call: (code: string) => Promise<T>,
  why = "",
): Promise<T> {
  const { used } = prompter;
  const next = codes(serial, mfa, prompter, why);
  let last: unknown;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const code = await next(attempt > 1);
    if (code === undefined) break;
    await used.add(code);
    try {
      return await call(code);
    } catch (error) {
      if (!rejected(error)) throw error;
      last = error;
    }
  }
  throw new MfaError(`AWS rejected the MFA code for ${serial}`, {
    hint:
      "each code works once: wait for the next one; is the device's clock right?",
    cause: last,
  });
}

/** The codes to try one after the other; `undefined` where there is no further one. */
function codes(
  serial: string,
  mfa: MfaPlan,
  prompter: Prompter & { readonly used: UsedCodes },
  why: string,
): (again: boolean) => Promise<string | undefined> {
  const { used } = prompter;
  let { token } = mfa;
  let printed: string | undefined;
  return async (again) => {
    if (token !== undefined) {
      const code = token;
      token = undefined;
      if (!await used.has(code)) return code;
      throw new MfaError(`The MFA code for ${serial} was used already`, {
        hint: "each code works once: wait for the next one",
      });
    }
    if (mfa.command !== undefined && prompter.byProgram === undefined) {
      let code = await codeOfCommand(mfa.command, prompter);
      if (code === printed) return undefined; // it was rejected
      if (await used.has(code)) {
        await used.next();
        code = await codeOfCommand(mfa.command, prompter);
      }
      printed = code;
      return code;
    }
    if (!mfa.mayAsk) {
      if (again) return undefined;
      throw new MfaError(
        `${why}An MFA code for ${serial} is needed, and '--no-input' forbids asking`,
        {
          hint: REMEDY,
        },
      );
    }
    return await codeOfPerson(serial, prompter, again, why);
  };
}

async function codeOfPerson(
  serial: string,
  prompter: Prompter & { readonly used: UsedCodes },
  again: boolean,
  why: string,
): Promise<string | undefined> {
  let reason = again ? "That code was rejected. " : why;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const answer = await askPerson(serial, reason, prompter);
    if (answer.kind === "cancelled") {
      throw new MfaError("No MFA code was given");
    }
    const text = answer.kind === "answer"
      ? answer.text
      : await prompter.onStdin?.();
    if (text === undefined) {
      if (again) return undefined;
      const reason = answer.kind === "no terminal" ? answer.reason : undefined;
      throw new MfaError(
        `${why}An MFA code for ${serial} is needed, and ${
          reason ?? "there is no terminal to ask on"
        }`,
        {
          hint: REMEDY,
        },
      );
    }
    try {
      const code = parseMfaToken(text);
      if (!await prompter.used.has(code)) return code;
      reason = "That code was used already: wait for the next one. ";
    } catch (error) {
      if (!(error instanceof InvalidValueError)) throw error;
      reason = "A code is six digits. ";
    }
  }
  throw new MfaError("No MFA code was given");
}

async function askPerson(
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

async function codeOfCommand(
  command: string,
  prompter: Prompter,
): Promise<string> {
  const { status, stdout } = await prompter.byCommand(command);
  // The command itself may hold the secret of the codes.
  const hint =
    "'--mfa-command', ASSUME_ROLE_MFA_COMMAND or mfa_command in ~/.aws/assume-role.yaml says which it is";
  if (status !== 0) {
    throw new MfaError(`The MFA command failed with status ${status}`, {
      hint,
    });
  }
  const found = stdout.match(/(?<!\d)\d{6}(?!\d)/g) ?? [];
  if (found.length !== 1) {
    throw new MfaError("The MFA command printed no code, or more than one", {
      hint,
    });
  }
  return found[0]!;
}
