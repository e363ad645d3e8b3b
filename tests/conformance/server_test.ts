/** `--server` with the AWS CLI and boto3. */
import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path/join";
import { stripDefaultProfile } from "../../lib/aws/strip_default_profile.ts";
import { formatAwsFile, parseAwsFile } from "../../lib/aws/ini_editor.ts";
import fc from "fast-check";
import {
  ANY_FILE,
  DEFAULT_FILES,
  type DefaultFile,
} from "../aws/default_files.ts";
import {
  ADMIN_SESSION_ARN,
  ALICE,
  argv,
  e2e,
  fixture,
  keysInEnv,
  OK,
  SERIAL,
  TestHome,
  withoutKeyWarning,
} from "../mod.ts";

const REGION = { AWS_REGION: "us-east-1" };

/** The number of generated files of each kind. */
const FILES = Number(Deno.env.get("FC_RUNS") ?? 150);

e2e("no call of boto3 fails while --server renews sessions", {
  aws: { sessionLife: 5000 },
}, async ({ run }) => {
  const result = withoutKeyWarning(
    await run(
      argv`--server -r admin python3 ${fixture("boto3_client.py")} 14 5`,
      { env: REGION },
    ),
  );
  assertEquals([result.status, result.stderr], [0, ""]);
  const { arns, keys, failures, calls } = JSON.parse(result.stdout);
  assertEquals([arns, failures], [[ADMIN_SESSION_ARN], []]);
  assert(calls > 50 && keys >= 3, `${calls} calls with ${keys} keys`);
});

e2e("no call of the AWS CLI fails while --server renews sessions", {
  aws: { sessionLife: 5000 },
}, async ({ aws, run }) => {
  const script =
    "for i in 1 2 3 4; do aws sts get-caller-identity --query Arn --output text || exit 1; sleep 2; done";
  const result = withoutKeyWarning(
    await run(argv`--server -r admin sh -c ${script}`, { env: REGION }),
  );
  assertEquals(
    [result.status, result.stdout, result.stderr],
    [0, `${ADMIN_SESSION_ARN}\n`.repeat(4), ""],
  );
  const keys = aws.calls.filter(({ action }) => action === "GetCallerIdentity")
    .map(({ accessKeyId }) => accessKeyId);
  assert(new Set(keys).size >= 3, keys.join(" "));
});

e2e(
  "the AWS CLI prints the error and the hint if a refresh needs an MFA code",
  {
    aws: { sessionLife: 4000 },
  },
  async ({ aws, run }) => {
    const code = await aws.code(ALICE);
    const options = `--no-input --mfa-serial ${SERIAL} --mfa-token ${code}`;
    const script = "sleep 5; aws sts get-caller-identity";
    const result = await run(
      argv`${options.split(" ")} --server -r deploy sh -c ${script}`,
      { env: REGION },
    );
    assertEquals(result.status === 0, false);
    assert(
      result.stderr.includes("An MFA code for") &&
        result.stderr.includes("'--mfa-command'"),
      result.stderr,
    );
  },
);

/**
 * Returns whether botocore finds credentials in files, and in the copies that `--server`
 * makes of the files.
 */
async function findCredentials(
  files: readonly DefaultFile[],
): Promise<{ before: unknown[]; after: unknown[] }> {
  await using home = new TestHome();
  const rows = files.flatMap(({ file, text }, i) => {
    const bytes = new TextEncoder().encode(text);
    const copy = formatAwsFile(stripDefaultProfile(parseAwsFile(bytes)));
    const variable = file === "config"
      ? "AWS_CONFIG_FILE"
      : "AWS_SHARED_CREDENTIALS_FILE";
    return [bytes, copy].map((bytes, at) => {
      const path = join(home.root, `${i}-${at}`);
      Deno.writeFileSync(path, bytes);
      return [variable, path];
    });
  });
  const { stdout } = await home.exec(
    ["python3", fixture("botocore_credentials.py")],
    { stdin: JSON.stringify(rows) },
  );
  const found: unknown[] = JSON.parse(stdout);
  return {
    before: found.filter((_, i) => i % 2 === 0),
    after: found.filter((_, i) => i % 2 === 1),
  };
}

/** Files of every kind, most of them with access keys at the beginning. */
const MOSTLY_WITH_KEYS = fc.tuple(
  ANY_FILE,
  fc.constantFrom(
    "",
    "aws_access_key_id = v\naws_secret_access_key = v\n",
    "AWS_SECRET_ACCESS_KEY: v\n  aws_access_key_id=v\naws_access_key_id = v\n",
  ),
).map(([text, keys]) => text.replace("[default]\n", `[default]\n${keys}`));

Deno.test("botocore finds no credentials in the copies that --server makes of AWS files", async () => {
  const { before, after } = await findCredentials(DEFAULT_FILES);
  const count = before.filter((isFound) => isFound === true).length;
  assert(count > DEFAULT_FILES.length / 2, `only ${count} have credentials`);
  DEFAULT_FILES.forEach(({ text }, i) => {
    // If botocore cannot read the original file, botocore may fail on the copy, too.
    const isBroken = typeof before[i] === "string";
    if (!isBroken || after[i] !== before[i]) {
      assertEquals(after[i], false, text);
    }
  });
  const files = (["config", "credentials"] as const).flatMap((file) =>
    fc.sample(MOSTLY_WITH_KEYS, FILES).map((text) => ({ file, text }))
  );
  const generated = await findCredentials(files);
  assert(generated.before.includes(true));
  assertEquals(files[generated.after.indexOf(true)], undefined);
});

const KEYS = "aws_access_key_id = AKIAELSE\naws_secret_access_key = else\n";

/**
 * Files with access keys that boto3 could use instead of the session, and variables that
 * name these files.
 */
const OTHER_KEYS: readonly (readonly [
  path: string,
  text: string,
  env: Record<string, string>,
])[] = [
  [".aws/config", `[DEFAULT]\n${KEYS}[default]\nregion = us-east-1\n`, {}],
  [".boto", `[Credentials]\n${KEYS}`, {}],
  [".boto", `[DEFAULT]\n${KEYS}[Credentials]\nx = y\n`, {}],
  ["mine", `[Credentials]\n${KEYS}`, { BOTO_CONFIG: "~/mine" }],
  ...["$HOME/mine", "${HOME}/mine", "~/mine", "../home/mine", "mine"].flatMap(
    (path) =>
      ["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"].map((name) =>
        ["mine", `[default]\n${KEYS}`, { [name]: path }] as const
      ),
  ),
];

for (const [path, text, env] of OTHER_KEYS) {
  const variables = JSON.stringify(env);
  e2e(
    `boto3 uses the role's session despite keys in ${path}, with ${variables}: ${
      JSON.stringify(text.slice(0, 20))
    }`,
    async ({ home, run }) => {
      home.writeHome(path, text);
      if (env.AWS_CONFIG_FILE === "mine") home.write("mine", "");
      const caller = argv`python3 ${fixture("boto3_caller.py")}`;
      const result = withoutKeyWarning(
        await run(
          argv`-E=BOTO_CONFIG --server -r admin sh -c ${'cd ~; exec "$@"'} sh ${caller}`,
          { env: { ...REGION, ...keysInEnv(ALICE), ...env } },
        ),
      );
      assertEquals(result, { ...OK, stdout: `${ADMIN_SESSION_ARN}\n` });
    },
  );
}
