/**
 * Runs scenarios against moto and against the fake: what a user sees must
 * be the same, so that the fake cannot drift from the world.
 */
import { assertEquals } from "@std/assert";
import { FakeAws } from "../fake_aws/server.ts";
import { signToken } from "../fake_aws/jwt.ts";
import { stepAt, totp } from "../fake_aws/totp.ts";
import { ALICE, GITHUB, type User } from "../fake_aws/world.ts";
import { program, type Result, TestHome } from "../e2e/test_home.ts";
import { ACCOUNT, CountingProxy, Moto } from "./moto.ts";

const ROLE = `arn:aws:iam::${ACCOUNT}:role/admin`;
const AWS = ["aws", "--region", "us-east-1"];

/** The visible result of a step: its result, and the actions that were called. */
type Seen = Result & { readonly actions: readonly string[] };

interface Step {
  readonly name: string;
  readonly run: (home: TestHome, user: User) => Promise<Result>;
}

const keysIn = (user: User) => ({
  AWS_ACCESS_KEY_ID: user.accessKeyId,
  AWS_SECRET_ACCESS_KEY: user.secretAccessKey,
});

const STEPS: readonly Step[] = [
  {
    name: "the real AWS CLI under the role",
    run: (home) =>
      home.run(["--role", "admin", "--", ...AWS, "sts", "get-caller-identity"]),
  },
  {
    name: "the same from the cache",
    run: (home) =>
      home.run(["--role", "admin", "--", ...AWS, "sts", "get-caller-identity"]),
  },
  {
    name: "the real AWS CLI with the profile that was saved",
    run: (home) =>
      home.exec([
        ...AWS,
        "--profile",
        `${ACCOUNT}-admin`,
        "sts",
        "get-caller-identity",
      ]),
  },
  {
    name: "the exit status",
    run: (home) => home.run(["--role", "admin", "--", "sh", "-c", "exit 42"]),
  },
  {
    name: "the printed credentials",
    run: (home) => home.run("--role admin"),
  },
  {
    name: "another session name",
    run: (home) =>
      home.run([
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
    run: (home) =>
      home.run([
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
    run: (home) => home.run("--no-input --role forbidden true"),
  },
  {
    name: "a wrong secret access key",
    run: (home, user) =>
      home.run("--role admin true", {
        env: { ...keysIn(user), AWS_SECRET_ACCESS_KEY: "wrong" },
      }),
  },
  {
    name: "an unknown access key",
    run: (home, user) =>
      home.run("--role admin true", {
        env: { ...keysIn(user), AWS_ACCESS_KEY_ID: "AKIAUNKNOWN000000000" },
      }),
  },
];

const IDENTITY = [...AWS, "sts", "get-caller-identity", "--query", "Arn"];
const POLICY = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "sts:*", Resource: "*" }],
};

/** Decisions that moto makes too: who may assume the roles of a chain. */
const CHAIN_STEPS: readonly Step[] = [
  {
    name: "a chain of two roles",
    run: (home) => {
      home.write(
        "assume-role.yaml",
        `role_prefix: arn:aws:iam::${ACCOUNT}:role/\nroles:\n  next: { via: admin }\n`,
      );
      return home.run(["-r", "next", "--", ...IDENTITY]);
    },
  },
  {
    name: "the same from the cache",
    run: (home) => home.run(["-r", "next", "--", ...IDENTITY]),
  },
  {
    name: "its first role, which is kept by itself",
    run: (home) => home.run(["-r", "admin", "--", ...IDENTITY]),
  },
  {
    name: "tags, a source identity and policies",
    run: (home) =>
      home.run([
        ...["--tag", "Project=apollo", "--transitive-tag", "Project"],
        ...["--source-identity", "alice", "--external-id", "1234"],
        ...["--policy", JSON.stringify(POLICY)],
        ...["--policy-arn", "arn:aws:iam::aws:policy/ReadOnlyAccess"],
        ...["--duration", "30m", "-r", "admin", "--", ...IDENTITY],
      ]),
  },
];

/** Requests that moto accepts from everybody: it checks neither codes nor tokens. */
const OPEN_STEPS: readonly Step[] = [
  {
    name: "a session with MFA",
    run: async (home, { devices }) => {
      const code = await totp(devices?.[0]?.secret ?? "", stepAt(Date.now()));
      home.write(
        "assume-role.yaml",
        `role_prefix: arn:aws:iam::${ACCOUNT}:role/\nmfa_session: 12h\n`,
      );
      return await home.run(["--mfa-token", code, "-r", "admin", "true"]);
    },
  },
  {
    name: "another session of a role from it",
    run: (home) => home.run("--no-input -f -r admin true"),
  },
  {
    name: "a web identity token",
    run: async (home) => {
      const token = await signToken({
        iss: GITHUB.issuer,
        aud: "sts.amazonaws.com",
        sub: "repo:example/project",
        exp: Math.floor(Date.now() / 1000) + 300,
      });
      Deno.removeSync(`${home.path}/.aws/credentials`);
      return await home.run("-r admin printenv ASSUME_ROLE_ARN", {
        env: { AWS_WEB_IDENTITY_TOKEN_FILE: home.write("token", token) },
      });
    },
  },
];

/** Runs all steps, and leaves out what differs from run to run. */
async function play(
  url: string,
  user: User,
  steps = STEPS,
): Promise<Record<string, Seen>> {
  await using proxy = new CountingProxy(url);
  await using home = new TestHome({ url: proxy.url }, user);
  const seen: Record<string, Seen> = {};
  for (const { name, run } of steps) {
    proxy.actions.length = 0;
    const { status, signal, stdout, stderr } = await run(home, user);
    const stable = (text: string) =>
      text.replace(/ASIA\w{16}/g, "ASIA…").replaceAll(home.root, "")
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

Deno.test("moto and the fake agree on chains and requests", async () => {
  await using moto = await Moto.start();
  const user = await moto.createUser("alice", "admin");
  await moto.createNextRole("next", "admin", "alice");
  await moto.enforce();
  const onMoto = await play(moto.url, user, CHAIN_STEPS);

  const alice = { ...ALICE, accountId: ACCOUNT, devices: user.devices! };
  await using fake = new FakeAws({
    users: [alice],
    roles: [
      { arn: ROLE, trusts: [`arn:aws:iam::${ACCOUNT}:user/alice`] },
      { arn: `arn:aws:iam::${ACCOUNT}:role/next`, trusts: [ROLE] },
    ],
  });
  assertEquals(await play(fake.url, alice, CHAIN_STEPS), onMoto);

  assertEquals(onMoto["a chain of two roles"], {
    status: 0,
    signal: null,
    stdout: `"arn:aws:sts::${ACCOUNT}:assumed-role/next/alice"\n`,
    stderr: "",
    actions: [
      "GetCallerIdentity",
      "AssumeRole",
      "AssumeRole",
      "GetCallerIdentity",
    ],
  });
  const kept = onMoto["its first role, which is kept by itself"];
  assertEquals(kept?.actions, ["GetCallerIdentity"]);
});

Deno.test("moto and the fake agree on sessions with MFA and web identities", async () => {
  await using moto = await Moto.start();
  const user = await moto.createUser("alice", "admin");
  const { serial } = user.devices![0]!;
  const person = { ...user, devices: [{ serial, secret: "of the phone" }] };
  const onMoto = await play(moto.url, person, OPEN_STEPS);

  await using fake = new FakeAws({
    users: [person],
    roles: [{
      arn: ROLE,
      trusts: [`arn:aws:iam::${ACCOUNT}:user/alice`],
      trustsTokens: ["repo:example/*"],
    }],
  });
  assertEquals(await play(fake.url, person, OPEN_STEPS), onMoto);

  assertEquals(Object.values(onMoto).map(({ actions }) => actions), [
    ["GetCallerIdentity", "ListMFADevices", "GetSessionToken", "AssumeRole"],
    ["AssumeRole"],
    ["AssumeRoleWithWebIdentity"],
  ]);
});

Deno.test("boto3 reads the profile that was saved", async () => {
  await using moto = await Moto.start();
  const user = await moto.createUser("alice", "admin");
  await moto.enforce();
  await using home = new TestHome(moto, user);
  assertEquals((await home.run("-r admin true")).status, 0);
  const script = `
import boto3
session = boto3.Session(profile_name="${ACCOUNT}-admin", region_name="us-east-1")
print(session.client("sts").get_caller_identity()["Arn"])
`;
  const result = await home.exec(["python3", "-c", script]);
  assertEquals([result.stderr, result.stdout], [
    "",
    `arn:aws:sts::${ACCOUNT}:assumed-role/admin/alice\n`,
  ]);
});
