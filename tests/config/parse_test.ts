import { assertEquals, assertThrows } from "@std/assert";
import type { ConfigValues } from "../../lib/config/config.ts";
import type { ConfigOwner } from "../../lib/config/config.ts";
import { parseConfig } from "../../lib/config/parse.ts";
import { keyName } from "../../lib/settings/names.ts";
import { SETTING_NAMES, SETTINGS } from "../../lib/settings/settings.ts";

const ADMIN = "arn:aws:iam::111111111111:role/admin";

function parse(text: string, owner: ConfigOwner = "project"): unknown {
  const { path, values, roles } = parseConfig(text, "f.yaml", owner);
  return { path, values, roles: Object.fromEntries(roles) };
}

const config = (
  values: ConfigValues,
  roles: Record<string, ConfigValues> = {},
) => ({ path: "f.yaml", values, roles });

function failure(text: string, owner: ConfigOwner = "project"): unknown {
  const { name, message, hint } = assertThrows(() =>
    parseConfig(text, "f.yaml", owner)
  );
  return { name, message, hint };
}

const problem = (message: string, hint?: string) => ({
  name: "ConfigError",
  message,
  hint,
});

Deno.test("parseConfig() reads every kind of value", () => {
  const text = `
    # a comment
    role_prefix: arn:aws:iam::111111111111:role/
    profile_name_prefix: "corp"
    refresh_before_expiry: 1h30m
    role_session_name: 007
    profile: true
    region: eu-west-1
    duration: 3600
    mfa_serial: arn:aws:iam::111111111111:mfa/alice
    write_profile: false
    env_keep: [FOO, "BAR_*,BAZ"]
    roles:
      admin:
        role_arn: ${ADMIN}
        duration: 2h
        env_keep: QUX
      empty:
      123456789012: { profile: p }
`;
  assertEquals(
    parse(text),
    config(
      {
        rolePrefix: "arn:aws:iam::111111111111:role/",
        profileNamePrefix: "corp",
        refreshBeforeExpiry: 5400,
        roleSessionName: "007",
        profile: "true",
        region: "eu-west-1",
        duration: 3600,
        mfaSerial: "arn:aws:iam::111111111111:mfa/alice",
        writeProfile: false,
        envKeep: ["FOO", "BAR_*", "BAZ"],
      },
      {
        admin: { roleArn: ADMIN, duration: 7200, envKeep: ["QUX"] },
        empty: {},
        "123456789012": { profile: "p" },
      },
    ),
  );
});

Deno.test("parseConfig() returns no settings for an empty file", () => {
  for (
    const text of ["", "\n", "# only a comment\n", "---\n", "{}", "roles:\n"]
  ) {
    assertEquals(parse(text), config({}));
  }
});

Deno.test("parseConfig() accepts an empty role_prefix and an empty profile_name_prefix", () => {
  assertEquals(
    parse("role_prefix:\nprofile_name_prefix: ''\n"),
    config({ rolePrefix: "", profileNamePrefix: "" }),
  );
});

Deno.test("parseConfig() returns a function that locates keys", () => {
  const { locate } = parseConfig(
    "\nroles:\n  admin:\n    duration: 1h\n",
    "f.yaml",
    "project",
  );
  assertEquals(locate(["roles", "admin", "duration"]), { line: 4, column: 5 });
});

Deno.test("parseConfig() reports an unknown key, its position and the closest known key", () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ["role_prefx: x", "1:1: unknown key 'role_prefx'", "role_prefix"],
    ["a: b\nRole_Prefix: x", "1:1: unknown key 'a'", ""],
    ["rolls: x", "1:1: unknown key 'rolls'", "roles"],
    ["roless: {}", "1:1: unknown key 'roless'", "roles"],
    ["rolePrefix: x", "1:1: unknown key 'rolePrefix'", "role_prefix"],
    [
      "roles:\n  a:\n    role-arn: x\n",
      "3:5: unknown key 'role-arn'",
      "role_arn",
    ],
    // The hint suggests `role_arn`, because no other key ends in `arn`.
    ["roles:\n  a:\n    arn: x\n", "3:5: unknown key 'arn'", "role_arn"],
  ];
  for (const [text, message, near] of cases) {
    const keys = SETTING_NAMES.filter((name) =>
      ["file", "both"].includes(SETTINGS[name].key?.in ?? "")
    ).map(keyName);
    const hint = near === ""
      ? `use one of the keys ${keys.join(", ")}`
      : `did you mean '${near}'?`;
    assertEquals(
      failure(text),
      problem(`Cannot use f.yaml:${message}`, hint),
    );
  }
});

Deno.test("parseConfig() rejects a key at the wrong level, and keys such as 'constructor'", () => {
  const cases: readonly (readonly [string, string])[] = [
    [`role_arn: ${ADMIN}`, "1:1: unknown key 'role_arn'"],
    ["roles:\n  a:\n    role_prefix: x\n", "3:5: unknown key 'role_prefix'"],
    ["roles:\n  a:\n    roles: {}\n", "3:5: unknown key 'roles'"],
    ["mfa_token: '123456'", "1:1: unknown key 'mfa_token'"],
    ["__proto__: x", "1:1: unknown key '__proto__'"],
    ["constructor: x", "1:1: unknown key 'constructor'"],
  ];
  for (const [text, message] of cases) {
    assertEquals(
      assertThrows(() => parseConfig(text, "f.yaml", "project")).message,
      `Cannot use f.yaml:${message}`,
    );
  }
});

