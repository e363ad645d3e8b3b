// Pure: no I/O.
import { InvalidValueError } from "../errors.ts";
import { parseDuration } from "./duration.ts";
import { FORMATS, SHELLS } from "./options.ts";
import { isUnsafe } from "./terminal_text.ts";

/** Name of an output format. */
export type Format = (typeof FORMATS)[number];

/** Name of a shell with a completion script. */
export type Shell = (typeof SHELLS)[number];

/** Kinds of names that completion scripts ask for, for example with `--completions roles`. */
export const NAME_KINDS = ["roles", "profiles"] as const;
/** Value of `--completions`: a shell to print a script for, or a kind of names to list. */
export type Completions = Shell | (typeof NAME_KINDS)[number];

/** Parses a single line of text that is not empty. */
export function parseText(text: string): string {
  if (text === "") throw new InvalidValueError("the value is empty");
  if (/[\0\r\n]/.test(text)) {
    throw new InvalidValueError(
      "the value contains a line break or a NUL character",
    );
  }
  return text;
}

/** Parses a single line of text that may be empty. */
export function parsePrefix(text: string): string {
  return text === "" ? "" : parseText(text);
}

/** Parses the start of a profile name; refuses characters that AWS's files reserve. */
export function parseProfileNamePrefix(text: string): string {
  if (!/^[^\s[\]#;"'=:\p{Cc}]*$/u.test(text)) {
    throw new InvalidValueError(
      "a profile name cannot contain spaces, quotes or any of [ ] # ; = :",
    );
  }
  if (isUnsafe(text)) {
    throw new InvalidValueError(
      "the value contains a character that a terminal does not show",
    );
  }
  return text;
}

/** Parses `true` or `false`. */
export function parseBoolean(text: string): boolean {
  if (text === "true") return true;
  if (text === "false") return false;
  throw new InvalidValueError("the value must be true or false");
}

/** Parses the value of a switch: `1` or `true`, `0` or `false`. */
export function parseSwitch(text: string): boolean {
  if (text === "1" || text === "true") return true;
  if (text === "0" || text === "false") return false;
  throw new InvalidValueError("the value must be 1, true, 0 or false");
}

/** Parses a session duration into seconds, by the limits of AssumeRole's DurationSeconds. */
export function parseSessionDuration(text: string): number {
  const seconds = parseDuration(text);
  if (seconds < 900 || seconds > 43_200) {
    throw new InvalidValueError("a session can last from 15m to 12h");
  }
  return seconds;
}

/**
 * Parses an MFA session duration into seconds, by the limits of GetSessionToken's
 * DurationSeconds.
 */
export function parseMfaSessionDuration(text: string): number {
  const seconds = parseDuration(text);
  if (seconds < 900 || seconds > 129_600) {
    throw new InvalidValueError("an MFA session can last from 15m to 36h");
  }
  return seconds;
}

/** Parses a role session name, by the pattern of AssumeRole's RoleSessionName. */
export function parseSessionName(text: string): string {
  if (!/^[\w+=,.@-]{2,64}$/.test(text)) {
    throw new InvalidValueError(
      "a session name must have 2 to 64 of the characters A-Z a-z 0-9 _ + = , . @ -",
    );
  }
  return text;
}

/**
 * Parses an AWS region. Accepts only characters of host names, because the region becomes
 * part of a host name.
 */
export function parseRegion(text: string): string {
  if (!/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])$/.test(text)) {
    throw new InvalidValueError("write a region like eu-west-1");
  }
  return text;
}

/**
 * Parses the ARN or the serial number of an MFA device, by the pattern of AssumeRole's
 * SerialNumber.
 */
export function parseMfaSerial(text: string): string {
  if (!/^[\w+=/:,.@-]{9,256}$/.test(text)) {
    throw new InvalidValueError(
      "an MFA device is an ARN like arn:aws:iam::111111111111:mfa/alice or a hardware serial number",
    );
  }
  return text;
}

/** Parses a one-time code, by the pattern of AssumeRole's TokenCode. */
export function parseMfaToken(text: string): string {
  const code = text.trim();
  if (!/^\d{6}$/.test(code)) {
    throw new InvalidValueError("an MFA code must have six digits");
  }
  return code;
}

/** Checks the ARN of a role, in any partition, by the patterns of IAM's Path and RoleName. */
export function parseRoleArn(text: string): string {
  if (
    !/^arn:[\w-]+:iam::\d{12}:role\/(?:[!-~]+\/)?[\w+=,.@-]{1,64}$/.test(text)
  ) {
    throw new InvalidValueError(
      "write the ARN of a role like arn:aws:iam::111111111111:role/admin",
    );
  }
  return text;
}

/** Parses the name of an output format. */
export function parseFormat(text: string): Format {
  const format = FORMATS.find((known) => known === text);
  if (format === undefined) {
    throw new InvalidValueError(`use one of the formats ${FORMATS.join(", ")}`);
  }
  return format;
}

/** Parses the key `web_identity`. */
export function parseWebIdentity(text: string): "auto" | "never" {
  if (text === "auto" || text === "never") return text;
  throw new InvalidValueError("the value must be auto or never");
}

/** Parses the key `mfa_prompt`. */
export function parseMfaPrompt(text: string): "terminal" | "graphical" {
  if (text === "terminal" || text === "graphical") return text;
  throw new InvalidValueError("the value must be terminal or graphical");
}

/** Parses the value of `--completions`. */
export function parseCompletions(text: string): Completions {
  return NAME_KINDS.find((known) => known === text) ?? parseShell(text);
}

/** Parses the name of a shell. */
export function parseShell(text: string): Shell {
  const found = SHELLS.find((known) => known === text);
  if (found === undefined) {
    throw new InvalidValueError(`use one of the shells ${SHELLS.join(", ")}`);
  }
  return found;
}

/** Parses comma-separated names of variables, in which `*` matches any characters. */
export function parsePatterns(text: string): readonly string[] {
  const patterns = text.split(",").map((pattern) => pattern.trim());
  for (const pattern of patterns) {
    if (pattern === "" || /[\s=]/.test(pattern)) {
      throw new InvalidValueError(
        "write names of variables like FOO,BAR_*",
      );
    }
  }
  return patterns;
}
