/** `--json`: the documents of `--list`, `--whoami`, `--explain` and `--doctor`. */
import {
  assert,
  assertEquals,
  assertMatch,
  assertObjectMatch,
} from "@std/assert";
import { join } from "@std/path/join";
import {
  type DocumentName,
  DOCUMENTS,
  parseDocument,
  SCHEMAS,
} from "../json_schemas.ts";
import {
  ADMIN_ARN,
  ADMIN_SESSION_ARN,
  ALICE,
  ALICE_ARN,
  assertFails,
  e2e,
  GITHUB,
  PREFIX,
  PREFIX_YAML,
  type Result,
  role,
  SERIAL,
  unix,
  WORLD,
} from "../mod.ts";
import { ageSessions } from "./age_sessions.ts";

const ACCOUNT = "111111111111";
const ROLES =
  `${PREFIX_YAML}roles:\n  boss: ${ADMIN_ARN}\n  end: { via: jump }\n`;
const CONFIG = `[profile dev]
role_arn = ${PREFIX}dev
source_profile = default
[profile sso]
sso_start_url = https://example.awsapps.com/start
sso_region = us-east-1
sso_account_id = ${ACCOUNT}
sso_role_name = reader
region = eu-west-1
[profile jumper]
role_arn = ${PREFIX}dev
source_profile = dev
[profile program]
credential_process = print-keys --password hush-hush
`;
const NONE = { state: "none" };

/** Returns the document of a run, which must match its schema and have no secret. */
function documentOf(
  name: DocumentName,
  { status, stdout, stderr }: Result,
): Record<PropertyKey, unknown> {
  assertEquals([status, stderr], [0, ""], stdout);
  assert(!stdout.includes(ALICE.secretAccessKey) && !/hush/.test(stdout));
  return parseDocument(name, stdout);
}

