/**
 * Roles of AWS profiles: assume-role assumes each role itself, with any kind of credentials
 * that the profile names.
 */
import { assertEquals } from "@std/assert";
import { join } from "@std/path/join";
import {
  ADMIN_ARN,
  ALICE,
  assertFails,
  e2e,
  type FakeAws,
  keysInEnv,
  NOBODY,
  OK,
  PREFIX,
  role,
  SERIAL,
  terminal,
  TestHome,
  WORLD,
  type World,
} from "../mod.ts";

const SUBJECT = "the-pod";
const ALL = [
  `${PREFIX}machine`,
  `${PREFIX}container`,
  `${PREFIX}first`,
  `${PREFIX}web`,
];
const MACHINES: World = {
  ...WORLD,
  roles: [
    role("admin", { trusts: ALL, externalId: "x-1" }),
    role("first", { trusts: ALL }),
    role("second", { trusts: ALL }),
    role("guarded", { requiresMfa: true }),
    role("web", { trusts: [], trustsTokens: [SUBJECT] }),
  ],
  instance: { roleArn: `${PREFIX}machine` },
  container: { roleArn: `${PREFIX}container`, authorizationToken: "a token" },
};
const HIDDEN = {
  AWS_EC2_METADATA_DISABLED: "false",
  AWS_EC2_METADATA_SERVICE_ENDPOINT: NOBODY,
};
const instance = (aws: FakeAws) => ({
  AWS_EC2_METADATA_DISABLED: "false",
  AWS_EC2_METADATA_SERVICE_ENDPOINT: aws.url,
});
const container = (aws: FakeAws) => ({
  AWS_CONTAINER_CREDENTIALS_FULL_URI: `${aws.url}/container/credentials`,
  AWS_CONTAINER_AUTHORIZATION_TOKEN: "a token",
});
/** Environments in which both the instance and the container can give credentials. */
const both = (aws: FakeAws) => ({ ...instance(aws), ...container(aws) });

/** A home without `~/.aws/credentials`. */
function homeWithoutKeys(aws: FakeAws): TestHome {
  const home = new TestHome(aws);
  Deno.removeSync(join(home.path, ".aws/credentials"));
  return home;
}

/** The parameters of the calls that assume roles, with the role of the caller. */
function assumed(aws: FakeAws) {
  return aws.calls.filter(({ action }) => action.startsWith("AssumeRole"))
    .map(({ params, accessKeyId }) => {
      const { RoleArn, RoleSessionName, DurationSeconds, ExternalId } = params;
      const caller = aws.sessionOf(accessKeyId)?.roleArn ?? "a user or a token";
      return [
        `${RoleArn} ${RoleSessionName} ${DurationSeconds} ${ExternalId ?? "-"}`
          .replace(PREFIX, ""),
        caller.replace(PREFIX, ""),
      ].join(" by ");
    });
}

const SOURCES = [
  ["Ec2InstanceMetadata", "machine", "GetInstanceCredentials"],
  ["EcsContainer", "container", "GetContainerCredentials"],
] as const;
for (const [source, machine, action] of SOURCES) {
  e2e(
    `credential_source = ${source}: the keys of the profile apply to the role, and its session is cached`,
    { world: MACHINES, home: homeWithoutKeys },
    async ({ aws, home, run }) => {
      home.writeHome(
        ".aws/config",
        `[profile admin]\nrole_arn = ${ADMIN_ARN}\ncredential_source = ${source}\nexternal_id = x-1\nduration_seconds = 1800\nrole_session_name = mine\n`,
      );
      const env = both(aws);
      for (const args of ["--profile admin", "-r admin"]) {
        assertEquals(await run(`${args} printenv ASSUME_ROLE_ARN`, { env }), {
          ...OK,
          stdout: `${ADMIN_ARN}\n`,
        });
      }
      assertEquals(assumed(aws), [`admin mine 1800 x-1 by ${machine}`]);
      assertEquals(aws.count(action), 1);
      const given =
        "--profile admin --role-session-name other --duration 15m true";
      assertEquals(await run(given, { env }), OK);
      assertEquals(assumed(aws).slice(1), [
        `admin other 900 x-1 by ${machine}`,
      ]);
    },
  );
}

