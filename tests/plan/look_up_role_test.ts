import { assertEquals, assertThrows } from "@std/assert";
import { parseProfiles } from "../../lib/aws/profiles.ts";
import { parseConfig } from "../../lib/config/parse.ts";
import {
  listRoleNames,
  lookUp,
  type LookUpInput,
  shortName,
} from "../../lib/plan/look_up_role.ts";
import { PREFIX } from "../identifiers.ts";

const OPS = "arn:aws:iam::222222222222:role/ops";
const CONFIG = `
[profile prod-ops]
role_arn = ${OPS}
source_profile = base
[profile same]
role_arn = ${PREFIX}same
source_profile = base
[profile ci]
role_arn = ${OPS}
web_identity_token_file = /token
[profile ec2]
role_arn = ${OPS}
credential_source = Ec2InstanceMetadata
[profile sso]
sso_session = corp
sso_account_id = 222222222222
sso_role_name = Ops
[profile tool]
credential_process = corp-login ops
[profile signed-in]
login_session = arn:aws:iam::222222222222:user/alice
[profile wrapper]
credential_process = /usr/bin/assume-role -r ${PREFIX}wrapper --format process
[profile loop]
credential_process = "assume-role" --role=loop --format process
[profile other-wrapper]
credential_process = assume-role -r ${OPS} --format process
[profile base]
aws_access_key_id = AKIA
aws_secret_access_key = s
[profile token]
aws_access_key_id = ASIA
aws_secret_access_key = s
aws_session_token = t
[profile region-only]
region = eu-west-1
[profile "my dev"]
role_arn = ${OPS}
source_profile = base
`;

function createInput(yaml: string, config = CONFIG): LookUpInput {
  return {
    options: {},
    variables: {},
    configs: [parseConfig(yaml, "assume-role.yaml", "project")],
    profiles: parseProfiles(config, ""),
  };
}

/** Describes what a name means: the kind of the match and the ARN of the role. */
function describeMeaning(name: string, yaml: string): readonly unknown[] {
  const found = lookUp(name, {
    ...createInput(""),
    configs: [parseConfig(yaml, "/home/.aws/assume-role.yaml", "user")],
  });
  return found.kind === "role"
    ? [found.by, found.role.arn]
    : ["profile", found.profile.roleArn];
}

const WITH_PREFIX = `role_prefix: ${PREFIX}\n`;
const ENTRIES = `roles:
  prod-ops: { role_arn: "${PREFIX}x/entry" }
  same: { duration: 2h }
  plain: {}
`;

Deno.test("lookUp() takes a name as an ARN, else as an entry of 'roles', else as a profile, else with role_prefix", () => {
  const china = "arn:aws-cn:iam::333333333333:role/x/ops";
  const cases: readonly (readonly [string, string, readonly unknown[]])[] = [
    [china, WITH_PREFIX, ["arn", china]],
    ["prod-ops", ENTRIES, ["entry", `${PREFIX}x/entry`]],
    ["prod-ops", WITH_PREFIX + ENTRIES, ["entry", `${PREFIX}x/entry`]],
    ["plain", WITH_PREFIX + ENTRIES, ["entry", `${PREFIX}plain`]],
    // Without role_prefix, an entry without role_arn adds settings to the profile of that name.
    ["same", ENTRIES, ["profile", `${PREFIX}same`]],
    ["same", WITH_PREFIX + ENTRIES, ["entry", `${PREFIX}same`]],
    ["same", WITH_PREFIX, ["profile", `${PREFIX}same`]],
    ["prod-ops", "", ["profile", OPS]],
    ["prod-ops", 'role_prefix: ""\n', ["profile", OPS]],
    ["ci", "", ["profile", OPS]],
    ["ec2", "", ["profile", OPS]],
    ["sso", "", ["profile", undefined]],
    ["tool", "", ["profile", undefined]],
    ["signed-in", "", ["profile", undefined]],
    // `role_prefix` plus `my dev` is not a role ARN because of the space: it is the profile.
    ["my dev", WITH_PREFIX, ["profile", OPS]],
    ["nobody", WITH_PREFIX, ["prefix", `${PREFIX}nobody`]],
    ["x/y", WITH_PREFIX, ["prefix", `${PREFIX}x/y`]],
    // A profile that has only access keys, or no credentials, has no session for a command.
    // Therefore its name counts as the name of a role, with role_prefix before it.
    ["base", WITH_PREFIX, ["prefix", `${PREFIX}base`]],
    ["token", WITH_PREFIX, ["prefix", `${PREFIX}token`]],
    ["region-only", WITH_PREFIX, ["prefix", `${PREFIX}region-only`]],
    // `wrapper` is not ambiguous: its credential_process runs assume-role for the role
    // that role_prefix plus `wrapper` names.
    ["wrapper", WITH_PREFIX, ["prefix", `${PREFIX}wrapper`]],
    ["wrapper", "", ["profile", `${PREFIX}wrapper`]],
    ["loop", WITH_PREFIX, ["prefix", `${PREFIX}loop`]],
  ];
  for (const [name, yaml, expected] of cases) {
    assertEquals(describeMeaning(name, yaml), expected, `${name} with ${yaml}`);
  }
});

