/** Text behind a header of AWS's files. https://github.com/smithy-lang/smithy-rs/issues/1488 */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { FakeAws } from "../fake_aws/server.ts";
import { ALICE, type User, type World } from "../fake_aws/world.ts";
import { TestHome } from "./test_home.ts";
import { role } from "./worlds.ts";

const BOB: User = {
  ...ALICE,
  name: "bob",
  accessKeyId: "AKIAFAKEBOB000000001",
};
const USERS = [ALICE, BOB];
const trusts = USERS.map(({ name }) =>
  `arn:aws:iam::111111111111:user/${name}`
);
const BOTH: World = {
  users: USERS,
  roles: [
    role("admin", {
      trusts: [...trusts, "arn:aws:iam::111111111111:role/live"],
    }),
    role("live", { trusts }),
  ],
};

const keys = (user: User) =>
  `aws_access_key_id = ${user.accessKeyId}\naws_secret_access_key = ${user.secretAccessKey}\n`;

/** A `credential_process` that gives a user's keys; `HOME` stands for its path. */
const processOf = ({ name }: User) =>
  `credential_process = cat HOME/${name}.json\n`;

interface Files {
  readonly credentials?: string;
  readonly config?: string;
}

/** The roles that are assumed, each with its caller, or the error. */
async function assumed(
  { credentials = "", config = "" }: Files,
  ...args: string[]
): Promise<readonly string[]> {
  await using aws = new FakeAws(BOTH);
  await using box = new TestHome(aws);
  box.writeHome(".aws/credentials", credentials);
  box.writeHome(".aws/config", config.replaceAll("HOME", box.path));
  for (const { name, accessKeyId, secretAccessKey } of USERS) {
    const answer = { Version: 1, AccessKeyId: accessKeyId };
    box.writeHome(
      `${name}.json`,
      JSON.stringify({ ...answer, SecretAccessKey: secretAccessKey }),
    );
  }
  const result = await box.run([...args, "-r", "admin", "true"]);
  if (result.status !== 0) return [result.stderr.replaceAll(box.path, "~")];
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

Deno.test("keys below a header with text behind it are those of its profile", async () => {
  for (const header of HEADERS) {
    const credentials = `[default]\n${keys(ALICE)}${header}\n${keys(BOB)}`;
    assertEquals(await assumed({ credentials }), ["alice: admin"], header);
    assertEquals(
      await assumed({ credentials }, "--profile", "prod"),
      ["bob: admin"],
      header,
    );
  }
});

Deno.test("a key id below a header with text behind it leaves the pair of 'default' whole", async () => {
  const id = `aws_access_key_id = ${BOB.accessKeyId}\n`;
  for (const header of HEADERS) {
    const credentials = `[default]\n${keys(ALICE)}${header}\n${id}`;
    assertEquals(await assumed({ credentials }), ["alice: admin"], header);
  }
});

Deno.test("a role below a header with text behind it is that of its profile", async () => {
  const role =
    "role_arn = arn:aws:iam::111111111111:role/live\nsource_profile = default\n";
  for (const header of ["[profile prod]# live", "[profile prod] // live"]) {
    const files = {
      credentials: `[default]\n${keys(ALICE)}`,
      config: `[default]\nregion = us-east-1\n${header}\n${role}`,
    };
    assertEquals(await assumed(files), ["alice: admin"], header);
    assertEquals(
      await assumed(files, "--profile", "prod"),
      ["alice: live", "alice: admin"],
      header,
    );
  }
});

Deno.test("the AWS SDK finds base credentials below the same headers", async () => {
  for (
    const header of [
      "[profile prod]# live",
      "[profile prod] // live",
      `["profile prod"]\n[profile 'prod'] // live`,
    ]
  ) {
    const config = `[default]\n${processOf(ALICE)}${header}\n${processOf(BOB)}`;
    for (
      const [args, caller] of [
        [[], "alice"],
        [["--profile", "prod"], "bob"],
      ] as const
    ) {
      assertEquals(
        await assumed({ config }, ...args),
        [`${caller}: admin`],
        JSON.stringify([header, args]),
      );
    }
  }
});

Deno.test("a header that the AWS CLI cannot read is an error with its line", async () => {
  for (const header of ["[prod", "[]", "// [prod]", "prod]"]) {
    const text = `[default]\n${keys(ALICE)}${header}\n${keys(BOB)}`;
    for (const name of ["credentials", "config"] as const) {
      const [error = ""] = await assumed({ [name]: text });
      assertStringIncludes(
        error,
        `assume-role: error: Cannot read ~/.aws/${name}: line 4 is neither a section nor a key with a value\n`,
      );
    }
  }
});

Deno.test("an indented header is an error for the profile above, and for no other", async () => {
  const credentials = `[default]\n${keys(ALICE)}  [prod]\n${
    keys(BOB)
  }[other]\n${keys(BOB)}`;
  const [error = ""] = await assumed({ credentials });
  assertStringIncludes(
    error,
    "Cannot use the AWS profile 'default': the header in line 4 of ~/.aws/credentials is indented, so the AWS CLI reads the header as part of the value above\n",
  );
  assertEquals(
    await assumed({ credentials }, "--profile", "other"),
    ["bob: admin"],
  );
});

Deno.test("the copy for --server keeps the keys below a header with text behind it", async () => {
  for (const header of [...HEADERS, "[prod] // see [wiki]"]) {
    await using aws = new FakeAws(BOTH);
    await using box = new TestHome(aws);
    box.writeHome(
      ".aws/credentials",
      `[default]\n${keys(ALICE)}${header}\n${keys(BOB)}`,
    );
    const { stdout } = await box.run([
      "--server",
      "-r",
      "admin",
      "sh",
      "-c",
      'cat "$AWS_SHARED_CREDENTIALS_FILE"',
    ]);
    // The profile that we save is at the end.
    const copy = stdout.split("\n\n")[0];
    assertEquals(copy, `[default]\n[prod]\n${keys(BOB)}`.trimEnd(), header);
  }
});
