// Pure: no I/O.
import {
  joinLines,
  type SafeText,
  sanitize,
} from "../../settings/terminal_text.ts";

/** The device and the session that a one-time code is needed for. */
export interface CodePurpose {
  /** The serial number or the ARN of the device. */
  readonly serial: string;
  /** Name of the user of the base credentials; absent if not known. */
  readonly user?: string | undefined;
  /** ARN of the role that the code is needed for. */
  readonly roleArn: string;
  /** Whether AWS denied the role before a code was asked for. */
  readonly wasDenied?: boolean;
}

/** Columns that every terminal has. */
const COLUMNS = 80;
/** Length of the text that is left of a name that is too long. */
const MIN_NAME_LENGTH = 8;

/**
 * Formats the question for a code, such as `MFA code for alice (role admin): `. The device
 * is named if the device has another name than the user. A line is at most 80 columns wide,
 * so that long names are cut.
 *
 * @param reason the reason why the code is needed; empty for none
 */
export function formatQuestion(purpose: CodePurpose, reason: string): SafeText {
  const question = formatFitting(namesIn(purpose));
  const isShort = reason.length + 1 + question.length <= COLUMNS;
  return joinLines(
    reason === ""
      ? [question]
      : isShort
      ? [`${sanitize(reason)} ${question}`]
      : [sanitize(reason), question],
  );
}

/** Names that the question shows; a text is empty if the question does not show the name. */
interface Names {
  readonly user: string;
  readonly device: string;
  readonly role: string;
}

function namesIn({ serial, user, roleArn }: CodePurpose): Names {
  const device = lastPart(serial);
  return {
    user: sanitize(user ?? device),
    device: user === undefined || user === device ? "" : sanitize(device),
    role: sanitize(lastPart(roleArn)),
  };
}

/** Returns the name at the end of an ARN; a serial number of a hardware device is unchanged. */
function lastPart(arn: string): string {
  return arn.split("/").at(-1)!;
}

function formatNames({ user, device, role }: Names): string {
  const details = [device && `device ${device}`, `role ${role}`];
  return `MFA code for ${user} (${details.filter(Boolean).join(", ")}): `;
}

/** Cuts the longest name until the formatted text fits into a line. */
function formatFitting(names: Names): string {
  const text = formatNames(names);
  const excess = text.length - COLUMNS;
  if (excess <= 0) return text;
  const [longest = "role"] = (["user", "device", "role"] as const)
    .toSorted((a, b) => names[b].length - names[a].length);
  const name = names[longest];
  const length = Math.max(name.length - excess - 1, MIN_NAME_LENGTH);
  if (length >= name.length) return text;
  const cut = `${name.slice(0, length).replace(/…$/, "")}…`;
  return formatFitting({ ...names, [longest]: cut });
}
