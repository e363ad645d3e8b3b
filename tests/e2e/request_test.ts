/** Session settings (duration, tags, policies, …): validation, and the request to STS. */
import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path/join";
import {
  ADMIN_ARN,
  argv,
  ARN,
  assertFails,
  e2e,
  type FakeAws,
  OK,
  PREFIX,
  PREFIX_YAML,
  role,
  WORLD,
  type World,
} from "../mod.ts";

const POLICY = {
  Version: "2012-10-17",
  Statement: [{
    Effect: "Allow",
    Action: ["s3:GetObject"],
    Resource: "*",
    Condition: { Bool: { "aws:SecureTransport": "true" } },
  }],
};
const READ_ONLY = "arn:aws:iam::aws:policy/ReadOnlyAccess";
const OWN = `${ARN}:policy/team/narrow`;

/** Returns the parameters of the last AssumeRole, without role and session name. */
function lastRequest(aws: FakeAws): Record<string, string> {
  const { Action: _, Version: _v, RoleArn: _r, RoleSessionName: _s, ...rest } =
    aws.calls.at(-1)!.params;
  return rest;
}

/** A setting as option, as variable and in assume-role.yaml, and the parameters that STS gets. */
interface Spelling {
  readonly options: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
  readonly yaml: string;
  readonly sent: Readonly<Record<string, string>>;
}

const SPELLINGS: Readonly<Record<string, Spelling>> = {
  duration: {
    options: ["--duration", "1h30m"],
    variables: { ASSUME_ROLE_DURATION: "5400" },
    yaml: "duration: 90m",
    sent: { DurationSeconds: "5400" },
  },
  "external id": {
    options: ["--external-id", "unique/id:4@b.c+d=e,f-g_h"],
    variables: { ASSUME_ROLE_EXTERNAL_ID: "unique/id:4@b.c+d=e,f-g_h" },
    yaml: "external_id: unique/id:4@b.c+d=e,f-g_h",
    sent: { ExternalId: "unique/id:4@b.c+d=e,f-g_h" },
  },
  "source identity": {
    options: ["--source-identity=alice@example.com"],
    variables: { ASSUME_ROLE_SOURCE_IDENTITY: "alice@example.com" },
    yaml: "source_identity: alice@example.com",
    sent: { SourceIdentity: "alice@example.com" },
  },
  tags: {
    options: [
      ...["--tag", "Project=apollo 11", "--tag", "Owner=ops=a/b"],
      ...["--tag=Größe=", "--transitive-tag", "Project"],
    ],
    variables: {
      ASSUME_ROLE_TAG: "Project=apollo 11, Owner=ops=a/b, Größe=",
      ASSUME_ROLE_TRANSITIVE_TAG: "Project",
    },
    yaml:
      "tags:\n  Project: apollo 11\n  Owner: ops=a/b\n  Größe:\ntransitive_tags: [Project]",
    sent: {
      "Tags.member.1.Key": "Project",
      "Tags.member.1.Value": "apollo 11",
      "Tags.member.2.Key": "Owner",
      "Tags.member.2.Value": "ops=a/b",
      "Tags.member.3.Key": "Größe",
      "Tags.member.3.Value": "",
      "TransitiveTagKeys.member.1": "Project",
    },
  },
  policy: {
    options: ["--policy", JSON.stringify(POLICY, null, 2)],
    variables: { ASSUME_ROLE_POLICY: JSON.stringify(POLICY) },
    yaml: `policy:
  Version: 2012-10-17
  Statement:
    - Effect: Allow
      Action: ["s3:GetObject"]
      Resource: "*"
      Condition: { Bool: { "aws:SecureTransport": true } }`,
    sent: { Policy: JSON.stringify(POLICY) },
  },
  "managed policies": {
    options: ["--policy-arn", READ_ONLY, "--policy-arn", OWN],
    variables: { ASSUME_ROLE_POLICY_ARN: `${READ_ONLY},${OWN}` },
    yaml: `policy_arns: [${READ_ONLY}, "${OWN}"]`,
    sent: {
      "PolicyArns.member.1.arn": READ_ONLY,
      "PolicyArns.member.2.arn": OWN,
    },
  },
};

