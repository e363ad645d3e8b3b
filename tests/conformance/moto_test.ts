/**
 * The same scenarios against moto and against the fake: what a user sees must
 * be the same, so that the fake cannot drift from the world.
 */
import { assertEquals } from "@std/assert";
import { FakeAws } from "../fake_aws/server.ts";
import { ALICE, type User } from "../fake_aws/world.ts";
import { program, type Result, Sandbox } from "../e2e/sandbox.ts";
import { ACCOUNT, CountingProxy, Moto } from "./moto.ts";

const ROLE = `arn:aws:iam::${ACCOUNT}:role/admin`;
const AWS = ["aws", "--region", "us-east-1"];

/** What a person would see of a step: its result, and the actions that were called. */
type Seen = Result & { readonly actions: readonly string[] };

interface Step {
  readonly name: string;
  readonly run: (box: Sandbox, user: User) => Promise<Result>;
}

const keysIn = (user: User) => ({
  AWS_ACCESS_KEY_ID: user.accessKeyId,
  AWS_SECRET_ACCESS_KEY: user.secretAccessKey,
});

const STEPS: readonly Step[] = [
  {
    name: "the real AWS CLI under the role",
    run: (box) =>
      box.run(["--role", "admin", "--", ...AWS, "sts", "get-caller-identity"]),
  },
  {
    name: "the same from the cache",
    run: (box) =>
      box.run(["--role", "admin", "--", ...AWS, "sts", "get-caller-identity"]),
  },
  {
    name: "the real AWS CLI with the profile that was saved",
    run: (box) =>
      box.exec([
        ...AWS,
        "--profile",
        `${ACCOUNT}-admin`,
        "sts",
        "get-caller-identity",
      ]),
  },
  {
    name: "the exit status",
    run: (box) => box.run(["--role", "admin", "--", "sh", "-c", "exit 42"]),
  },
  {
    name: "the printed credentials",
    run: (box) => box.run(["--role", "admin"]),
  },
  {
    name: "another session name",
    run: (box) =>
      box.run([
        "--role",
        "admin",
        "--role-session-name",
        "ticket-42",
        ...AWS,
        "sts",
        "get-caller-identity",
        "--query",
        "Arn",
      ]),
  },
  {
    name: "a role within a role",
    run: (box) =>
      box.run([
        "-r",
        "admin",
        "-E=DENO_DIR",
        ...program(),
        "-r",
        "admin",
        "true",
      ]),
  },
  {
    name:
      "a role that may not be assumed: as far as the user can tell, for lack of MFA",
    run: (box) => box.run(["--no-input", "--role", "forbidden", "true"]),
  },
  {
    name: "a wrong secret access key",
    run: (box, user) =>
      box.run(["--role", "admin", "true"], {
        env: { ...keysIn(user), AWS_SECRET_ACCESS_KEY: "wrong" },
      }),
  },
  {
    name: "an unknown access key",
    run: (box, user) =>
      box.run(["--role", "admin", "true"], {
        env: { ...keysIn(user), AWS_ACCESS_KEY_ID: "AKIAUNKNOWN000000000" },
      }),
  },
];

/** Runs all steps, and leaves out what differs from run to run. */
async function play(url: string, user: User): Promise<Record<string, Seen>> {
  await using proxy = new CountingProxy(url);
  await using box = new Sandbox({ url: proxy.url }, user);
  const seen: Record<string, Seen> = {};
  for (const { name, run } of STEPS) {
    proxy.actions.length = 0;
    const { status, signal, stdout, stderr } = await run(box, user);
    const stable = (text: string) =>
      text.replace(/ASIA\w{16}/g, "ASIA…").replaceAll(box.root, "")
        .replace(/(SECRET_ACCESS_KEY|SESSION_TOKEN)=.+/g, "$1=…")
        .replace(/"UserId": "\w+:/, '"UserId": "…:');
    seen[name] = {
      status,
      signal,
      stdout: stable(stdout),
      stderr: stable(stderr),
      actions: [...proxy.actions],
    };
  }
  return seen;
}

Deno.test("moto and the fake show a user the same", async () => {
  await using moto = await Moto.start();
  const user = await moto.createUser("alice", "admin");
  await moto.enforce();
  const onMoto = await play(moto.url, user);

  const alice = { ...ALICE, accountId: ACCOUNT, devices: user.devices! };
  await using fake = new FakeAws({
    users: [alice],
    roles: [{ arn: ROLE, trusts: [`arn:aws:iam::${ACCOUNT}:user/alice`] }],
  });
  const onFake = await play(fake.url, alice);
  assertEquals(onFake, onMoto);

  const first = onMoto["the real AWS CLI under the role"]!;
  assertEquals(first.status, 0);
  assertEquals(
    JSON.parse(first.stdout).Arn,
    `arn:aws:sts::${ACCOUNT}:assumed-role/admin/alice`,
  );
  assertEquals(first.actions, [
    "GetCallerIdentity",
    "AssumeRole",
    "GetCallerIdentity",
  ]);
  assertEquals(onMoto["the same from the cache"], {
    ...first,
    actions: ["GetCallerIdentity"],
  });
  assertEquals(
    onMoto["the real AWS CLI with the profile that was saved"]?.stdout,
    first.stdout,
  );
  assertEquals(onMoto["the exit status"]?.status, 42);
});

Deno.test("boto3 reads the profile that was saved", async () => {
  await using moto = await Moto.start();
  const user = await moto.createUser("alice", "admin");
  await moto.enforce();
  await using box = new Sandbox(moto, user);
  assertEquals((await box.run(["-r", "admin", "true"])).status, 0);
  const script = `
import boto3
session = boto3.Session(profile_name="${ACCOUNT}-admin", region_name="us-east-1")
print(session.client("sts").get_caller_identity()["Arn"])
`;
  const result = await box.exec(["python3", "-c", script]);
  assertEquals([result.stderr, result.stdout], [
    "",
    `arn:aws:sts::${ACCOUNT}:assumed-role/admin/alice\n`,
  ]);
});
