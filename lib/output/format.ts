// Pure: no I/O.
import type { Credentials } from "../credentials/credentials.ts";
import type { Format } from "../settings/values.ts";

/** Credentials as text, in one of the formats of `aws configure export-credentials`. */
export function formatCredentials(
  credentials: Credentials,
  format: Format,
): string {
  switch (format) {
    case "env-no-export":
      return [
        `AWS_ACCESS_KEY_ID=${credentials.accessKeyId}\n`,
        `AWS_SECRET_ACCESS_KEY=${credentials.secretAccessKey}\n`,
        `AWS_SESSION_TOKEN=${credentials.sessionToken}\n`,
      ].join("");
  }
}
