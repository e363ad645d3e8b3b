/** Checks that each name in `ROWS` means the same role in all subcommands and in the library. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { assumeRole, credentialProvider } from "../../mod.ts";
import {
  ALICE_ARN,
  BOB,
  type E2e,
  e2e,
  type FakeAws,
  keysOf,
  PREFIX,
  PREFIX_YAML,
  type Result,
  TestHome,
  WORLD,
  type World,
} from "../mod.ts";

const other = (name: string) => `arn:aws:iam::222222222222:role/${name}`;
const CHINA = "arn:aws-cn:iam::333333333333:role/x/ops";

/** A name, and the ARN of the role that it means; `null` if the name must be an error. */
interface Row {
  readonly name: string;
  /** The expected ARN if `role_prefix` is set. */
  readonly prefixed: string | null;
  /** The expected ARN if `role_prefix` is not set. */
  readonly plain: string | null;
  /** The section in `~/.aws/config` if the name is a profile. */
  readonly profile?: string;
  /** The value in `roles` of assume-role.yaml if the name is an entry there. */
  readonly entry?: string;
}

const assumes = (arn: string) => `role_arn = ${arn}\nsource_profile = default`;

/** Creates a row for a profile whose `role_arn` is `role_prefix` plus the profile's name. */
const same = (name: string): Row => ({
  name,
  prefixed: `${PREFIX}${name}`,
  plain: `${PREFIX}${name}`,
  profile: assumes(`${PREFIX}${name}`),
});

/** Creates a row for a profile with another role than `role_prefix` plus the profile's name. */
const foreign = (name: string, arn = other("ops")): Row => ({
  name,
  prefixed: null,
  plain: arn,
  profile: assumes(arn),
});

