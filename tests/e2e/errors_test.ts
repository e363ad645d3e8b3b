import { e2e } from "../mod.ts";
import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { FakeAws } from "../fake_aws/server.ts";
import { ALICE } from "../fake_aws/world.ts";
import { NOBODY, TestHome } from "./test_home.ts";
import { role, WORLD, worldWith } from "./worlds.ts";

const ADMIN = "arn:aws:iam::111111111111:role/admin";

/** The error and the hint of a run that fails. */
async function failure(
  home: TestHome,
  args: string | readonly string[],
  env = {},
): Promise<[string, string | undefined]> {
  const { status, stdout, stderr } = await home.run(args, { env });
  assertEquals([status, stdout], [125, ""]);
  const [error, hint, ...more] = stderr.split("\n").slice(0, -1);
  assertEquals(more, []);
  return [
    error!.replace("assume-role: error: ", ""),
    hint?.replace("assume-role: hint: ", ""),
  ];
}

Deno.test("a role that does not exist, or may not be assumed", async () => {
  const { world, user } = worldWith({ devices: [] });
  await using aws = new FakeAws(world);
  await using home = new TestHome(aws, user);
  for (const name of ["none", "others", "deploy"]) {
    const [error, hint] = await failure(home, ["-r", name, "true"]);
    assertEquals(
      error,
      `Cannot assume arn:aws:iam::111111111111:role/${name}: AWS denies access`,
    );
    assertStringIncludes(hint!, "check that the role exists");
  }
});

e2e("no base credentials, wrong ones, expired ones", async ({ aws, home }) => {
  const keys = {
    AWS_ACCESS_KEY_ID: ALICE.accessKeyId,
    AWS_SECRET_ACCESS_KEY: ALICE.secretAccessKey,
  };
  const args = ["-r", "admin", "true"];
  const task = "Cannot identify the base credentials";

  const [unknown] = await failure(home, args, {
    ...keys,
    AWS_ACCESS_KEY_ID: "AKIAUNKNOWN",
  });
  assertEquals(unknown, `${task}: AWS does not know the base access key`);
  const [wrong] = await failure(home, args, {
    ...keys,
    AWS_SECRET_ACCESS_KEY: "wrong",
  });
  assertEquals(
    wrong,
    `${task}: AWS rejects the signature made with the base credentials`,
  );

  aws.fail("GetCallerIdentity", {
    kind: "error",
    code: "ExpiredToken",
    status: 403,
  });
  const [expired, renew] = await failure(home, args, keys);
  assertEquals(expired, `${task}: the base credentials have expired`);
  assertStringIncludes(renew!, "aws sso login");

  Deno.removeSync(`${home.path}/.aws/credentials`);
  const [none, hint] = await failure(home, args);
  assertEquals(none, "Cannot find base credentials");
  assertStringIncludes(hint!, "aws configure");
});

Deno.test("what AWS repeats of a secret is not shown, not even with -v", async () => {
  const { world, user } = worldWith({
    sessionToken: "the/secret/session/token",
  });
  await using aws = new FakeAws(world);
  await using home = new TestHome(aws, user);
  const env = {
    AWS_ACCESS_KEY_ID: user.accessKeyId,
    AWS_SECRET_ACCESS_KEY: "mistyped",
    AWS_SESSION_TOKEN: user.sessionToken!,
  };
  const { stderr } = await home.run("-v -r admin", { env });
  assertMatch(stderr, /AWS: SignatureDoesNotMatch, request fake-/);
  assertStringIncludes(stderr, "x-amz-security-token:***");
  assert(!stderr.includes("the/secret/session/token"));
});

e2e("a web identity that AWS does not take", async ({ aws, home }) => {
  Deno.removeSync(`${home.path}/.aws/credentials`);
  const env = {
    AWS_ROLE_ARN: "arn:aws:iam::111111111111:role/ci",
    AWS_ROLE_SESSION_NAME: "ci",
    AWS_WEB_IDENTITY_TOKEN_FILE: home.write("token", "the.web.identity"),
    AWS_REGION: "eu-west-1",
  };
  const refuse = async (code: string, message: string, times = 1) => {
    const fault = { kind: "error", status: 400, code, message } as const;
    aws.fail("AssumeRoleWithWebIdentity", fault, times);
    return await failure(home, "-r admin true", env);
  };
  const task =
    "Cannot assume arn:aws:iam::111111111111:role/ci with the web identity token";
  assertEquals(
    await refuse(
      "ExpiredTokenException",
      "Token expired: current date/time 2 must be before the expiration date/time 1",
    ),
    [
      `${task}: the web identity token has expired`,
      "get a new token from the identity provider",
    ],
  );
  const [unknown] = await refuse(
    "InvalidIdentityToken",
    "No OpenIDConnect provider found in your account for https://ci.example",
  );
  assertEquals(
    unknown,
    `${task}: AWS cannot validate the web identity token: No OpenIDConnect provider found in your account for https://ci.example`,
  );
  // This failure is tried again, as by the SDK.
  const [unreachable] = await refuse("IDPCommunicationError", "no keys", 3);
  assertEquals(
    unreachable,
    `${task}: AWS cannot reach the identity provider of the web identity token`,
  );
});