Deno.test("lookUp() refuses a profile's name if role_prefix plus the name is another role than the profile's", () => {
  const cases: readonly (readonly [string, string])[] = [
    ["prod-ops", OPS],
    ["ci", OPS],
    ["ec2", OPS],
    ["other-wrapper", OPS],
    ["sso", "a role that only IAM Identity Center knows"],
    ["tool", "a role that only credential_process knows"],
    ["signed-in", "a role that only login_session knows"],
  ];
  for (const [name, own] of cases) {
    const { message, hint, ...error } = assertThrows(
      () => lookUp(name, createInput(WITH_PREFIX)),
    ) as Error & { hint: string };
    assertEquals([error.name, message, hint], [
      "UsageError",
      `Cannot use the ambiguous role name '${name}': the AWS profile '${name}' is for ${own}, but role_prefix makes the name ${PREFIX}${name}`,
      `write '--profile ${name}' for the profile, or '--role ${PREFIX}${name}' for the other role; to settle the name, give it a role_arn under 'roles' in ~/.aws/assume-role.yaml`,
    ]);
  }
});

Deno.test("lookUp() refuses a name if a project's entry has another ARN than the user's entry or profile", () => {
  const other = `${PREFIX}x/other`;
  const role = (name: string, arn: string) =>
    `roles: { ${name}: { role_arn: "${arn}" } }\n`;
  const settings = (name: string) =>
    `roles: { ${name}: { external_id: x1 } }\n`;
  const find = (name: string, arn: string, user: string, wantedBy?: string) => {
    const input = createInput(role(name, arn));
    const path = "/home/.aws/assume-role.yaml";
    const configs = [...input.configs, parseConfig(user, path, "user")];
    return lookUp(name, { ...input, configs }, undefined, { wantedBy });
  };
  const profile = (name: string, arn = OPS) =>
    `the AWS profile '${name}' is for ${arn}`;
  const entry = (arn: string) =>
    `your entry of 'roles' in /home/.aws/assume-role.yaml is for ${arn}`;
  const forOther = `or '--role ${other}' for the other role`;
  const cases: readonly (readonly [string, string, string, string])[] = [
    [
      "prod-ops",
      "",
      profile("prod-ops"),
      "--profile prod-ops' for the profile",
    ],
    [
      "prod-ops",
      settings("prod-ops"),
      profile("prod-ops"),
      "--profile prod-ops' for the profile",
    ],
    [
      "sso",
      "",
      profile("sso", "a role that only IAM Identity Center knows"),
      "--profile sso' for the profile",
    ],
    ["new", role("new", OPS), entry(OPS), `--role ${OPS}' for your role`],
    [
      "new",
      WITH_PREFIX + settings("new"),
      entry(`${PREFIX}new`),
      `--role ${PREFIX}new' for your role`,
    ],
  ];
  for (const [name, user, own, choice] of cases) {
    const { message, hint } = assertThrows(() => find(name, other, user)) as
      & Error
      & { hint: string };
    assertEquals([message, hint], [
      `Cannot use the ambiguous role name '${name}': ${own}, but the entry of 'roles' in assume-role.yaml is for ${other}`,
      `write '${choice}, ${forOther}`,
    ]);
  }
  const { hint } = assertThrows(() => find("prod-ops", other, "", "end")) as
    & Error
    & { hint: string };
  assertEquals(hint, `write 'via: ${OPS}' or 'via: ${other}'`);
  for (
    const [name, arn, user] of [
      ["prod-ops", OPS, settings("prod-ops")],
      ["prod-ops", other, role("prod-ops", other)],
      ["new", other, settings("new")],
      ["base", other, ""],
      ["loop", other, ""],
    ] as const
  ) {
    const found = find(name, arn, user);
    assertEquals(found.kind === "role" && found.role.arn, arn, name);
  }
});

Deno.test("lookUp() refuses an entry of the user's file if the role_prefix of a project makes another ARN", () => {
  const path = "/home/.aws/assume-role.yaml";
  const theirs = "arn:aws:iam::666666666666:role/";
  const entry = "roles: { plain: { external_id: x1 } }\n";
  const find = (user: string, name = "plain", isInUserFile = false) => {
    const input = createInput(`role_prefix: ${theirs}\n`);
    const configs = [...input.configs, parseConfig(user, path, "user")];
    return lookUp(name, { ...input, configs }, undefined, { isInUserFile });
  };
  const { message, hint } = assertThrows(() => find(WITH_PREFIX + entry)) as
    & Error
    & { hint: string };
  assertEquals([message, hint], [
    `Cannot use the ambiguous role name 'plain': your entry of 'roles' in ${path} is for ${PREFIX}plain, but role_prefix makes the name ${theirs}plain`,
    `write '--role ${PREFIX}plain' for your role, or '--role ${theirs}plain' for the other role`,
  ]);
  for (
    const [user, name, isInUserFile, arn] of [
      // Without a role_prefix, the user's entry only adds settings.
      [entry, "plain", false, `${theirs}plain`],
      [WITH_PREFIX, "plain", false, `${theirs}plain`],
      // The user's file has the name.
      [WITH_PREFIX, "plain", true, `${PREFIX}plain`],
      [WITH_PREFIX + entry, "plain", true, `${PREFIX}plain`],
      ["", "plain", true, `${theirs}plain`],
    ] as const
  ) {
    const found = find(user, name, isInUserFile);
    assertEquals(found.kind === "role" && found.role.arn, arn, user);
  }
});