e2e(
  "credential_source never falls back to another source",
  { world: MACHINES, home: homeWithoutKeys },
  async ({ aws, home, run }) => {
    const profile = (name: string, source: string) =>
      `[profile ${name}]\nrole_arn = ${PREFIX}first\ncredential_source = ${source}\n`;
    home.writeHome(
      ".aws/config",
      profile("ec2", "Ec2InstanceMetadata") + profile("ecs", "EcsContainer"),
    );
    assertFails(
      await run("--profile ec2 true", {
        env: { ...container(aws), ...HIDDEN },
      }),
      {
        error:
          "Cannot find base credentials from the profile 'ec2': the EC2 instance metadata service gave no credentials",
        hint: /^run assume-role on an EC2 instance/,
      },
    );
    const disabled = { ...both(aws), AWS_EC2_METADATA_DISABLED: "true" };
    assertFails(await run("--profile ec2 true", { env: disabled }), {
      error:
        "Cannot find base credentials from the profile 'ec2': AWS_EC2_METADATA_DISABLED forbids the EC2 instance metadata service",
      hint: "unset AWS_EC2_METADATA_DISABLED, or use other base credentials",
    });
    assertFails(await run("--profile ecs true", { env: instance(aws) }), {
      error:
        "Cannot find base credentials from the profile 'ecs': no container endpoint is set",
    });
    const refused = {
      ...both(aws),
      AWS_CONTAINER_AUTHORIZATION_TOKEN: "a wrong token",
    };
    assertFails(await run("--profile ecs true", { env: refused }), {
      error:
        `Cannot find base credentials from the profile 'ecs': the container endpoint ${aws.url} gave no credentials: HTTP status 401`,
      hint: "check the variables AWS_CONTAINER_*",
    });
    assertEquals(assumed(aws), []);
  },
);

e2e(
  "roles in the middle of a source_profile chain keep their own keys, with any credentials",
  { world: MACHINES, home: homeWithoutKeys },
  async ({ aws, home, run }) => {
    const token = home.write("token", await aws.idToken({ sub: SUBJECT }));
    const roleOf = (name: string, lines: string) =>
      `[profile ${name}]\nrole_arn = ${PREFIX}${name}\n${lines}\n`;
    home.writeHome(
      ".aws/config",
      roleOf("second", "source_profile = first\nrole_session_name = last") +
        roleOf(
          "first",
          "credential_source = EcsContainer\nrole_session_name = middle\nduration_seconds = 900\nexternal_id = x-2",
        ) +
        roleOf("admin", "source_profile = web\nexternal_id = x-1") +
        roleOf(
          "web",
          `web_identity_token_file = ${token}\nduration_seconds = 1800\nrole_session_name = pod\nexternal_id = x-3\nmfa_serial = ${SERIAL}`,
        ),
    );
    const env = both(aws);
    assertEquals(await run("--profile second true", { env }), OK);
    assertEquals(await run("--no-input --profile admin true", { env }), OK);
    assertEquals(await run("--no-input --profile web true", { env }), OK);
    assertEquals(assumed(aws), [
      "first middle 900 x-2 by container",
      "second last 3600 - by first",
      "web pod 1800 - by a user or a token",
      "admin pod 3600 x-1 by web",
    ]);
  },
);

// aws/aws-cdk#32312
e2e(
  "credential_source with mfa_serial takes the code of --mfa-token",
  { world: MACHINES, home: homeWithoutKeys },
  async ({ aws, home, run }) => {
    home.writeHome(
      ".aws/config",
      `[profile guarded]\nrole_arn = ${PREFIX}guarded\ncredential_source = Environment\nmfa_serial = ${SERIAL}\nrole_session_name = mine\n` +
        `[profile admin]\nrole_arn = ${ADMIN_ARN}\ncredential_source = Ec2InstanceMetadata\nmfa_serial = ${SERIAL}\n`,
    );
    const keys = { ...keysInEnv(ALICE), ...both(aws) };
    const question =
      `An MFA code for ${SERIAL} is needed, and '--no-input' forbids asking`;
    for (const args of ["--profile guarded", "-r guarded"]) {
      assertFails(await run(`--no-input ${args} true`, { env: keys }), {
        error: question,
        hint: /--mfa-token/,
      });
    }
    const code = await aws.code(ALICE);
    const given = `--mfa-token ${code} -r guarded true`;
    assertEquals(await run(given, { env: keys }), OK);
    const { params } = aws.calls.at(-1)!;
    assertEquals([params.TokenCode, params.RoleSessionName], [code, "mine"]);
    // The AWS CLI asks for a code too, although an instance has no MFA device.
    assertFails(await run("--no-input -r admin true", { env: both(aws) }), {
      error: question,
      hint: /--mfa-token/,
    });
  },
);

