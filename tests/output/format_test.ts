import { assertEquals } from "@std/assert";
import type { Credentials } from "../../lib/credentials/credentials.ts";
import { formatCredentials } from "../../lib/output/format.ts";

const CREDENTIALS: Credentials = {
  accessKeyId: "ASIA1",
  secretAccessKey: "a/b+c=",
  sessionToken: "d//e==",
  expiration: Date.UTC(2026, 0, 1),
  roleArn: "arn:aws:iam::111111111111:role/admin",
  assumedRoleArn: "arn:aws:sts::111111111111:assumed-role/admin/alice",
  obtainedAt: 0,
  clockOffset: 0,
};

Deno.test("formatCredentials() prints exactly three lines in the default format", () => {
  assertEquals(
    formatCredentials(CREDENTIALS, "env-no-export"),
    "AWS_ACCESS_KEY_ID=ASIA1\nAWS_SECRET_ACCESS_KEY=a/b+c=\nAWS_SESSION_TOKEN=d//e==\n",
  );
});
