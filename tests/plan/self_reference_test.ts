import { assertEquals, assertThrows } from "@std/assert";
import { parseProfiles } from "../../lib/aws/profiles.ts";
import { ConfigError } from "../../lib/errors.ts";
import { refuseSelfReference } from "../../lib/plan/self_reference.ts";
import type { Base } from "../../lib/plan/plan.ts";

const ARGS = ["-r", "admin", "--format", "process"];
const BASE: Base = {
  kind: "profile",
  permissions: {
    sections: { identity: {}, config: "" },
    read: [],
    net: [],
  },
  profile: "work",
  fingerprint: "",
};

const refuse = (config: string, args = ARGS, base: Base = BASE) =>
  refuseSelfReference(base, parseProfiles(config, ""), args);

Deno.test("refuseSelfReference() refuses a credential_process that runs the current command, however it is written", () => {
  for (
    const line of [
      "assume-role -r admin --format process",
      '"/opt/my tools/assume-role"  -r "admin" --format  process ',
      "deno run -A jsr:@x/assume-role -r admin --format process",
      "deno run -A /clone/main.ts -r admin --format process",
      "C:\\bin\\assume-role.exe -r admin --format process",
    ]
  ) {
    const { message, hint } = assertThrows(
      () => refuse(`[profile work]\ncredential_process = ${line}`),
      ConfigError,
    ) as ConfigError;
    assertEquals([message, hint], [
      "Cannot get base credentials from the profile 'work': its credential_process runs this same command",
      "add '--profile' with the base profile to credential_process",
    ]);
  }
});

Deno.test("refuseSelfReference() follows source_profile as the SDK does", () => {
  const command = "assume-role -r admin --format process";
  assertThrows(
    () =>
      refuse(
        `[profile work]\nsource_profile = base\n[profile base]\ncredential_process = ${command}`,
      ),
    ConfigError,
    "profile 'base'",
  );
  refuse(
    "[profile work]\nsource_profile = base\n[profile base]\nsource_profile = work",
  );
});

Deno.test("refuseSelfReference() accepts a credential_process with any other command", () => {
  for (
    const line of [
      "assume-role -r jump --format process",
      "assume-role -r admin --profile base --format process",
      "other-tool -r admin --format process",
      "assume-role",
    ]
  ) {
    refuse(`[profile work]\ncredential_process = ${line}`);
  }
  refuse("");
  refuse(
    "[profile work]\ncredential_process = aws configure export-credentials --format process",
    ["--format", "process"],
  );
  const command = "assume-role -r admin --format process";
  refuse(`[profile other]\ncredential_process = ${command}`);
  refuse(`[profile work]\ncredential_process = ${command}`, ARGS, {
    kind: "static",
    profile: "work",
    fingerprint: "",
    credentials: { accessKeyId: "AKIA1", secretAccessKey: "secret" },
  });
});
