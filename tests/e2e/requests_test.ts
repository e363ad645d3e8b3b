/**
 * Failures of GitHub's token endpoint, of the console's sign-in and of STS that can pass,
 * and answers without an end.
 */
import { assertEquals, assertStringIncludes } from "@std/assert";
import {
  ADMIN_ARN,
  ALICE,
  argv,
  assertFails,
  e2e,
  ENDLESS,
  eventually,
  type FakeAws,
  type Fault,
  GZIP_BOMB,
  OK,
  PREFIX,
  program,
  role,
  SERIAL,
  status,
  terminal,
  TestHome,
  text,
  unix,
  WORLD,
  type World,
} from "../mod.ts";

const SUBJECT = "repo:example/project:ref:refs/heads/main";
const JOB: World = {
  ...WORLD,
  roles: [role("admin", { trustsTokens: [SUBJECT] })],
  workflow: { requestToken: "the-request-token", sub: SUBJECT },
};

/** A home without keys, and the variables of a job of GitHub Actions. */
const job = {
  world: JOB,
  home: (aws: FakeAws) => {
    const home = new TestHome(aws);
    home.writeHome(".aws/credentials", "");
    return home;
  },
};
const variables = (aws: FakeAws) => ({
  GITHUB_ACTIONS: "true",
  ACTIONS_ID_TOKEN_REQUEST_URL: `${aws.url}/actions/id-token?api-version=2.0`,
  ACTIONS_ID_TOKEN_REQUEST_TOKEN: "the-request-token",
});
const CUT: Fault = { kind: "cut" };

e2e(
  "GitHub's token is requested again after a failure that can pass",
  job,
  async ({ aws, run }) => {
    const env = variables(aws);
    const faults = [
      status(500),
      status(503),
      status(429, { "retry-after": "1" }),
      CUT,
      text(""),
      text('{"value":"eyJ'),
    ];
    for (const fault of faults) {
      aws.fail("GetIdToken", fault);
      assertEquals(await run("-f -r admin true", { env }), OK);
    }
    assertEquals(aws.failed.length, faults.length);
    assertEquals(aws.count("GetIdToken"), faults.length);
  },
);

e2e(
  "if GitHub gives no token, the error names host, status and attempts, and the hint fits the cause",
  job,
  async ({ aws, run }) => {
    const env = variables(aws);
    const { host } = new URL(aws.url);
    const outage =
      "try again in a minute; see https://www.githubstatus.com for outages";
    const permission = "give the job 'permissions: id-token: write'";
    const proxy =
      `check ACTIONS_ID_TOKEN_REQUEST_URL, and for a proxy between this machine and ${host}`;
    for (
      const [fault, attempts, reason, hint] of [
        [status(503), 3, `${host} answered HTTP status 503`, outage],
        [status(500), 3, `${host} answered HTTP status 500`, outage],
        [
          status(429),
          3,
          `${host} answered HTTP status 429: too many requests`,
          "try again in a minute",
        ],
        [
          CUT,
          3,
          `the connection to ${host} was lost`,
          "check the network, HTTPS_PROXY, AWS_CA_BUNDLE and ACTIONS_ID_TOKEN_REQUEST_URL",
        ],
        [
          text("<html>sign in"),
          3,
          `cannot read the answer of ${host}`,
          /proxy/,
        ],
        [status(401), 1, `${host} answered HTTP status 401`, permission],
        [status(403), 1, `${host} answered HTTP status 403`, permission],
        [status(404), 1, `${host} answered HTTP status 404`, proxy],
        [ENDLESS, 1, `the answer of ${host} is larger than 1 MiB`, proxy],
        [GZIP_BOMB, 1, `the answer of ${host} is larger than 1 MiB`, proxy],
      ] as const
    ) {
      aws.failed.length = 0;
      aws.fail("GetIdToken", fault, attempts);
      const suffix = attempts === 1 ? "" : ` (${attempts} attempts)`;
      assertFails(await run("-r admin true", { env }), {
        error: `Cannot get a token from GitHub Actions: ${reason}${suffix}`,
        hint,
      });
      assertEquals(aws.failed.length, attempts);
    }
    assertEquals(aws.calls, []);
  },
);