/** A role that allows long sessions. */
const LONG: World = {
  ...WORLD,
  roles: [role("long", { maxSessionDuration: 43_200 })],
};

for (
  const [name, { options, variables, yaml, sent }] of Object.entries(SPELLINGS)
) {
  e2e(
    `${name}: option, variable and file give the same request, and share a cache entry`,
    {
      world: LONG,
    },
    async ({ aws, home, run }) => {
      const inEntry = `${PREFIX_YAML}roles:\n  long:\n${
        yaml.replace(/^/gm, "    ")
      }\n`;
      const expected = { DurationSeconds: "3600", ...sent };
      for (
        const [args, env, text] of [
          [options, {}, PREFIX_YAML],
          [[], variables, PREFIX_YAML],
          [[], {}, `${PREFIX_YAML}${yaml}\n`],
          [[], {}, inEntry],
        ] as const
      ) {
        home.write("assume-role.yaml", text);
        assertEquals(await run(argv`${args} -f -r long true`, { env }), OK);
        assertEquals(lastRequest(aws), expected);
      }
      const count = aws.count("AssumeRole");
      assertEquals(await run("-r long true"), OK);
      assertEquals(aws.count("AssumeRole"), count);
      home.write("assume-role.yaml", PREFIX_YAML);
      assertEquals(await run("-r long true"), OK);
      assertEquals(aws.count("AssumeRole"), count + 1);
      assertEquals(lastRequest(aws), { DurationSeconds: "3600" });
    },
  );
}

e2e(
  "requests with different settings have separate cache entries, but the order of policies does not matter",
  { world: LONG },
  async ({ aws, run }) => {
    const requests = [
      [],
      ...Object.values(SPELLINGS).map(({ options }) => options),
      ["--role-session-name", "another"],
      ["--tag", "Project=apollo 12"],
      ["--tag", "Project=apollo 12", "--transitive-tag", "Project"],
      ["--policy-arn", READ_ONLY],
    ];
    const keys = new Set<string>();
    for (const request of requests) {
      const { stdout } = await run(
        argv`${request} -r long printenv AWS_ACCESS_KEY_ID`,
      );
      keys.add(stdout);
    }
    assertEquals([keys.size, aws.count("AssumeRole")], [
      requests.length,
      requests.length,
    ]);
    const again = await run(
      `--policy-arn ${OWN} --policy-arn ${READ_ONLY} -r long true`,
    );
    assertEquals([again, aws.count("AssumeRole")], [OK, requests.length]);
  },
);

e2e(
  "tags of all sources are combined; if a tag has several values, the option takes precedence, then the nearest file",
  async ({ aws, home, run }) => {
    home.writeHome(
      ".aws/assume-role.yaml",
      "tags: { Who: alice, Where: home }\n",
    );
    home.write(
      "assume-role.yaml",
      `${PREFIX_YAML}tags: { Where: project }\npolicy_arns: ${OWN}\n`,
    );
    assertEquals(
      await run(`--tag Why=ticket-7 --policy-arn ${READ_ONLY} -r admin true`),
      OK,
    );
    const { accessKeyId: _, ...sent } = lastRequest(aws);
    const tags = [1, 2, 3].map((n) =>
      `${sent[`Tags.member.${n}.Key`]}=${sent[`Tags.member.${n}.Value`]}`
    );
    assertEquals(tags, ["Why=ticket-7", "Where=project", "Who=alice"]);
    // Policy ARNs of several sources are not combined, because each ARN would allow more.
    assertEquals(sent["PolicyArns.member.1.arn"], READ_ONLY);
    assertEquals(sent["PolicyArns.member.2.arn"], undefined);
  },
);