e2e("no network", { offline: true }, async ({ home }) => {
  const [error, hint] = await failure(home, "-r admin true");
  assertEquals(
    error,
    `Cannot identify the base credentials: cannot reach ${NOBODY}`,
  );
  assertStringIncludes(hint!, "HTTPS_PROXY");
});

e2e(
  "no network on the way to the base credentials",
  { offline: true },
  async ({ home }) => {
    home.writeHome(
      ".aws/config",
      `[profile far]\nrole_arn = ${ADMIN}\nsource_profile = default\nregion = eu-west-1\n`,
    );
    const [error, hint] = await failure(home, "--profile far -r admin true");
    assertEquals(
      error,
      `Cannot identify the base credentials: cannot reach ${NOBODY}`,
    );
    assertStringIncludes(hint!, "HTTPS_PROXY");
  },
);

e2e(
  "throttling and 5xx are tried again, and named when they last",
  async ({ aws, home, run }) => {
    const throttled = {
      kind: "error",
      code: "Throttling",
      status: 400,
    } as const;
    aws.fail("AssumeRole", throttled, 1);
    aws.fail("AssumeRole", {
      kind: "error",
      code: "InternalFailure",
      status: 500,
    }, 1);
    assertEquals((await run("-r admin true")).status, 0);
    aws.fail("AssumeRole", throttled, 3);
    const [error] = await failure(home, "-f -r admin true");
    assertEquals(
      error,
      `Cannot assume ${ADMIN}: AWS is throttling the requests`,
    );
    aws.fail("AssumeRole", {
      kind: "error",
      code: "ServiceUnavailable",
      status: 503,
    }, 3);
    const [fault] = await failure(home, "-f -r admin true");
    assertEquals(
      fault,
      `Cannot assume ${ADMIN}: AWS cannot handle the request at the moment (ServiceUnavailable)`,
    );
    // Three attempts each, no more and no fewer: nothing is left to go wrong.
    assertEquals((await run("-f -r admin true")).status, 0);
    assertEquals(aws.count("AssumeRole"), 2);
  },
);

Deno.test("what AWS's denial says of its reason is said in short", async () => {
  const { world, user } = worldWith({ devices: [] });
  await using aws = new FakeAws(world);
  await using home = new TestHome(aws, user);
  aws.fail("AssumeRole", {
    kind: "error",
    code: "AccessDenied",
    status: 403,
    message:
      `User: arn:aws:iam::111111111111:user/alice is not authorized to perform: sts:AssumeRole on resource: ${ADMIN} with an explicit deny in a service control policy`,
  });
  const [error, hint] = await failure(home, "-r admin true");
  assertEquals(
    error,
    `Cannot assume ${ADMIN}: AWS denies access with an explicit deny in a service control policy`,
  );
  assertStringIncludes(hint!, "AWS organization");
});

e2e("what AWS refuses for good is not tried again", async ({ aws, home }) => {
  aws.fail("AssumeRole", {
    kind: "error",
    code: "PackedPolicyTooLarge",
    status: 400,
    message: "Packed size of session tags consumes 112% of allotted space.",
  });
  const [error] = await failure(home, "-r admin true");
  assertEquals(
    error,
    `Cannot assume ${ADMIN}: session policies and tags use 112% of the space that AWS allows`,
  );
});

e2e(
  "a connection that is cut is tried again; an answer that is none is said so",
  async ({ aws, home, run }) => {
    aws.fail("AssumeRole", { kind: "cut" }, 2);
    assertEquals((await run("-r admin true")).status, 0);
    aws.fail("AssumeRole", { kind: "cut" }, 3);
    const [cut] = await failure(home, "-f -r admin true");
    assertEquals(
      cut,
      `Cannot assume ${ADMIN}: the connection to ${aws.url} was lost`,
    );
    aws.fail("AssumeRole", { kind: "malformed" }, 3);
    const [malformed] = await failure(home, "-f -r admin true");
    assertEquals(
      malformed,
      `Cannot assume ${ADMIN}: cannot read the answer of ${aws.url}`,
    );
  },
);

e2e("a duration that the role does not allow", {
  world: {
    ...WORLD,
    roles: [role("admin", { maxSessionDuration: 3600 })],
  },
}, async ({ home }) => {
  const [error, hint] = await failure(home, "--duration 2h -r admin true");
  assertEquals(
    error,
    `Cannot assume ${ADMIN}: the duration is longer than the role allows`,
  );
  assertStringIncludes(hint!, "--duration");
});

// 99designs/aws-vault#1049: clock skew shows as SignatureDoesNotMatch.
Deno.test("a clock that is wrong is corrected, for the expiry too", async () => {
  for (const hours of [-3, 3]) {
    await using aws = new FakeAws(WORLD, { clockOffset: hours * 3600_000 });
    await using home = new TestHome(aws);
    const run = () => home.run("-r admin printenv AWS_ACCESS_KEY_ID");
    const first = await run();
    assertEquals([first.status, first.stderr], [0, ""]);
    assertEquals(
      (await run()).stdout,
      first.stdout,
      "the cached session was not used",
    );
    assertEquals(aws.count("AssumeRole"), 1);
  }
});
