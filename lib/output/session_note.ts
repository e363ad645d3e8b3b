// Pure: no I/O.
import { PROFILE_SESSION, timeLeft } from "../aws/credentials.ts";
import { formatLines, type SafeText } from "../settings/terminal_text.ts";
import type { PrintedSession } from "./credentials.ts";
import { formatTimeLeft } from "./session_time.ts";
import { NOTE_START } from "./shells/use_role_script.ts";

/**
 * Formats the last line of the output for the function `use-role`: the role, its account and
 * the time that is left. The function shows this line when the role is in use.
 */
export function formatSessionNote(
  { credentials, roleArn }: PrintedSession,
  now: number,
): SafeText {
  const left = formatTimeLeft(timeLeft(credentials, now));
  return formatLines(
    `${NOTE_START}${
      describeRole(roleArn ?? credentials.assumedRoleArn)
    }, ${left} left`,
  );
}

/** Describes the ARN of a role, or of the session of a role. */
function describeRole(arn: string): string {
  if (arn === PROFILE_SESSION) return "session of the profile";
  const [, , service, , account = "", resource = ""] = arn.split(":");
  const [, ...path] = resource.split("/");
  const name = service === "sts" ? path[0] ?? "" : path.join("/");
  return `${name} in account ${account}`;
}