e2e(
  "a policy's path in assume-role.yaml is relative to that file; a path in an option or variable is relative to the working directory",
  async ({ aws, home }) => {
    const policy = JSON.stringify(POLICY);
    home.write("policies/narrow.json", JSON.stringify(POLICY, null, 2));
    home.write(
      "assume-role.yaml",
      `${PREFIX_YAML}policy: policies/narrow.json\n`,
    );
    const below = join(home.project, "a/b");
    Deno.mkdirSync(below, { recursive: true });
    const run = (args: readonly string[], env = {}) =>
      home.run([...args, "-f", "-r", "admin", "true"], { cwd: below, env });
    assertEquals(await run([]), OK);
    assertEquals(lastRequest(aws).Policy, policy);

    home.write("assume-role.yaml", PREFIX_YAML);
    const option = "../../policies/narrow.json";
    assertEquals(await run(["--policy", option]), OK);
    assertEquals(lastRequest(aws).Policy, policy);
    assertEquals(await run([], { ASSUME_ROLE_POLICY: option }), OK);
    assertEquals(lastRequest(aws).Policy, policy);

    // If the text in the policy file changes, the cached session is not used.
    const count = aws.count("AssumeRole");
    home.write("policies/narrow.json", policy.replace("s3:GetObject", "s3:*"));
    const args = ["--policy", option, "-r", "admin", "true"];
    assertEquals(await home.run(args, { cwd: below }), OK);
    assertEquals(aws.count("AssumeRole"), count + 1);
  },
);

e2e(
  "an invalid option is an error before any call",
  async ({ aws, home, run }) => {
    const long = JSON.stringify({ Statement: "x".repeat(2048) });
    home.write("broken.json", '{\n  "Statement": [],\n}\n');
    home.write("list.json", "[]");
    const tags = (count: number) =>
      Array.from({ length: count }, (_, n) => `k${n}=v`).join(",");
    const cases: readonly (readonly [readonly string[], string, string?])[] = [
      [
        ["--duration", "13h"],
        "Cannot use --duration '13h': a session can last from 15m to 12h",
      ],
      [
        ["--duration", "14m"],
        "Cannot use --duration '14m': a session can last from 15m to 12h",
      ],
      [
        ["--external-id", "x"],
        "Cannot use --external-id 'x': an external ID must have 2 to 1224 of the characters A-Z a-z 0-9 _ + = , . @ : / -",
      ],
      [
        ["--source-identity", "alice smith"],
        "Cannot use --source-identity 'alice smith': a source identity must have 2 to 64 of the characters A-Z a-z 0-9 _ + = , . @ -",
      ],
      [
        ["--tag", "Project"],
        "Cannot use --tag 'Project': write a tag like KEY=VALUE",
      ],
      [
        ["--tag", "aws:x=1"],
        "Cannot use --tag 'aws:x=1': AWS reserves tag keys that begin with 'aws:'",
      ],
      [
        ["--tag", "Who=alice;bob"],
        "Cannot use --tag 'Who=alice;bob': the value of the tag 'Who' can have at most 256 letters, digits, spaces or any of _ . : / = + - @",
      ],
      [
        ["--tag", tags(51)],
        "Cannot use the tags: a session can have at most 50 tags, but there are 51",
      ],
      [
        ["--tag", "Project=a", "--tag", "project=b"],
        "Cannot use the tags: AWS ignores upper and lower case in tag keys, so the tag 'project' occurs twice",
      ],
      [
        ["--tag", "Project=a", "--transitive-tag", "Team"],
        "Cannot pass on the tag 'Team': the session has no tag of that name",
        "add the tag with '--tag Team=VALUE' or under 'tags'",
      ],
      [
        ["--policy", '{"Statement": [] "x"}'],
        "Cannot use --policy '{\"Statement\": [] \"x\"}': the policy is not valid JSON: Expected ',' or '}' after property value (line 1, column 18)",
      ],
      [
        ["--policy", "broken.json"],
        "Cannot use the policy broken.json: the policy is not valid JSON: Expected double-quoted property name (line 3, column 1)",
        "pass JSON, or the path of a file with JSON",
      ],
      [
        ["--policy", "list.json"],
        "Cannot use the policy list.json: the policy must be a JSON object with a 'Statement'",
        "pass JSON, or the path of a file with JSON",
      ],
      [
        ["--policy", "none.json"],
        "Cannot use the policy none.json: no such file or directory",
        "pass JSON, or the path of a file with JSON",
      ],
      [
        ["--policy-arn", "ReadOnlyAccess"],
        "Cannot use --policy-arn 'ReadOnlyAccess': write the ARN of a managed policy like arn:aws:iam::aws:policy/ReadOnlyAccess",
      ],
      [
        ["--policy-arn", ADMIN_ARN],
        `Cannot use --policy-arn '${PREFIX}admin': write the ARN of a managed policy like arn:aws:iam::aws:policy/ReadOnlyAccess`,
      ],
      [
        Array.from({ length: 11 }, (_, n) => `--policy-arn=${OWN}${n}`),
        "Cannot use the managed policies: a session can have at most 10 managed policies, but there are 11",
      ],
      [
        ["-r", "admin@example.com:x"],
        `Cannot use the role 'admin@example.com:x': role_prefix makes the name '${PREFIX}admin@example.com:x', which is not the ARN of a role`,
        "correct the name: a role's name has only letters, digits and the characters _+=,.@-",
      ],
    ];
    for (const [args, error, hint = null] of cases) {
      const result = await run(argv`-r admin ${args} true`);
      assertFails(result, { error, hint });
    }
    const tooLong = await run(argv`-r admin --policy ${long} true`);
    assertFails(tooLong, {
      error:
        /a session policy can have at most 2048 characters, but this policy has 2064 without white space/,
    });
    assert(tooLong.stderr.length < 300, "the error repeats the whole policy");
    assertEquals(aws.calls, []);
  },
);

