/**
 * Text after a section header in AWS's files, as in `[prod] # text`.
 * See https://github.com/smithy-lang/smithy-rs/issues/1488
 */
import { assertEquals, assertStringIncludes } from "@std/assert";
import {
  ALICE,
  ALICE_ARN,
  argv,
  BOB,
  BOB_ARN,
  type E2e,
  e2e,
  keysOf,
  PREFIX,
  processOutput,
  type Result,
  role,
  shortenHome,
  type User,
  type World,
} from "../mod.ts";

const USERS = [ALICE, BOB];
const trusts = [ALICE_ARN, BOB_ARN];
const TWO_USERS: World = {
  users: USERS,
  roles: [
    role("admin", { trusts: [...trusts, `${PREFIX}live`] }),
    role("live", { trusts }),
  ],
};

const keys = (user: User) =>
  `aws_access_key_id = ${user.accessKeyId}\naws_secret_access_key = ${user.secretAccessKey}\n`;

/** Formats a `credential_process` that prints a user's keys; `runWith()` replaces `HOME`. */
const processOf = ({ name }: User) =>
  `credential_process = cat HOME/${name}.json\n`;

interface Files {
  readonly credentials?: string;
  readonly config?: string;
}

/** Empties the cache, writes AWS's files, and runs assume-role. */
async function runWith(
  { aws, home }: E2e,
  { credentials = "", config = "" }: Files,
  args: string,
): Promise<Result> {
  aws.calls.length = 0;
  home.removeCache();
  home.writeHome(".aws/credentials", credentials);
  home.writeHome(".aws/config", config.replaceAll("HOME", home.path));
  for (const user of USERS) {
    home.writeHome(`${user.name}.json`, processOutput(user));
  }
  const result = await home.run(args);
  return { ...result, stderr: shortenHome(result.stderr, home) };
}

/**
 * Empties the cache, writes AWS's files, and assumes the role `admin`.
 *
 * @returns a text like `alice: admin` (caller and role) for each AssumeRole, or the error
 */
async function assumed(
  context: E2e,
  files: Files,
  options = "",
): Promise<readonly string[]> {
  const { aws } = context;
  const { status, stderr } = await runWith(
    context,
    files,
    `${options} -r admin true`.trim(),
  );
  if (status !== 0) return [stderr];
  return aws.calls.filter(({ action }) => action === "AssumeRole")
    .map(({ params: { RoleArn, RoleSessionName } }) =>
      `${RoleSessionName}: ${RoleArn?.split("/").at(-1)}`
    );
}

const HEADERS = [
  "[prod] // the prod account",
  "[prod]# x",
  "[prod]x",
];

/** Registers a test with alice, bob and the roles `admin` and `live`. */
const test = (name: string, run: (context: E2e) => Promise<void>) =>
  e2e(name, { world: TWO_USERS }, run);

test("keys below a header with text after ']' belong to the profile of that header", async (context) => {
  for (const header of HEADERS) {
    const credentials = `[default]\n${keys(ALICE)}${header}\n${keys(BOB)}`;
    assertEquals(
      await assumed(context, { credentials }),
      ["alice: admin"],
      header,
    );
    assertEquals(
      await assumed(context, { credentials }, "--profile prod"),
      ["bob: admin"],
      header,
    );
  }
});

test("an access key ID below a header with text after ']' does not change the profile above", async (context) => {
  const id = `aws_access_key_id = ${BOB.accessKeyId}\n`;
  for (const header of HEADERS) {
    const credentials = `[default]\n${keys(ALICE)}${header}\n${id}`;
    assertEquals(
      await assumed(context, { credentials }),
      ["alice: admin"],
      header,
    );
  }
});

test("a role_arn below a header with text after ']' belongs to the profile of that header", async (context) => {
  const live = `role_arn = ${PREFIX}live\nsource_profile = default\n`;
  for (const header of ["[profile prod]# live", "[profile prod] // live"]) {
    const files = {
      credentials: `[default]\n${keys(ALICE)}`,
      config: `[default]\nregion = us-east-1\n${header}\n${live}`,
    };
    assertEquals(await assumed(context, files), ["alice: admin"], header);
    assertEquals(
      await assumed(context, files, "--profile prod"),
      ["alice: live", "alice: admin"],
      header,
    );
  }
});

test("the AWS SDK finds base credentials below a header with text after ']'", async (context) => {
  for (
    const header of [
      "[profile prod]# live",
      "[profile prod] // live",
      `["profile prod"]\n[profile 'prod'] // live`,
    ]
  ) {
    const config = `[default]\n${processOf(ALICE)}${header}\n${processOf(BOB)}`;
    for (
      const [options, caller] of [
        ["", "alice"],
        ["--profile prod", "bob"],
      ] as const
    ) {
      assertEquals(
        await assumed(context, { config }, options),
        [`${caller}: admin`],
        JSON.stringify([header, options]),
      );
    }
  }
});