e2e(
  "GitHub's token is requested again if an attempt gets no answer in time",
  job,
  async ({ aws, run }) => {
    const held = Promise.withResolvers<void>();
    aws.fail("GetIdToken", { kind: "hold", until: held.promise });
    const result = await run("-r admin true", { env: variables(aws) });
    held.resolve();
    assertEquals(result, OK);
  },
);

e2e(
  "a container endpoint that never answers is an error, and the run ends",
  job,
  async ({ aws, run }) => {
    const held = Promise.withResolvers<void>();
    aws.fail(
      "GetContainerCredentials",
      { kind: "hold", until: held.promise },
      9,
    );
    const result = await run("-r admin true", {
      env: {
        AWS_CONTAINER_CREDENTIALS_FULL_URI: `${aws.url}/container/credentials`,
      },
    });
    held.resolve();
    assertFails(result, {
      error:
        `Cannot find base credentials: the container endpoint ${aws.url} did not answer in time`,
      hint: "check the variables AWS_CONTAINER_*",
    });
  },
);

e2e(
  "an endless answer of a container endpoint or an EC2 instance ends after 1 MiB",
  job,
  async ({ aws, run }) => {
    for (const action of ["GetContainerCredentials", "GetMetadataToken"]) {
      aws.fail(action, ENDLESS, 9);
    }
    assertFails(
      await run("-r admin true", {
        env: {
          AWS_CONTAINER_CREDENTIALS_FULL_URI:
            `${aws.url}/container/credentials`,
        },
      }),
      {
        error:
          "Cannot find base credentials: the container endpoint did not answer with credentials",
        hint: "check AWS_CONTAINER_CREDENTIALS_FULL_URI",
      },
    );
    assertFails(
      await run("-r admin true", {
        env: {
          AWS_EC2_METADATA_DISABLED: "false",
          AWS_EC2_METADATA_SERVICE_ENDPOINT: aws.url,
        },
      }),
      { error: "Cannot find base credentials" },
    );
    assertEquals(aws.calls, []);
  },
);

e2e(
  "invalid values of GitHub's variables are an error without the token",
  job,
  async ({ aws, run }) => {
    const start = "Cannot get a token from GitHub Actions: ";
    const env = variables(aws);
    const name = "ACTIONS_ID_TOKEN_REQUEST_URL";
    assertFails(
      await run("-r admin true", { env: { ...env, [name]: "token.test" } }),
      { error: `${start}${name} is not a URL` },
    );
    const token = "ACTIONS_ID_TOKEN_REQUEST_TOKEN";
    assertFails(
      await run("-r admin true", { env: { ...env, [token]: "secret\nlines" } }),
      {
        error:
          `${start}${token} has a line break or another character that cannot be sent`,
      },
    );
  },
);

e2e(
  "AssumeRoleWithWebIdentity is repeated if AWS cannot get the provider's keys",
  job,
  async ({ aws, run }) => {
    const env = variables(aws);
    const action = "AssumeRoleWithWebIdentity";
    const fault = (code: string, message: string): Fault => ({
      kind: "error",
      code,
      status: 400,
      message,
    });
    const keys = fault(
      "InvalidIdentityToken",
      "Couldn't retrieve verification key from your identity provider, please reference AssumeRoleWithWebIdentity documentation for requirements",
    );
    const idp = fault("IDPCommunicationError", "the request timed out");
    for (const passing of [keys, idp]) {
      aws.fail(action, passing);
      assertEquals(await run("-f -r admin true", { env }), OK);
    }
    aws.failed.length = 0;
    aws.fail(action, keys, 3);
    assertFails(await run("-f -r admin true", { env }), {
      error:
        `Cannot assume ${ADMIN_ARN} with the web identity token: AWS cannot reach the identity provider of the web identity token`,
      hint:
        "try again in a minute; check that the provider's keys are public on the internet",
    });
    assertEquals(aws.failed.length, 3);
    aws.fail(action, fault("InvalidIdentityToken", "Incorrect token audience"));
    assertFails(await run("-f -r admin true", { env }), {
      error: /Incorrect token audience$/,
    });
    assertEquals(aws.failed.length, 4);
  },
);

