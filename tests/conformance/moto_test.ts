/**
 * Runs the same steps against moto and against the fake AWS. The results for a user
 * must be the same, which shows that the fake AWS behaves like another implementation.
 */
import { assertEquals } from "@std/assert";
import { signToken } from "../fake_aws/jwt.ts";
import { stepAt, totp } from "../fake_aws/totp.ts";
import { ACCOUNT, CountingProxy, Moto, withMoto } from "./moto.ts";
import {
  ALICE,
  argv,
  FakeAws,
  fixture,
  GITHUB,
  keysInEnv,
  OK,
  program,
  type Result,
  TestHome,
  type User,
} from "../mod.ts";

const ROLE = `arn:aws:iam::${ACCOUNT}:role/admin`;
const AWS = "aws --region us-east-1";
const IDENTITY = `${AWS} sts get-caller-identity`;
const IDENTITY_ARN = `${IDENTITY} --query Arn`;

/** The result of a step, and the AWS actions that it called. */
type Seen = Result & { readonly actions: readonly string[] };

interface Step {
  readonly name: string;
  readonly run: (home: TestHome, user: User) => Promise<Result>;
}

const STEPS: readonly Step[] = [
  {
    name: "the AWS CLI under the role",
    run: (home) => home.run(`--role admin -- ${IDENTITY}`),
  },
  {
    name: "the AWS CLI with a cached session",
    run: (home) => home.run(`--role admin -- ${IDENTITY}`),
  },
  {
    name: "the AWS CLI with the saved profile",
    run: (home) =>
      home.exec(
        `${AWS} --profile ${ACCOUNT}-admin sts get-caller-identity`.split(" "),
      ),
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
      home.run(`--role admin --role-session-name ticket-42 ${IDENTITY_ARN}`),
  },
  {
    name: "a role within a role",
    run: (home) =>
      home.run(argv`-r admin -E=DENO_DIR ${program()} -r admin true`),
  },
  {
    name: "a role that the user may not assume, perhaps for lack of MFA",
    run: (home) => home.run("--no-input --role forbidden true"),
  },
  {
    name: "a wrong secret access key",
    run: (home, user) =>
      home.run("--role admin true", {
        env: { ...keysInEnv(user), AWS_SECRET_ACCESS_KEY: "wrong" },
      }),
  },
  {
    name: "an unknown access key",
    run: (home, user) =>
      home.run("--role admin true", {
        env: { ...keysInEnv(user), AWS_ACCESS_KEY_ID: "AKIAUNKNOWN000000000" },
      }),
  },
];

const READ_ONLY = "arn:aws:iam::aws:policy/ReadOnlyAccess";
const POLICY = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "sts:*", Resource: "*" }],
};

/** Steps with chains and session settings, which moto also checks. */
const CHAIN_STEPS: readonly Step[] = [
  {
    name: "a chain of two roles",
    run: (home) => {
      home.write(
        "assume-role.yaml",
        `role_prefix: arn:aws:iam::${ACCOUNT}:role/\nroles:\n  next: { via: admin }\n`,
      );
      return home.run(`-r next -- ${IDENTITY_ARN}`);
    },
  },
  {
    name: "the AWS CLI with a cached session",
    run: (home) => home.run(`-r next -- ${IDENTITY_ARN}`),
  },
  {
    name: "the cached first role of the chain",
    run: (home) => home.run(`-r admin -- ${IDENTITY_ARN}`),
  },
  {
    name: "tags, a source identity and policies",
    run: (home) =>
      home.run(
        argv`--tag Project=apollo --transitive-tag Project
          --source-identity alice --external-id 1234
          --policy ${JSON.stringify(POLICY)} --policy-arn ${READ_ONLY}
          --duration 30m -r admin -- ${IDENTITY_ARN.split(" ")}`,
      ),
  },
];

/** Steps with MFA codes and web identity tokens, which moto does not check. */
const OPEN_STEPS: readonly Step[] = [
  {
    name: "an MFA session",
    run: async (home, { devices }) => {
      const code = await totp(devices?.[0]?.secret ?? "", stepAt(Date.now()));
      home.write(
        "assume-role.yaml",
        `role_prefix: arn:aws:iam::${ACCOUNT}:role/\nmfa_session: 12h\n`,
      );
      return await home.run(`--mfa-token ${code} -r admin true`);
    },
  },
  {
    name: "another role session from the MFA session",
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

/** Runs all steps, and replaces values that differ from run to run. */
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

Deno.test("moto and the fake AWS give a user the same results", async () => {
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

  const first = onMoto["the AWS CLI under the role"]!;
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
  assertEquals(onMoto["the AWS CLI with a cached session"], {
    ...first,
    actions: ["GetCallerIdentity"],
  });
  assertEquals(
    onMoto["the AWS CLI with the saved profile"]?.stdout,
    first.stdout,
  );
  assertEquals(onMoto["the exit status"]?.status, 42);
});

Deno.test("moto and the fake AWS agree on chains and session settings", async () => {
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
  const kept = onMoto["the cached first role of the chain"];
  assertEquals(kept?.actions, ["GetCallerIdentity"]);
});

Deno.test("moto and the fake AWS agree on MFA sessions and web identities", async () => {
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

Deno.test("boto3 reads the saved profile", () =>
  withMoto(async ({ moto, home }) => {
    await moto.enforce();
    assertEquals(await home.run("-r admin true"), OK);
    const result = await home.exec(
      argv`python3 ${fixture("boto3_caller.py")} ${ACCOUNT}-admin`,
    );
    assertEquals(result, {
      ...OK,
      stdout: `arn:aws:sts::${ACCOUNT}:assumed-role/admin/alice\n`,
    });
  }));