Deno.test("lookUp() refuses an unknown name with a reason and a hint", () => {
  const unknown = (name: string) =>
    `Cannot find the role '${name}': 'roles' has no such entry, and 'role_prefix' is not set`;
  const setPrefix =
    "use the full ARN, or add 'role_prefix: arn:aws:iam::<account-id>:role/' to assume-role.yaml";
  const cases: readonly (readonly [string, string, string, string, string])[] =
    [
      ["admin", "", "UsageError", unknown("admin"), setPrefix],
      ["admin", 'role_prefix: ""\n', "UsageError", unknown("admin"), setPrefix],
      [
        "plian",
        ENTRIES,
        "UsageError",
        unknown("plian"),
        "did you mean 'plain'?",
      ],
      ["ssoo", ENTRIES, "UsageError", unknown("ssoo"), "did you mean 'sso'?"],
      [
        "plain",
        ENTRIES,
        "UsageError",
        "Cannot find the role 'plain': its entry of 'roles' has no 'role_arn', and 'role_prefix' is not set",
        setPrefix,
      ],
      [
        "base",
        "",
        "UsageError",
        "Cannot find the role 'base': 'roles' has no such entry, the AWS profile of this name has only keys, and 'role_prefix' is not set",
        "write '--role ROLE --profile base' to assume a role with these keys",
      ],
      [
        "arn:aws:iam::111111111111:user/alice",
        WITH_PREFIX,
        "UsageError",
        "Cannot use the role 'arn:aws:iam::111111111111:user/alice': not the ARN of a role",
        "name a role, because a user cannot be assumed",
      ],
      [
        "ad min",
        WITH_PREFIX,
        "ConfigError",
        `Cannot use the role 'ad min': role_prefix makes the name '${PREFIX}ad min', which is not the ARN of a role`,
        "correct the name: a role's name has only letters, digits and the characters _+=,.@-",
      ],
    ];
  for (const [name, yaml, kind, message, hint] of cases) {
    const error = assertThrows(() => lookUp(name, createInput(yaml))) as
      & Error
      & { hint: string };
    assertEquals([error.name, error.message, error.hint], [
      kind,
      message,
      hint,
    ]);
  }
});

Deno.test("lookUp() splits the ARN into partition, account and name", () => {
  const found = lookUp(
    "x/ops",
    createInput("role_prefix: arn:aws-cn:iam::333333333333:role/\n"),
  );
  assertEquals(found, {
    kind: "role",
    by: "prefix",
    role: {
      arn: "arn:aws-cn:iam::333333333333:role/x/ops",
      partition: "aws-cn",
      accountId: "333333333333",
      roleName: "ops",
    },
  });
});

Deno.test("listRoleNames() lists the entries of 'roles' in all files, then the profiles that supply a session", () => {
  const both: LookUpInput = {
    ...createInput(ENTRIES),
    configs: [
      parseConfig("roles: { one: {}, two: {} }", "a", "project"),
      parseConfig("roles: { two: {}, sso: {} }", "b", "user"),
    ],
  };
  assertEquals(listRoleNames(both).map(({ name, file }) => [name, file]), [
    ["one", "a"],
    ["two", "a"],
    ["sso", "b"],
    ...[
      "prod-ops",
      "same",
      "ci",
      "ec2",
      "tool",
      "signed-in",
      "wrapper",
      "loop",
      "other-wrapper",
      "my dev",
    ].map((name) => [name, undefined]),
  ]);
});

Deno.test("shortName() returns a name only if the name means the given role", () => {
  const input = createInput(WITH_PREFIX + ENTRIES);
  const arns: readonly (readonly [string, string | undefined])[] = [
    [`${PREFIX}a/b`, "a/b"],
    [PREFIX, undefined],
    ["arn:aws:iam::222222222222:role/a", undefined],
    [`${PREFIX}plain`, "plain"],
    // These names mean other roles, or are ambiguous.
    [`${PREFIX}prod-ops`, undefined],
    [`${PREFIX}sso`, undefined],
  ];
  for (const [arn, name] of arns) assertEquals(shortName(arn, input), name);
});