e2e(
  "requests to STS are repeated after a failure that can pass",
  async ({ aws, run }) => {
    const faults = [
      status(500),
      status(502),
      status(503),
      status(504),
      status(429, { "retry-after": "1" }),
      CUT,
      text(""),
      text("<AssumeRoleResponse><Ass"),
      { kind: "error", code: "RequestTimeout", status: 400 },
      { kind: "error", code: "PriorRequestNotComplete", status: 400 },
    ] as const;
    for (const fault of faults) {
      aws.fail("AssumeRole", fault);
      assertEquals(await run("-f -r admin true"), OK);
    }
    assertEquals(aws.failed.length, faults.length);
    assertEquals(aws.count("AssumeRole"), faults.length);
  },
);

e2e(
  "an endless answer and a gzip bomb of STS are an error",
  async ({ aws, run }) => {
    for (const fault of [ENDLESS, GZIP_BOMB]) {
      aws.fail("AssumeRole", fault);
      assertFails(await run("-r admin true"), {
        error:
          `Cannot assume ${ADMIN_ARN}: the answer of ${aws.url} is larger than 1 MiB`,
        hint:
          `check AWS_ENDPOINT_URL, and for a proxy between this machine and ${aws.url}`,
      });
    }
    assertEquals(aws.failed.length, 2);
  },
);

e2e(
  "the console's sign-in is repeated after a failure that can pass",
  async ({ aws, run }) => {
    for (const fault of [status(500), status(503), CUT, text("")]) {
      aws.fail("getSigninToken", fault);
      const { status, stderr } = await run("--console -r admin");
      assertEquals([status, stderr], [0, ""]);
    }
    assertEquals(aws.failed.length, 4);
  },
);

e2e(
  "--doctor repeats its request to an endpoint after a lost connection",
  async ({ aws, run }) => {
    aws.fail("", CUT);
    const { status, stdout } = await run("--doctor -v");
    assertStringIncludes(stdout, "endpoint of STS: ");
    assertEquals([status, aws.failed], [0, [""]]);
  },
);

e2e(
  "if AWS's answer is lost after AWS has used the MFA code, the error says so",
  async ({ aws, run }) => {
    const code = await aws.code(ALICE);
    aws.fail("AssumeRole", { kind: "lose" });
    const deploy = `${PREFIX}deploy`;
    assertFails(
      await run(`-r deploy --mfa-serial ${SERIAL} --mfa-token ${code} true`),
      {
        error:
          `Cannot assume ${deploy}: AWS's first answer was lost, and AWS accepts each MFA code only once`,
        hint: "run the command again with the next code",
      },
    );
  },
);

e2e(
  "if AWS's answer is lost after AWS has used the MFA code, the next code is asked for",
  terminal,
  async ({ aws, home }) => {
    aws.fail("AssumeRole", { kind: "lose" });
    const { status, stdout } = await home.runOnTerminal(
      `-r deploy --mfa-serial ${SERIAL} true`,
      [
        ["MFA code for", `${await aws.code(ALICE)}\n`],
        ["wait for the next code", `${await aws.code(ALICE, SERIAL, 1)}\n`],
      ],
    );
    assertStringIncludes(
      stdout,
      "AWS's answer was lost after AWS had used that code: wait for the next code.",
    );
    assertEquals([status, aws.count("AssumeRole")], [0, 3]);
  },
);

e2e(
  "a signal ends a run at once while it waits for a retry or an answer",
  { ...unix, ...job },
  async ({ aws, home }) => {
    const held = Promise.withResolvers<void>();
    const hold: Fault = { kind: "hold", until: held.promise };
    for (const action of ["GetIdToken", "AssumeRoleWithWebIdentity"]) {
      for (const fault of [status(429, { "retry-after": "25" }), hold]) {
        aws.failed.length = 0;
        aws.fail(action, fault);
        const pid = home.write("pid", "");
        const script = 'echo $$ >"$0"; exec "$@"';
        const running = home.exec(
          argv`sh -c ${script} ${pid} ${program()} -r admin true`,
          { env: variables(aws) },
        );
        await eventually(() => aws.failed.length === 1);
        Deno.kill(Number(Deno.readTextFileSync(pid)), "SIGINT");
        const { signal, stderr } = await running;
        assertEquals([signal, stderr], ["SIGINT", ""]);
      }
    }
    held.resolve();
  },
);
