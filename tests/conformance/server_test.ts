/** `--server` with the AWS CLI and boto3, as they come. */
import { assert, assertEquals } from "@std/assert";
import { Sandbox } from "../e2e/sandbox.ts";
import { WORLD } from "../e2e/worlds.ts";
import { FakeAws } from "../fake_aws/server.ts";

const ADMIN_SESSION = "arn:aws:sts::111111111111:assumed-role/admin/alice";
const REGION = { AWS_REGION: "us-east-1" };

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

Deno.test("boto3 sees no failed call over several sessions", async () => {
  await using aws = new FakeAws(WORLD, { sessionLife: 5000 });
  await using box = new Sandbox(aws);
  const result = await box.run(
    ["--server", "-r", "admin", "python3", "-c", BOTO3, "14"],
    { env: REGION },
  );
  assertEquals([result.status, result.stderr], [0, ""]);
  const { arns, keys, failures, calls } = JSON.parse(result.stdout);
  assertEquals([arns, failures], [[ADMIN_SESSION], []]);
  assert(calls > 50 && keys >= 3, `${calls} calls with ${keys} keys`);
});

Deno.test("the AWS CLI sees no failed call over several sessions", async () => {
  await using aws = new FakeAws(WORLD, { sessionLife: 5000 });
  await using box = new Sandbox(aws);
  const script =
    "for i in 1 2 3 4; do aws sts get-caller-identity --query Arn --output text || exit 1; sleep 2; done";
  const result = await box.run(
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

Deno.test("boto3 tells what to do where a code is needed", async () => {
  await using aws = new FakeAws(WORLD, { sessionLife: 4000 });
  await using box = new Sandbox(aws);
  const user = WORLD.users[0]!;
  const result = await box.run([
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
