import { assertEquals } from "@std/assert";
import {
  formatBase,
  formatSession,
  formatTokenBase,
} from "../../lib/output/identity.ts";

const ARN = "arn:aws:sts::111111111111:assumed-role/admin/alice";

Deno.test("formatBase() and formatSession() print one key and value per line", () => {
  const identity = { arn: ARN, accountId: "111111111111" };
  assertEquals(
    formatBase(identity),
    `base_arn: ${ARN}\nbase_account: 111111111111\n`,
  );
  assertEquals(
    formatSession(identity, 3_599_600, "cache"),
    `session_arn: ${ARN}
session_account: 111111111111
session_time_left: 1h
session_source: cache
`,
  );
});

Deno.test("formatTokenBase() prints the source of the token", () => {
  assertEquals(
    [
      formatTokenBase({ kind: "file", path: "/run/token" }),
      formatTokenBase({
        kind: "process",
        command: "print S3cret",
        profile: "x",
      }),
      formatTokenBase({ kind: "github", url: "https://x", requestToken: "t" }),
    ],
    [
      "base_web_identity: /run/token\n",
      "base_web_identity: web_identity_token_process of the profile 'x'\n",
      "base_web_identity: GitHub Actions\n",
    ],
  );
});