Deno.test("parseConfig() reports a value of the wrong type and its position", () => {
  const mapping = "must be a mapping of 'key: value' lines";
  const cases: readonly (readonly [string, string])[] = [
    ["- a\n", `1:1: the file ${mapping}`],
    ["text\n", `1:1: the file ${mapping}`],
    ["\nroles: x", `2:1: 'roles' ${mapping}`],
    ["roles:\n  a: [x]\n", `2:3: 'roles.a' ${mapping}`],
    ["profile: [a]", "1:1: the value of 'profile' must be text"],
    ["profile: {a: b}", "1:1: the value of 'profile' must be text"],
    [
      "env_keep: {a: b}",
      "1:1: the value of 'env_keep' must be text or a list of texts",
    ],
    [
      "env_keep: [a, [b]]",
      "1:1: the value of 'env_keep' must be text or a list of texts",
    ],
  ];
  for (const [text, message] of cases) {
    assertEquals(failure(text), problem(`Cannot use f.yaml:${message}`));
  }
  assertEquals(
    failure("roles: [a]"),
    problem(
      `Cannot use f.yaml:1:1: 'roles' ${mapping}`,
      "write 'NAME: ARN' lines below 'roles:', without '-'",
    ),
  );
});

Deno.test("parseConfig() reads the short form of an entry of 'roles', with only the ARN", () => {
  assertEquals(
    parse(`role: ops\nroles:\n  ops: ${ADMIN}\n  empty:\n`),
    config({ role: "ops" }, { ops: { roleArn: ADMIN }, empty: {} }),
  );
  assertEquals(
    failure("roles:\n  a: x\n"),
    problem(
      "Cannot use f.yaml:2:3: 'roles.a' must be the ARN of a role or a mapping of 'key: value' lines",
      "write the ARN of a role like arn:aws:iam::111111111111:role/admin",
    ),
  );
});

Deno.test("parseConfig() reports an invalid value and its position", () => {
  const cases: readonly (readonly [string, string])[] = [
    [
      "duration: 13h\n",
      "1:1: the value of 'duration' is invalid: a session can last from 15m to 12h",
    ],
    [
      "\nprofile:\n",
      "2:1: the value of 'profile' is invalid: the value is empty",
    ],
    [
      "write_profile: yes\n",
      "1:1: the value of 'write_profile' is invalid: the value must be true or false",
    ],
    [
      "roles:\n  a:\n    role_arn: admin\n",
      "3:5: the value of 'role_arn' is invalid: write the ARN of a role like arn:aws:iam::111111111111:role/admin",
    ],
    [
      "env_keep: [A, '']\n",
      "1:1: the value of 'env_keep' is invalid: write names of variables like FOO,BAR_*",
    ],
  ];
  for (const [text, message] of cases) {
    assertEquals(failure(text), problem(`Cannot use f.yaml:${message}`));
  }
});

Deno.test("parseConfig() reports a YAML error and its position", () => {
  const hint = "write the file as YAML, one 'key: value' per line";
  const cases: readonly (readonly [string, string])[] = [
    [
      "profile: [a\n",
      "2:1: Cannot read flow collection: unexpected end of the stream within a flow collection",
    ],
    [
      "profile: a\n---\nprofile: b\n",
      "2:1: Found more than 1 document in the stream: expected a single document",
    ],
    [
      "profile: !!js/function x\n",
      "1:25: Cannot resolve unknown tag !<tag:yaml.org,2002:js/function>",
    ],
  ];
  for (const [text, message] of cases) {
    assertEquals(failure(text), problem(`Cannot read f.yaml:${message}`, hint));
  }
  assertEquals(
    failure("role_prefix: a\nrole_prefix: b\n"),
    problem(
      "Cannot read f.yaml:2:1: a key occurs twice before this place",
      "remove one of the two lines",
    ),
  );
});

Deno.test("parseConfig() rejects a key that runs a program, unless the file is the user's own file", () => {
  const hint = "move 'mfa_command' to ~/.aws/assume-role.yaml";
  const cases: readonly (readonly [string, string, unknown])[] = [
    ["mfa_command: x\n", "1:1", config({ mfaCommand: "x" })],
    [
      "roles:\n  a:\n    mfa_command: x\n",
      "3:5",
      config({}, { a: { mfaCommand: "x" } }),
    ],
  ];
  for (const [text, at, expected] of cases) {
    assertEquals(parse(text, "user"), expected);
    assertEquals(
      failure(text, "project"),
      problem(
        `Cannot use f.yaml:${at}: 'mfa_command' runs a program and is not accepted from this file`,
        hint,
      ),
    );
  }
});