e2e("--list --json has each role with its source and its session", {
  ...unix, // the path in a document is compared as a whole
}, async ({ aws, home, run }) => {
  await run("-r team-a/long true");
  ageSessions(home, 3_600_000);
  const path = home.write("assume-role.yaml", ROLES);
  await run("-r boss true");
  home.writeHome(".aws/config", CONFIG);
  const calls = aws.calls.length;
  const result = await run("--list --json");
  const document = documentOf("list", result);
  const [expires] = result.stdout.match(/(?<="fresh",\s+"expires_at": ")\S+Z/)!;
  assert(Math.abs(Date.parse(expires) - Date.now() - 3_600_000) < 60_000);
  const profile = (name: string) => ({ kind: "profile", profile: name });
  const inFile = (line: number) => ({ kind: "file", path, line, column: 3 });
  const named = (name: string) => ({
    arn: PREFIX + name,
    account_id: ACCOUNT,
    role_name: name,
    selected_by: "role",
  });
  assertObjectMatch(document, {
    roles: [
      {
        ...named("admin"),
        name: "boss",
        source: inFile(3),
        session: { state: "fresh", expires_at: expires },
      },
      { ...named("end"), name: "end", source: inFile(4), session: NONE },
      { ...named("dev"), name: "dev", source: profile("dev"), session: NONE },
      {
        name: "sso",
        account_id: ACCOUNT,
        role_name: "reader",
        source: profile("sso"),
        session: NONE,
      },
      { name: "jumper", source: profile("jumper") },
      { name: "program", source: profile("program"), session: NONE },
      {
        name: "default",
        selected_by: "nothing",
        source: profile("default"),
      },
      {
        ...named("team-a/long"),
        source: { kind: "cache" },
        session: { state: "expired" },
      },
    ],
  });
  assertEquals(aws.calls.length, calls);
});

e2e("--list --json has an empty list if there is no role", {
  offline: true,
}, async ({ home, run }) => {
  home.writeHome(".aws/credentials", "");
  home.write("assume-role.yaml", "");
  const result = await run("--list --json -q");
  assertEquals(documentOf("list", result), { roles: [] });
});

e2e(
  "--whoami --json has the identities and the time of expiry",
  async ({ run }) => {
    const base = { arn: ALICE_ARN, account_id: ACCOUNT };
    assertEquals(documentOf("whoami", await run("--whoami --json")), { base });
    for (const source of ["fresh", "cache"]) {
      const document = documentOf(
        "whoami",
        await run("--whoami --json -r admin"),
      );
      assertObjectMatch(document, {
        base,
        session: { arn: ADMIN_SESSION_ARN, account_id: ACCOUNT, source },
      });
    }
    const denied = await run("--whoami --json --no-input -r nobody");
    assertFails(denied, { error: /nobody/ });
  },
);

e2e("--whoami --json has the source of a web identity token", {
  world: {
    ...WORLD,
    identityProviders: [GITHUB],
    roles: [role("pod", { trustsTokens: ["repo:*"] })],
  },
}, async ({ aws, home, run }) => {
  home.writeHome(".aws/credentials", "");
  const path = home.write("token", await aws.idToken());
  const env = { AWS_WEB_IDENTITY_TOKEN_FILE: path };
  const base = { web_identity: { kind: "file", path } };
  assertEquals(documentOf("whoami", await run("--whoami --json", { env })), {
    base,
  });
  const explained = await run("--explain --json -r pod", { env });
  assertObjectMatch(documentOf("explain", explained), {
    base: { kind: "web_identity", ...base },
    calls: [{ action: "AssumeRoleWithWebIdentity", mfa: "none" }],
  });
});

e2e(
  "--explain --json has the outcome, the calls, the sessions and the settings",
  async ({ aws, home, run }) => {
    home.write("assume-role.yaml", ROLES);
    home.writeHome(".aws/config", CONFIG);
    const explain = async (args: string) =>
      documentOf("explain", await run(`--explain --json ${args}`.trim()));
    const base = { kind: "profile", profile: "default" };
    assertObjectMatch(await explain(""), {
      outcome: "no_role",
      base,
      calls: [],
      sessions: [],
    });
    assertObjectMatch(
      await explain(`-r end --mfa-serial ${SERIAL} --mfa-token 123456`),
      {
        outcome: "call",
        role: { arn: `${PREFIX}end`, account_id: ACCOUNT, name: "end" },
        base,
        calls: [
          { action: "GetCallerIdentity", mfa: "none" },
          { action: "AssumeRole", role_arn: `${PREFIX}jump`, mfa: "required" },
          { action: "AssumeRole", role_arn: `${PREFIX}end`, mfa: "none" },
        ],
        sessions: [
          { role_arn: `${PREFIX}jump`, state: "none" },
          { role_arn: `${PREFIX}end`, state: "none" },
        ],
      },
    );
    assertObjectMatch(await explain("--profile sso"), {
      outcome: "call",
      profile: "sso",
      calls: [{ provider: "IAM Identity Center", profile: "sso" }, {
        action: "GetCallerIdentity",
      }],
      sessions: [{ profile: "sso", state: "none" }],
    });
    assertObjectMatch(await explain("--profile program"), {
      calls: [{ provider: "credential_process" }, {}],
    });
    await explain("--profile jumper");
    home.writeHome(
      ".aws/assume-role.yaml",
      "mfa_session: 12h\nmfa_command: echo hush-hush\n",
    );
    const withSession = await explain(
      "-r dev --tag a=b --policy-arn arn:aws:iam::aws:policy/ReadOnlyAccess",
    );
    assertObjectMatch(withSession, {
      calls: [{ action: "GetCallerIdentity" }, { action: "GetSessionToken" }, {
        action: "AssumeRole",
      }],
      sessions: [{ is_mfa_session: true }, {}],
    });
    const settings = new Map(
      (withSession.settings as readonly { name: string }[])
        .map((setting) => [setting.name, setting]),
    );
    assertEquals(settings.get("tags"), {
      name: "tags",
      value: ["a=b"],
      source: { kind: "option", name: "--tag" },
    } as unknown as { name: string });
    assertObjectMatch(settings.get("mfa_session")!, { value: 43_200 });
    assertObjectMatch(settings.get("mfa_command")!, { is_hidden: true });
    assertObjectMatch(settings.get("no_input")!, {
      value: false,
      source: { kind: "default" },
    });
    assertEquals(aws.calls, []);

    Deno.removeSync(join(home.path, ".aws/assume-role.yaml"));
    await run("-r boss true");
    assertObjectMatch(await explain("-r boss"), {
      outcome: "use_cache",
      calls: [],
      sessions: [{ role_arn: ADMIN_ARN, state: "fresh" }],
    });
    assertFails(await run("--explain --json -r boss --profile no"), {
      error: "Cannot find the AWS profile 'no'",
    });
  },
);

e2e(
  "--doctor --json has each check; a problem is in the document, and the status is 125",
  unix,
  async ({ home, run }) => {
    const good = documentOf("doctor", await run("--doctor --json"));
    assertObjectMatch(good, { problems: 0, warnings: 1, passed: 15 });
    const checks = (document: Record<PropertyKey, unknown>) =>
      document.checks as readonly Record<string, string>[];
    assertEquals(
      [...new Set(checks(good).map(({ check }) => check))],
      [
        "system",
        "terminal",
        "files",
        "variables",
        "credentials",
        "endpoints",
        "clock",
        "identity",
        "mfa",
      ],
    );
    Deno.chmodSync(`${home.project}/assume-role.yaml`, 0o666);
    const { status, stdout, stderr } = await run("--doctor --json");
    assertEquals([status, stderr], [125, ""]);
    const bad = parseDocument("doctor", stdout);
    assertEquals(bad.problems, 1);
    const [problem] = checks(bad).filter(({ level }) => level === "problem");
    assertEquals(problem!.check, "files");
    assertMatch(problem!.text!, /other users can write to the file$/);
    assertMatch(problem!.advice!, /run: chmod go-w/);
    const unplanned = await run("--doctor --json -r no --profile no");
    assertEquals(unplanned.status, 125);
    parseDocument("doctor", unplanned.stdout);
  },
);

e2e("--json is refused with anything that prints no document", {
  offline: true,
}, async ({ run }) => {
  const error =
    "Option '--json' works only with '--list', '--whoami', '--explain' or '--doctor'";
  for (
    const args of [
      "--json -r admin true",
      "--json --init",
      "--json --completions bash",
      "--clear-cache --json",
    ]
  ) assertFails(await run(args), { error, hint: null });
  assertFails(await run("--list --json ls"), {
    error: "Option '--list' runs no command, but there is one: 'ls'",
  });
  for (const args of ["--json", "--json -r admin"]) {
    assertFails(await run(args), {
      error,
      hint: "to print credentials as JSON, use '--format process'",
    });
  }
});

Deno.test("no object in the JSON Schemas allows additional properties", () => {
  const check = (value: unknown, place: string) => {
    if (typeof value !== "object" || value === null) return;
    const schema = value as Record<string, unknown>;
    if (schema.type === "object") {
      assertEquals(schema.additionalProperties, false, place);
    }
    for (const [key, part] of Object.entries(schema)) {
      check(part, `${place}/${key}`);
    }
  };
  for (const name of DOCUMENTS) {
    check(
      JSON.parse(Deno.readTextFileSync(join(SCHEMAS, `${name}.json`))),
      name,
    );
  }
});