const ROWS: readonly Row[] = [
  {
    name: `${PREFIX}admin`,
    prefixed: `${PREFIX}admin`,
    plain: `${PREFIX}admin`,
  },
  { name: "admin", prefixed: `${PREFIX}admin`, plain: null },
  { name: "team-a/long", prefixed: `${PREFIX}team-a/long`, plain: null },
  { name: "o'dd", prefixed: null, plain: null },
  { name: "arn:aws:iam::1:role/x", prefixed: null, plain: null },
  same("dev"),
  foreign("prod-ops"),
  // Names are case-sensitive: this is not the profile `prod-ops`.
  { name: "PROD-OPS", prefixed: `${PREFIX}PROD-OPS`, plain: null },
  foreign("cn", CHINA),
  same("with.dots+and@signs"),
  // `role_prefix` plus one of these four names is no valid role ARN, so the name means the profile.
  { ...foreign("my dev"), prefixed: other("ops") },
  { ...foreign("a:b"), prefixed: other("ops") },
  { ...foreign("$(x)"), prefixed: other("ops") },
  { ...foreign("naïve"), prefixed: other("ops") },
  foreign("--region"),
  foreign("-x"),
  // A full ARN means the role with that ARN, even if a profile has the ARN as its name.
  {
    ...foreign(`${PREFIX}dev`),
    prefixed: `${PREFIX}dev`,
    plain: `${PREFIX}dev`,
  },
  {
    name: "invalid",
    prefixed: null,
    plain: null,
    profile: `role_arn = nonsense\nsource_profile = default`,
  },
  {
    name: "own",
    prefixed: `${PREFIX}own`,
    plain: null,
    profile: "credential_process = assume-role -r own --format process",
  },
  // The next two names do not mean their profiles, because these profiles supply no session.
  {
    name: "keys",
    prefixed: `${PREFIX}keys`,
    plain: null,
    profile: keysOf(BOB).replace(/^\[.*\n/, ""),
  },
  {
    name: "region-only",
    prefixed: `${PREFIX}region-only`,
    plain: null,
    profile: "region = eu-west-1",
  },
  // Entries of `roles` in assume-role.yaml.
  {
    name: "boss",
    prefixed: `${PREFIX}admin`,
    plain: `${PREFIX}admin`,
    entry: `{ role_arn: "${PREFIX}admin" }`,
  },
  {
    name: "short",
    prefixed: other("ops"),
    plain: other("ops"),
    entry: other("ops"),
  },
  { name: "bare", prefixed: `${PREFIX}bare`, plain: null, entry: "{}" },
  {
    name: "both",
    prefixed: null,
    plain: null,
    entry: `${PREFIX}admin`,
    profile: assumes(other("ops")),
  },
  {
    name: "twin",
    prefixed: other("ops"),
    plain: other("ops"),
    entry: other("ops"),
    profile: assumes(other("ops")),
  },
  {
    name: "settings",
    prefixed: null,
    plain: other("ops"),
    entry: "{ duration: 2h }",
    profile: assumes(other("ops")),
  },
  {
    name: "settings-same",
    prefixed: `${PREFIX}settings-same`,
    plain: `${PREFIX}settings-same`,
    entry: "{ duration: 2h }",
    profile: assumes(`${PREFIX}settings-same`),
  },
];

const ARNS = new Set(ROWS.flatMap(({ prefixed, plain }) => [prefixed, plain]));
const KNOWN = new Set(WORLD.roles.map(({ arn }) => arn));
const NAMES: World = {
  users: [...WORLD.users, BOB],
  roles: [
    ...WORLD.roles,
    ...[...ARNS].filter((arn) => arn !== null && !KNOWN.has(arn))
      .map((arn) => ({
        arn: arn!,
        trusts: [ALICE_ARN],
        maxSessionDuration: 43_200,
      })),
  ],
};

/** A home with the profiles and the entries of `ROWS`. */
function homeWith(aws: FakeAws, prefix: string): TestHome {
  const home = new TestHome(aws);
  const entries = ROWS.flatMap(({ name, entry }) =>
    entry === undefined ? [] : [`  ${name}: ${entry}\n`]
  );
  home.write("assume-role.yaml", `${prefix}roles:\n${entries.join("")}`);
  home.writeHome(
    ".aws/config",
    ROWS.flatMap(({ name, profile }) =>
      profile === undefined ? [] : [`[profile '${name}']\n${profile}\n`]
    ).join(""),
  );
  return home;
}

/** Returns the option that names a role; with `=`, because a name can start with a hyphen. */
const named = (name: string) => [`--role=${name}`];

/** Returns the error of a run, or the ARN that `find` reads from the run's output. */
function outcome(
  { status, stdout, stderr }: Result,
  find: (stdout: string) => string | undefined,
): string {
  if (status === 0) return find(stdout) ?? `no ARN: ${stdout}`;
  return /^assume-role: error: (.*)/.exec(stderr)?.[1] ?? stderr;
}

/** Returns the expected ARN if a text contains it, otherwise the last role ARN of the text. */
function findArn(text: string, expected: string | null): string | undefined {
  return text.split(/\s+/).find((word) => word === expected) ??
    text.split(/\s+/).findLast((word) => word.includes(":role/"));
}

/** Returns what a name means in each subcommand and in the library: an ARN or an error. */
async function observe(
  name: string,
  expected: string | null,
  { aws, home, run }: E2e,
): Promise<Record<string, string>> {
  const target = named(name);
  const session = (key: string) => toRoleArn(aws.sessionOf(key)?.arn, expected);
  const show = ["printenv", "ASSUME_ROLE_ARN"];
  const trim = (text: string) => text.trim();
  const library = {
    role: name,
    env: envOf(home, aws),
    config: `${home.project}/assume-role.yaml`,
  };
  const toMessage = (error: Error) => error.message;
  return {
    explain: outcome(
      await run(["--explain", ...target]),
      (text) => findArn(text, expected),
    ),
    run: outcome(await run([...target, ...show]), trim),
    variable: outcome(
      await run(show, { env: { ASSUME_ROLE_ROLE: name } }),
      trim,
    ),
    print: outcome(
      await run(target),
      (text) => session(/^AWS_ACCESS_KEY_ID=(.*)/.exec(text)?.[1] ?? ""),
    ),
    process: outcome(
      await run([...target, "--format=process"]),
      (text) => session(JSON.parse(text).AccessKeyId),
    ),
    whoami: outcome(
      await run(["--whoami", ...target]),
      (text) => toRoleArn(/session_arn: (.*)/.exec(text)?.[1], expected),
    ),
    console: outcome(await run(["--console", ...target]), (url) => {
      const token = new URL(url).searchParams.get("SigninToken") ?? "";
      return toRoleArn(aws.signedIn(token)?.arn, expected);
    }),
    assumeRole: await assumeRole(library).then(
      ({ roleArn }) => roleArn,
      toMessage,
    ),
    credentialProvider: await credentialProvider(library)().then(
      ({ accessKeyId }) => session(accessKeyId)!,
      toMessage,
    ),
    clearCache: outcome(
      await run(["--clear-cache", ...target]),
      (text) => /^Sessions removed of (.*): \d/.exec(text)?.[1],
    ),
  };
}

/** Returns the expected role if a session is of that role, otherwise the session. */
function toRoleArn(session = "", role: string | null): string {
  const [, partition, , , account, resource = ""] = session.split(":");
  const [, roleName] = resource.split("/");
  const isOf = role?.startsWith(`arn:${partition}:iam::${account}:role/`) &&
    role.split("/").at(-1) === roleName;
  return isOf ? role! : session;
}

/** Returns the variables of a program that uses the library in a test home. */
const envOf = (home: TestHome, aws: FakeAws) => ({
  HOME: home.path,
  USERPROFILE: home.path,
  PATH: Deno.env.get("PATH") ?? "",
  AWS_ENDPOINT_URL: aws.url,
});

for (
  const [title, column, prefix] of [
    ["with role_prefix", "prefixed", PREFIX_YAML],
    ["without role_prefix", "plain", ""],
  ] as const
) {
  e2e(`each name means one role in every subcommand, ${title}`, {
    world: NAMES,
    home: (aws) => homeWith(aws, prefix),
  }, async (context) => {
    for (const { name, [column]: expected } of ROWS) {
      const found = await observe(name, expected, context);
      const [first, ...others] = new Set(Object.values(found));
      assertEquals(others, [], `${name}: ${JSON.stringify(found, null, 1)}`);
      if (expected !== null) assertEquals(first, expected, name);
      else assertMatch(first!, /^Cannot /, name);
    }
  });

  e2e(
    `--list, --completions and 'via' interpret each name as a run does, ${title}`,
    {
      world: NAMES,
      home: (aws) => homeWith(aws, prefix),
    },
    async ({ home, run }) => {
      const listed = new Map(
        (await run("--list")).stdout.split("\n")
          .map((line) => line.split("\t"))
          .map(([name, arn, from]) => [name, [arn, from]]),
      );
      const completed = (await run("--completions roles")).stdout.split("\n");
      for (const { name, [column]: arn, profile, entry } of ROWS) {
        const isArn = name.startsWith("arn:");
        const own = /role_arn = (.*)/.exec(profile ?? "")?.[1];
        const isSession = own !== undefined || name === "own";
        // The name `invalid` is found, but using it fails, because its role_arn is not an ARN.
        const isFound = arn !== null || name === "invalid" && prefix === "";
        assertEquals(
          completed.includes(name),
          entry !== undefined ||
            isSession && isFound && /^(?!arn:|-)/.test(name),
          name,
        );
        if (entry !== undefined) {
          assertEquals(listed.get(name)?.[0], arn ?? "-", name);
        } else if (own !== undefined) {
          const isByRole = isFound && !isArn;
          assertEquals(listed.get(name), [
            own,
            isByRole ? "profile" : "profile (--profile only)",
          ]);
        }
      }
      home.write(
        "assume-role.yaml",
        Deno.readTextFileSync(`${home.project}/assume-role.yaml`) +
          ROWS.map(({ name }, at) =>
            `  via-${at}: { role_arn: "${PREFIX}admin", via: ${
              JSON.stringify(name)
            } }\n`
          ).join(""),
      );
      for (const [at, { name, [column]: arn }] of ROWS.entries()) {
        const { status, stdout, stderr } = await run(`--explain -r via-${at}`);
        if (arn === null) {
          assertEquals(status, 125, name);
          assertStringIncludes(stderr, `'${name}'`);
        } else {
          assertEquals(stderr, "", name);
          assertMatch(stdout, new RegExp(`AssumeRole .* ${escape(arn)}[,\n]`));
        }
      }
    },
  );
}

/** Escapes a text for a regular expression. */
function escape(text: string): string {
  return text.replace(/[.+$()*?[\]\\^{}|]/g, "\\$&");
}
