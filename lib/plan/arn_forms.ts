// Pure: no I/O.
import { UsageError } from "../errors.ts";
import { formatOption } from "../settings/option_text.ts";

/**
 * Returns the ARN of the role that a text names in another form: `role_arn=ARN`,
 * `ACCOUNT:role/NAME`, or the ARN of a session of the role. Returns `undefined` for a text
 * that has none of these forms.
 */
function arnMeantBy(text: string): string | undefined {
  const [, assigned] = /^role_arn\s*[=:]\s*(arn:\S+)$/.exec(text) ?? [];
  if (assigned !== undefined) return assigned;
  const [, partition, account, role] =
    /^arn:([\w-]+):sts::(\d{12}):assumed-role\/([^/]+)(?:\/|$)/.exec(text) ??
      [];
  if (role !== undefined) {
    return `arn:${partition}:iam::${account}:role/${role}`;
  }
  return /^\d{12}:role\/\S+$/.test(text) ? `arn:aws:iam::${text}` : undefined;
}

/** Returns the hint for a text that is not the ARN of a role. */
export function explainNoRoleArn(text: string): string {
  const meant = arnMeantBy(text);
  if (meant !== undefined) {
    return `did you mean '${formatOption("role", meant)}'?`;
  }
  return /^arn:[\w-]+:iam::\d*:user\//.test(text)
    ? "name a role, because a user cannot be assumed"
    : "write the ARN of a role like arn:aws:iam::111111111111:role/admin";
}

/**
 * Refuses a name that is a part of an ARN or an assignment of an ARN, so that `role_prefix`
 * is not put before it.
 *
 * @throws {UsageError} If the name has such a form.
 */
export function refuseOtherForms(name: string): void {
  if (arnMeantBy(name) === undefined) return;
  throw new UsageError(`Cannot use the role '${name}': not a name or an ARN`, {
    hint: explainNoRoleArn(name),
  });
}