e2e(
  "an error about an invalid setting names the line in assume-role.yaml",
  async ({ aws, home, run }) => {
    const where = `Cannot use ${join(home.project, "assume-role.yaml")}`;
    const cases: readonly (readonly [string, string])[] = [
      [
        "tags: { Project: [a] }",
        `${where}:2:1: the value of 'tags' is invalid: the value of the tag 'Project' must be text`,
      ],
      [
        "tags: Project",
        `${where}:2:1: the value of 'tags' is invalid: write a tag like KEY=VALUE`,
      ],
      [
        "policy: { Version: 2012-10-17 }",
        `${where}:2:1: the value of 'policy' is invalid: the policy must be a JSON object with a 'Statement'`,
      ],
      [
        "policy_arns: [nothing]",
        `${where}:2:1: the value of 'policy_arns' is invalid: write the ARN of a managed policy like arn:aws:iam::aws:policy/ReadOnlyAccess`,
      ],
      [
        "external_id: { a: b }",
        `${where}:2:1: the value of 'external_id' must be text`,
      ],
      [
        "mfa_session: 37h",
        `${where}:2:1: the value of 'mfa_session' is invalid: an MFA session can last from 15m to 36h`,
      ],
    ];
    for (const [text, error] of cases) {
      home.write("assume-role.yaml", `${PREFIX_YAML}${text}\n`);
      assertFails(await run("-r admin true"), { error });
    }
    home.write("assume-role.yaml", `${PREFIX_YAML}policy: none.json\n`);
    assertFails(await run("-r admin true"), {
      error:
        `Cannot use the policy ${home.project}/none.json: no such file or directory`,
    });
    assertEquals(aws.calls, []);
  },
);

e2e("an error names the action that the trust policy does not allow", {
  world: {
    ...WORLD,
    roles: [
      role("plain", { denied: ["sts:TagSession", "sts:SetSourceIdentity"] }),
      role("partner", { externalId: "the-right-one" }),
    ],
  },
}, async ({ aws, run }) => {
  for (
    const [option, action] of [
      ["--tag=Project=apollo", "sts:TagSession"],
      ["--source-identity=alice", "sts:SetSourceIdentity"],
    ] as const
  ) {
    // MFA would not help, so assume-role does not call ListMFADevices.
    assertFails(await run(`${option} -r plain true`), {
      error: `Cannot assume ${PREFIX}plain: AWS denies ${action}`,
      hint:
        "allow this action in both the role's trust policy and your own policies",
    });
  }
  assertEquals(aws.count("ListMFADevices"), 0);
  assertEquals(
    await run("--external-id the-right-one -r partner true"),
    OK,
  );
});
