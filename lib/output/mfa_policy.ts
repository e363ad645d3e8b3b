// Pure: no I/O.
import type { Account } from "../plan/init_defaults.ts";
import type { SafeText } from "../settings/terminal_text.ts";
import { formatJson } from "./json.ts";

/**
 * Formats the IAM policy that lets IAM users list their own MFA devices, so that assume-role
 * finds the device. This is the only source of the policy: a test compares it with the
 * documents.
 *
 * @param account the account of the users; if it is unknown, the policy has a placeholder
 */
export function formatMfaPolicy(account: Account | undefined): SafeText {
  const { partition, id } = account ?? { partition: "aws", id: "<account-ID>" };
  const user = `arn:${partition}:iam::${id}:user`;
  return formatJson({
    Version: "2012-10-17",
    Statement: [{
      Effect: "Allow",
      Action: "iam:ListMFADevices",
      Resource: [`${user}/\${aws:username}`, `${user}/*/\${aws:username}`],
    }],
  });
}
