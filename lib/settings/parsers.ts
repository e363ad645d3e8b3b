// Pure: no I/O.
import { InvalidValueError } from "../errors.ts";
import { parseDuration } from "./duration.ts";
import { FORMATS, SHELLS } from "./options.ts";

/** One of {@linkcode FORMATS}. */
export type Format = (typeof FORMATS)[number];

/** One of {@linkcode SHELLS}. */
export type Shell = (typeof SHELLS)[number];

/** What completions ask us for meanwhile: `--completions roles`. */
export const NAME_KINDS = ["roles", "profiles"] as const;
/** What `--completions` prints: a shell's script, or names for one. */
export type Completions = Shell | (typeof NAME_KINDS)[number];

/** Any text but the empty one. */
export function parseText(text: string): string {
  if (text === "") throw new InvalidValueError("the value is empty");
  if (/[\0\r\n]/.test(text)) {
    throw new InvalidValueError("the value has a line break in it");
  }
  return text;
}

/** Any text, the empty one included. */
export function parsePrefix(text: string): string {
  return text === "" ? "" : parseText(text);
}

/** What profile names may begin with: nothing that AWS's files give a meaning to. */
export function parseProfileNamePrefix(text: string): string {
  if (!/^[^\s[\]#;"'=:\p{Cc}]*$/u.test(text)) {
    throw new InvalidValueError(
      "a profile's name has no spaces, quotes or any of [ ] # ; = :",
    );
  }
  return text;
}

/** `true` or `false`. */
export function parseBoolean(text: string): boolean {
  if (text === "true") return true;
  if (text === "false") return false;
  throw new InvalidValueError("the value is either true or false");
}

/** A session's duration in seconds, within what AssumeRole's DurationSeconds takes. */
export function parseSessionDuration(text: string): number {
  const seconds = parseDuration(text);
  if (seconds < 900 || seconds > 43_200) {
    throw new InvalidValueError("a session lasts from 15m to 12h");
  }
  return seconds;
}

/** How long a session of GetSessionToken lasts, by its DurationSeconds: 15m to 36h. */
export function parseMfaSessionDuration(text: string): number {
  const seconds = parseDuration(text);
  if (seconds < 900 || seconds > 129_600) {
    throw new InvalidValueError("an MFA session lasts from 15m to 36h");
  }
  return seconds;
}

/** A role session name, by the pattern of AssumeRole's RoleSessionName. */
export function parseSessionName(text: string): string {
  if (!/^[\w+=,.@-]{2,64}$/.test(text)) {
    throw new InvalidValueError(
      "a session name has 2 to 64 of the characters A-Z a-z 0-9 _ + = , . @ -",
    );
  }
  return text;
}

/** The name of an AWS region; it becomes part of a host name. */
export function parseRegion(text: string): string {
  if (!/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])$/.test(text)) {
    throw new InvalidValueError("a region is written like eu-west-1");
  }
  return text;
}

/** An MFA device, by the pattern of AssumeRole's SerialNumber. */
export function parseMfaSerial(text: string): string {
  if (!/^[\w+=/:,.@-]{9,256}$/.test(text)) {
    throw new InvalidValueError(
      "an MFA device is an ARN like arn:aws:iam::111111111111:mfa/alice, or a hardware serial number",
    );
  }
  return text;
}

/** A one-time code, by the pattern of AssumeRole's TokenCode. */
export function parseMfaToken(text: string): string {
  const code = text.trim();
  if (!/^\d{6}$/.test(code)) {
    throw new InvalidValueError("an MFA code is six digits");
  }
  return code;
}

/** The ARN of a role, in any partition, by the patterns of IAM's Path and RoleName. */
export function parseRoleArn(text: string): string {
  if (
    !/^arn:[\w-]+:iam::\d{12}:role\/(?:[!-~]+\/)?[\w+=,.@-]{1,64}$/.test(text)
  ) {
    throw new InvalidValueError(
      "a role's ARN is written like arn:aws:iam::111111111111:role/admin",
    );
  }
  return text;
}

/** One of {@linkcode FORMATS}. */
export function parseFormat(text: string): Format {
  const format = FORMATS.find((known) => known === text);
  if (format === undefined) {
    throw new InvalidValueError(`the formats are ${FORMATS.join(", ")}`);
  }
  return format;
}

/** A shell, or what its completions ask for. */
export function parseCompletions(text: string): Completions {
  const found = [...SHELLS, ...NAME_KINDS].find((known) => known === text);
  if (found === undefined) {
    throw new InvalidValueError(`the shells are ${SHELLS.join(", ")}`);
  }
  return found;
}

/** Names of environment variables, comma-separated, with `*` for any characters. */
export function parsePatterns(text: string): readonly string[] {
  const patterns = text.split(",").map((pattern) => pattern.trim());
  for (const pattern of patterns) {
    if (pattern === "" || /[\s=]/.test(pattern)) {
      throw new InvalidValueError(
        "the value is names of variables such as FOO,BAR_*",
      );
    }
  }
  return patterns;
}
