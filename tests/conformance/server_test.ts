/** `--server` with the AWS CLI and boto3, as they come. */
import { e2e } from "../mod.ts";
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
import { TestHome } from "../e2e/test_home.ts";
import { WORLD } from "../e2e/worlds.ts";
import { FakeAws } from "../fake_aws/server.ts";

const ADMIN_SESSION = "arn:aws:sts::111111111111:assumed-role/admin/alice";
const REGION = { AWS_REGION: "us-east-1" };

/** Number of files of each kind that botocore reads. */
const FILES = Number(Deno.env.get("FC_RUNS") ?? 150);

/** Asks who it is in five threads at once, on one session. */
const BOTO3 = `
import boto3, json, sys, threading, time
session = boto3.Session()
end = time.time() + float(sys.argv[1])
arns, keys, failures, calls = set(), set(), [], []
def work():
    sts = session.client("sts")
    while time.time() < end:
        try:
            arns.add(sts.get_caller_identity()["Arn"])
            keys.add(session.get_credentials().get_frozen_credentials().access_key)
        except Exception as error:
            failures.append(str(error))
        calls.append(1)
        time.sleep(0.1)
threads = [threading.Thread(target=work) for _ in range(5)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
print(json.dumps({"arns": list(arns), "keys": len(keys), "failures": failures, "calls": len(calls)}))
`;

e2e("boto3 sees no failed call over several sessions", {
  aws: { sessionLife: 5000 },
}, async ({ run }) => {
  const result = await run(
    ["--server", "-r", "admin", "python3", "-c", BOTO3, "14"],
    { env: REGION },
  );
  assertEquals([result.status, result.stderr], [0, ""]);
  const { arns, keys, failures, calls } = JSON.parse(result.stdout);
  assertEquals([arns, failures], [[ADMIN_SESSION], []]);
  assert(calls > 50 && keys >= 3, `${calls} calls with ${keys} keys`);
});

e2e("the AWS CLI sees no failed call over several sessions", {
  aws: { sessionLife: 5000 },
}, async ({ aws, run }) => {
  const script =
    "for i in 1 2 3 4; do aws sts get-caller-identity --query Arn --output text || exit 1; sleep 2; done";
  const result = await run(
    ["--server", "-r", "admin", "sh", "-c", script],
    { env: REGION },
  );
  assertEquals(
    [result.status, result.stdout, result.stderr],
    [0, `${ADMIN_SESSION}\n`.repeat(4), ""],
  );
  const keys = aws.calls.filter(({ action }) => action === "GetCallerIdentity")
    .map(({ accessKeyId }) => accessKeyId);
  assert(new Set(keys).size >= 3, keys.join(" "));
});

e2e("boto3 tells what to do where a code is needed", {
  aws: { sessionLife: 4000 },
}, async ({ aws, run }) => {
  const user = WORLD.users[0]!;
  const result = await run([
    "--no-input",
    "--mfa-serial",
    user.devices![0]!.serial,
    "--mfa-token",
    await aws.code(user),
    "--server",
    "-r",
    "deploy",
    "sh",
    "-c",
    "sleep 5; aws sts get-caller-identity",
  ], { env: REGION });
  assertEquals(result.status === 0, false);
  assert(
    result.stderr.includes("An MFA code for") &&
      result.stderr.includes("'--mfa-command'"),
    result.stderr,
  );
});

/** Tells in which of many files botocore finds credentials of its own. */
const BOTOCORE = `
import botocore.session, json, os, sys
found = []
for variable, path in json.load(sys.stdin):
    os.environ.update(AWS_CONFIG_FILE="/nowhere", AWS_SHARED_CREDENTIALS_FILE="/nowhere")
    os.environ[variable] = path
    try:
        found.append(botocore.session.Session().get_credentials() is not None)
    except Exception as error:
        found.append(type(error).__name__)
print(json.dumps(found))
`;

/** Whether botocore finds anybody in files, and in copies of them. */
async function lookIn(
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
  const { stdout } = await home.exec(["python3", "-c", BOTOCORE], {
    stdin: JSON.stringify(rows),
  });
  const found: unknown[] = JSON.parse(stdout);
  return {
    before: found.filter((_, i) => i % 2 === 0),
    after: found.filter((_, i) => i % 2 === 1),
  };
}

/** Files of every kind, most of which have keys at their beginning. */
const MOSTLY_SOMEBODY = fc.tuple(
  ANY_FILE,
  fc.constantFrom(
    "",
    "aws_access_key_id = v\naws_secret_access_key = v\n",
    "AWS_SECRET_ACCESS_KEY: v\n  aws_access_key_id=v\naws_access_key_id = v\n",
  ),
).map(([text, keys]) => text.replace("[default]\n", `[default]\n${keys}`));

Deno.test("botocore finds no identity in a copy of any file", async () => {
  const { before, after } = await lookIn(DEFAULT_FILES);
  const count = before.filter((isFound) => isFound === true).length;
  assert(count > DEFAULT_FILES.length / 2, `${count} of them are no test`);
  DEFAULT_FILES.forEach(({ text }, i) => {
    // A copy is no harder to read than the file.
    const isBroken = typeof before[i] === "string";
    if (!isBroken || after[i] !== before[i]) {
      assertEquals(after[i], false, text);
    }
  });
  const files = (["config", "credentials"] as const).flatMap((file) =>
    fc.sample(MOSTLY_SOMEBODY, FILES).map((text) => ({ file, text }))
  );
  const any = await lookIn(files);
  assert(any.before.includes(true));
  assertEquals(files[any.after.indexOf(true)], undefined);
});

Deno.test("boto3 is the role, wherever else it could find keys", async () => {
  await using aws = new FakeAws(WORLD);
  const keys = "aws_access_key_id = AKIAELSE\naws_secret_access_key = else\n";
  const whoami = [
    "python3",
    "-c",
    "import boto3; print(boto3.client('sts').get_caller_identity()['Arn'])",
  ];
  const cases: [path: string, text: string, env: Record<string, string>][] = [
    [".aws/config", `[DEFAULT]\n${keys}[default]\nregion = us-east-1\n`, {}],
    [".boto", `[Credentials]\n${keys}`, {}],
    [".boto", `[DEFAULT]\n${keys}[Credentials]\nx = y\n`, {}],
    ["mine", `[Credentials]\n${keys}`, { BOTO_CONFIG: "~/mine" }],
    ...["$HOME/mine", "${HOME}/mine", "~/mine", "../home/mine", "mine"].flatMap(
      (path) =>
        ["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"].map((name) =>
          ["mine", `[default]\n${keys}`, { [name]: path }] as [
            string,
            string,
            Record<string, string>,
          ]
        ),
    ),
  ];
  for (const [path, text, env] of cases) {
    await using home = new TestHome(aws);
    const user = WORLD.users[0]!;
    home.writeHome(path, text);
    if (env.AWS_CONFIG_FILE === "mine") home.write("mine", "");
    const result = await home.run(
      [
        "-E=BOTO_CONFIG",
        "--server",
        "-r",
        "admin",
        "sh",
        "-c",
        'cd ~; exec "$@"',
        "sh",
        ...whoami,
      ],
      {
        env: {
          ...REGION,
          AWS_ACCESS_KEY_ID: user.accessKeyId,
          AWS_SECRET_ACCESS_KEY: user.secretAccessKey,
          ...env,
        },
      },
    );
    assertEquals(
      [result.stdout, result.stderr],
      [`${ADMIN_SESSION}\n`, ""],
      JSON.stringify([path, env]),
    );
  }
});