test("a header that the AWS CLI cannot read is an error that names the line", async (context) => {
  for (const header of ["[prod", "[]", "// [prod]", "prod]"]) {
    const text = `[default]\n${keys(ALICE)}${header}\n${keys(BOB)}`;
    for (const name of ["credentials", "config"] as const) {
      const [error = ""] = await assumed(context, { [name]: text });
      assertStringIncludes(
        error,
        `assume-role: error: Cannot read ~/.aws/${name}: line 4 is neither a section nor a key with a value\n`,
      );
    }
  }
});

test("an indented header is an error for the profile above that header, but not for other profiles", async (context) => {
  const credentials = `[default]\n${keys(ALICE)}  [prod]\n${
    keys(BOB)
  }[other]\n${keys(BOB)}`;
  const [error = ""] = await assumed(context, { credentials });
  assertStringIncludes(
    error,
    "Cannot use the AWS profile 'default': the header in line 4 of ~/.aws/credentials is indented, so the AWS CLI reads the header as part of the value above\n",
  );
  assertEquals(
    await assumed(context, { credentials }, "--profile other"),
    ["bob: admin"],
  );
});

/** Files in which a header or a key occurs twice, and the line number of the second occurrence. */
const REPEATED: readonly (readonly [
  what: string,
  line: number,
  profile: string,
  files: Files,
])[] = [
  ["the section", 4, "a", {
    credentials: `[a]\n${keys(BOB)}[a]\n${keys(ALICE)}`,
  }],
  ["the key 'aws_access_key_id'", 4, "a", {
    credentials: `[a]\n${keys(BOB)}aws_access_key_id = AKIAOTHER\n`,
  }],
  ["the key 'region'", 3, "a", {
    credentials: `[a]\n${keys(BOB)}`,
    config: "[profile a]\nregion = us-east-1\nREGION: us-east-1\n",
  }],
  ["the key 'credential_process'", 3, "a", {
    config: `[DEFAULT]\n${processOf(ALICE)}${processOf(BOB)}[profile a]\n`,
  }],
  ["the key 'role_arn'", 3, "a", {
    credentials: keysOf(ALICE),
    config:
      `[profile a]\nrole_arn = ${PREFIX}x\nrole_arn = ${PREFIX}live\nsource_profile = default\n`,
  }],
];

test("a header or a key that occurs twice is an error for its profile, but not for other profiles", async (context) => {
  for (const [what, line, profile, files] of REPEATED) {
    const path = files.config === undefined ? "credentials" : "config";
    const expected =
      `assume-role: error: Cannot use the AWS profile '${profile}': ${what} occurs a second time in line ${line} of ~/.aws/${path}\n` +
      "assume-role: hint: remove one of the two; the AWS CLI refuses the file, too\n";
    assertEquals(
      await assumed(context, files, `--profile ${profile}`),
      [expected],
    );
    const role =
      `[profile of-${profile}]\nrole_arn = ${PREFIX}live\nsource_profile = ${profile}\n`;
    const config = `${files.config ?? ""}${role}`;
    const { stderr } = await runWith(
      context,
      { ...files, config },
      `--profile of-${profile} true`,
    );
    assertEquals(stderr.replace(`of-${profile}`, profile), expected);
    const other = `[other]\n${keys(BOB)}`;
    const credentials = `${files.credentials ?? ""}${other}`;
    const isShared = files.config?.startsWith("[DEFAULT]");
    if (!isShared) {
      assertEquals(
        await assumed(context, { ...files, credentials }, "--profile other"),
        ["bob: admin"],
      );
    }
  }
});

test("text after a value belongs to the value, as in the AWS CLI", async (context) => {
  const config =
    `[profile a]\nrole_arn = ${PREFIX}live # mine\nsource_profile = default\n`;
  const { status, stderr } = await runWith(
    context,
    { credentials: `[default]\n${keys(ALICE)}`, config },
    "--profile a true",
  );
  assertEquals([status, stderr], [
    125,
    "assume-role: error: Cannot use role_arn of the AWS profile 'a': write the ARN of a role like arn:aws:iam::111111111111:role/admin\n" +
    "assume-role: hint: move the comment to a line of its own: the AWS CLI reads text after a value as part of the value\n",
  ]);
});

test("with --server, the copied credentials file keeps the keys below a header with text after ']'", async ({ home, run }) => {
  for (const header of [...HEADERS, "[prod] // see [wiki]"]) {
    home.removeCache();
    home.writeHome(
      ".aws/credentials",
      `[default]\n${keys(ALICE)}${header}\n${keys(BOB)}`,
    );
    const script = 'cat "$AWS_SHARED_CREDENTIALS_FILE"';
    const { stdout } = await run(argv`--server -r admin sh -c ${script}`);
    // After the blank line comes only the profile that assume-role saved.
    const copy = stdout.split("\n\n")[0];
    assertEquals(copy, `[default]\n[prod]\n${keys(BOB)}`.trimEnd(), header);
  }
});