e2e(
  "credential_source with mfa_serial asks for a code once, and the session is cached",
  { ...terminal, world: MACHINES, home: homeWithoutKeys },
  async ({ aws, home, run }) => {
    home.writeHome(
      ".aws/config",
      `[profile guarded]\nrole_arn = ${PREFIX}guarded\ncredential_source = Environment\nmfa_serial = ${SERIAL}\n`,
    );
    const env = keysInEnv(ALICE);
    const question = "MFA code for alice (role guarded): ";
    const asked = await home.runOnTerminal(
      "--profile guarded true",
      [[question, `${await aws.code(ALICE)}\n`]],
      { env },
    );
    assertEquals(asked, { ...OK, stdout: `${question}\r\n` });
    assertEquals(await run("--no-input -r guarded true", { env }), OK);
    assertEquals(assumed(aws), ["guarded alice 3600 - by a user or a token"]);
  },
);

e2e(
  "settings of the EC2 instance metadata service are read from the profile, too",
  { world: MACHINES, home: homeWithoutKeys },
  async ({ aws, home, run }) => {
    const from = { AWS_EC2_METADATA_DISABLED: "false" };
    const endpoint = (url: string) =>
      `ec2_metadata_service_endpoint = ${url}\n`;
    const config = (first: string, second: string) =>
      `[profile first]\nrole_arn = ${PREFIX}first\ncredential_source = Ec2InstanceMetadata\nec2_metadata_service_endpoint_mode = ipv6\n${first}` +
      `[profile second]\nrole_arn = ${PREFIX}second\nsource_profile = first\n${second}`;
    home.writeHome(".aws/config", config(endpoint(aws.url), ""));
    assertEquals(await run("--profile first true", { env: from }), OK);
    assertEquals(await run("--profile first true", { env: from }), OK);
    assertEquals(aws.count("GetInstanceCredentials"), 1);
    // A variable comes before the profile.
    const hidden = { env: { ...from, ...HIDDEN } };
    assertFails(await run("--profile first true", hidden), {
      error: /the EC2 instance metadata service gave no credentials$/,
    });
    // As in the AWS CLI, the settings are those of the profile that is named.
    home.writeHome(
      ".aws/config",
      config(endpoint(NOBODY), endpoint(aws.url)),
    );
    home.removeCache();
    assertEquals(await run("--profile second true", { env: from }), OK);
    home.removeCache();
    home.writeHome(
      ".aws/config",
      `[default]\n${endpoint(aws.url)}metadata_service_timeout = 2\n`,
    );
    assertEquals(await run("-r first true", { env: from }), OK);
    // Another address can lead to another identity.
    const other = aws.url.replace("127.0.0.1", "localhost");
    home.writeHome(".aws/config", `[default]\n${endpoint(other)}`);
    assertEquals(await run("-r first true", { env: from }), OK);
    assertEquals(assumed(aws).map((call) => call.split(" ").at(-1)), [
      "machine",
      "machine",
      "first",
      "machine",
      "machine",
    ]);
  },
);

e2e(
  "AWS_METADATA_SERVICE_TIMEOUT and AWS_METADATA_SERVICE_NUM_ATTEMPTS apply to the EC2 instance metadata service",
  { world: MACHINES, home: homeWithoutKeys },
  async ({ aws, run }) => {
    const env = {
      ...instance(aws),
      AWS_METADATA_SERVICE_TIMEOUT: "3",
      AWS_METADATA_SERVICE_NUM_ATTEMPTS: "2",
    };
    const { promise, resolve } = Promise.withResolvers<void>();
    aws.fail("GetInstanceCredentials", { kind: "hold", until: promise });
    const timer = setTimeout(resolve, 1500);
    assertEquals(await run("-r first true", { env }), OK);
    clearTimeout(timer);
    aws.fail("GetInstanceCredentials", {
      kind: "error",
      code: "x",
      status: 500,
    });
    assertEquals(await run("-f -r first true", { env }), OK);
    assertFails(
      await run("-r first true", {
        env: { ...env, AWS_METADATA_SERVICE_TIMEOUT: "soon" },
      }),
      {
        error:
          "Cannot use AWS_METADATA_SERVICE_TIMEOUT: 'soon' is not a positive whole number",
        hint: null,
      },
    );
  },
);
