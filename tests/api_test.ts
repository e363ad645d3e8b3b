/** Tests of the library: `assumeRole()` and `credentialProvider()`. */
import { e2e } from "./mod.ts";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { assertEquals, assertRejects } from "@std/assert";
import {
  assumeRole,
  type AssumeRoleOptions,
  AwsError,
  ConfigError,
  credentialProvider,
  MfaError,
  UsageError,
} from "../mod.ts";
import { join } from "@std/path/join";
import { keysInEnv, NOBODY, ROOT, TestHome } from "./e2e/test_home.ts";
import { role, WORLD } from "./e2e/worlds.ts";
import { FakeAws } from "./fake_aws/server.ts";
import { ALICE } from "./fake_aws/world.ts";
import { unix } from "./guards.ts";
import { ADMIN_ARN } from "./identifiers.ts";

const DEVICE = "arn:aws:iam::111111111111:mfa/alice";

/** Returns the option `env`: variables for the home and the fake AWS, and this process's `PATH`. */
function envOf(home: TestHome, aws: FakeAws): Readonly<Record<string, string>> {
  return {
    HOME: home.path,
    USERPROFILE: home.path,
    PATH: Deno.env.get("PATH") ?? "",
    AWS_ENDPOINT_URL: aws.url,
  };
}

/**
 * Runs a test with a fake AWS, a temporary home directory, and options that make
 * `assumeRole()` use both.
 */
async function withAws(
  work: (
    world: { aws: FakeAws; home: TestHome; options: AssumeRoleOptions },
  ) => Promise<void>,
  options: ConstructorParameters<typeof FakeAws>[1] = {},
): Promise<void> {
  await using aws = new FakeAws(WORLD, options);
  await using home = new TestHome(aws);
  const config = `${home.project}/assume-role.yaml`;
  await work({ aws, home, options: { env: envOf(home, aws), config } });
}

Deno.test("assumeRole goes on if ~/.aws cannot be read, with one warning", {
  ignore: Deno.build.os === "windows",
}, async () => {
  await withAws(async ({ home, options }) => {
    const directory = `${home.path}/.aws`;
    Deno.removeSync(directory, { recursive: true });
    Deno.writeTextFileSync(directory, "");
    const warnings: string[] = [];
    const env = { ...options.env, ...keysInEnv(ALICE) };
    const { roleArn } = await assumeRole({
      ...options,
      env,
      role: ADMIN_ARN,
      onWarning: (message) => warnings.push(message),
    });
    assertEquals(roleArn, ADMIN_ARN);
    assertEquals(warnings, [
      `Cannot read ${directory}/assume-role.yaml, ${directory}/config and ${directory}/credentials: a part of the path is not a directory; going on without these files`,
    ]);
  });
});

Deno.test("assumeRole caches the session, and gets a new session if forceRefresh is true", async () => {
  await withAws(async ({ aws, options }) => {
    const first = await assumeRole({ ...options, role: "admin" });
    assertEquals(first.roleArn, "arn:aws:iam::111111111111:role/admin");
    assertEquals(
      first.assumedRoleArn,
      "arn:aws:sts::111111111111:assumed-role/admin/alice",
    );
    assertEquals(
      aws.sessionOf(first.accessKeyId)?.secretAccessKey,
      first.secretAccessKey,
    );
    assertEquals(await assumeRole({ ...options, role: "admin" }), first);
    assertEquals(aws.count("AssumeRole"), 1);
    const fresh = { ...options, role: "admin", forceRefresh: true };
    await assumeRole(fresh);
    assertEquals(aws.count("AssumeRole"), 2);
  });
});

Deno.test("assumeRole saves the session in the cache of the command line, and as a profile in ~/.aws/credentials", async () => {
  await withAws(async ({ aws, home, options }) => {
    const { accessKeyId } = await assumeRole({ ...options, role: "admin" });
    const { stdout } = await home.run("-r admin");
    assertEquals(
      stdout.split("\n")[0],
      `AWS_ACCESS_KEY_ID=${accessKeyId}`,
    );
    assertEquals(aws.count("AssumeRole"), 1);
    assertEquals(
      home.readHome(".aws/credentials").includes("[111111111111-admin]"),
      true,
    );
  });
});

Deno.test("assumeRole uses the AWS profile that the option 'profile' or 'role' names", async () => {
  await withAws(async ({ aws, home, options }) => {
    const arn = "arn:aws:iam::111111111111:role/admin";
    const config = "[profile boss]\nrole_arn = " + arn +
      "\nsource_profile = default\n";
    home.writeHome(".aws/config", config);
    const given = { ...options, config: home.write("empty.yaml", "") };
    const { roleArn } = await assumeRole({ ...given, profile: "boss" });
    assertEquals(roleArn, arn);
    await assumeRole({ ...given, role: "boss" });
    assertEquals(aws.count("AssumeRole"), 1);
    await assertRejects(
      () => assumeRole({ ...given, profile: "default" }),
      UsageError,
      "the profile has long-term keys, which assume-role never hands out",
    );
    const role = { ...options, role: "boss" };
    await assertRejects(
      () => assumeRole(role),
      UsageError,
      "ambiguous role name 'boss'",
    );
  });
});

Deno.test("assumeRole saves no profile if writeProfile is false", async () => {
  await withAws(async ({ home, options }) => {
    const before = home.readHome(".aws/credentials");
    await assumeRole({ ...options, role: "admin", writeProfile: false });
    assertEquals(home.readHome(".aws/credentials"), before);
  });
});

Deno.test("assumeRole sends the session options to STS as parameters of AssumeRole", async () => {
  await withAws(async ({ aws, options }) => {
    await assumeRole({
      ...options,
      role: "arn:aws:iam::111111111111:role/team-a/long",
      roleSessionName: "nightly",
      duration: "2h",
      externalId: "between-us",
      sourceIdentity: "alice",
      tags: { Project: "apollo", "Cost=Center": "1+1=2" },
      transitiveTags: ["Project"],
      policy: { Version: "2012-10-17", Statement: [] },
      policyArns: ["arn:aws:iam::aws:policy/ReadOnlyAccess"],
    });
    const { Action: _, Version: __, ...params } = aws.calls
      .find(({ action }) => action === "AssumeRole")!.params;
    assertEquals(params, {
      RoleArn: "arn:aws:iam::111111111111:role/team-a/long",
      RoleSessionName: "nightly",
      DurationSeconds: "7200",
      ExternalId: "between-us",
      SourceIdentity: "alice",
      "Tags.member.1.Key": "Project",
      "Tags.member.1.Value": "apollo",
      "Tags.member.2.Key": "Cost=Center",
      "Tags.member.2.Value": "1+1=2",
      "TransitiveTagKeys.member.1": "Project",
      Policy: '{"Version":"2012-10-17","Statement":[]}',
      "PolicyArns.member.1.arn": "arn:aws:iam::aws:policy/ReadOnlyAccess",
    });
  });
});

Deno.test("assumeRole reads a missing option from variables and configuration files", async () => {
  await withAws(async ({ aws, home, options }) => {
    home.writeHome(".aws/assume-role.yaml", "role_session_name: from-file\n");
    const env = { ...options.env, ASSUME_ROLE_ROLE: "admin" };
    const { assumedRoleArn } = await assumeRole({ ...options, env });
    assertEquals(
      assumedRoleArn,
      "arn:aws:sts::111111111111:assumed-role/admin/from-file",
    );
    assertEquals(aws.count("AssumeRole"), 1);
  });
});

Deno.test("assumeRole rejects an invalid option with the reason, before any call", async () => {
  await withAws(async ({ aws, options }) => {
    const cases: [AssumeRoleOptions, string][] = [
      [{ duration: 60 }, "'duration': a session can last from 15m to 12h"],
      [
        { roleSessionName: "a b" },
        "'roleSessionName': a session name must have 2 to 64 of the characters A-Z a-z 0-9 _ + = , . @ -",
      ],
      [
        { tags: { "aws:x": "1" } },
        "'tags': AWS reserves tag keys that begin with 'aws:'",
      ],
      [{ role: "" }, "'role': the value is empty"],
      [{ region: "Eu" }, "'region': write a region like eu-west-1"],
    ];
    for (const [wrong, reason] of cases) {
      await assertRejects(
        () => assumeRole({ ...options, role: "admin", ...wrong }),
        UsageError,
        `Cannot use the option ${reason}`,
      );
    }
    await assertRejects(() => assumeRole(options), UsageError, "No role given");
    await assertRejects(
      () => assumeRole({ ...options, role: "admin", config: "/nowhere.yaml" }),
      ConfigError,
      "Cannot read /nowhere.yaml",
    );
    assertEquals(aws.calls, []);
  });
});

Deno.test("assumeRole rejects with an AwsError that has AWS's error code", async () => {
  await withAws(async ({ aws, options }) => {
    const code = "RegionDisabled";
    aws.fail("AssumeRole", { kind: "error", code, status: 403 });
    const error = await assertRejects(
      () => assumeRole({ ...options, role: "admin" }),
      AwsError,
    );
    assertEquals(error.code, code);
  });
});

Deno.test("assumeRole calls mfaCode for an MFA code, and calls mfaCode again if AWS rejects the code", async () => {
  await withAws(async ({ aws, options }) => {
    const asked: unknown[] = [];
    const codes = ["000000", await aws.code(ALICE)];
    const { assumedRoleArn } = await assumeRole({
      ...options,
      role: "deploy",
      mfaCode: (request) => {
        asked.push(request);
        return codes.shift();
      },
    });
    assertEquals(
      assumedRoleArn,
      "arn:aws:sts::111111111111:assumed-role/deploy/alice",
    );
    assertEquals(asked, [
      {
        serial: DEVICE,
        reason:
          "AWS denied arn:aws:iam::111111111111:role/deploy; the role may require MFA.",
      },
      { serial: DEVICE, reason: "That code was rejected." },
    ]);
  });
});

Deno.test("assumeRole never prompts for an MFA code; if noInput is true, assumeRole does not call mfaCode either", async () => {
  await withAws(async ({ aws, options }) => {
    const deploy = { ...options, role: "deploy", mfaSerial: DEVICE };
    await assertRejects(
      () => assumeRole(deploy),
      MfaError,
      `An MFA code for ${DEVICE} is needed, and the program supplies no code`,
    );
    await assertRejects(
      () => assumeRole({ ...deploy, mfaCode: () => undefined }),
      MfaError,
      "No MFA code was given",
    );
    const mfaCode = () => {
      throw new Error("asked");
    };
    await assertRejects(
      () => assumeRole({ ...deploy, mfaCode, noInput: true }),
      MfaError,
      "'--no-input' forbids asking",
    );
    assertEquals(aws.count("AssumeRole"), 0);
  });
});

Deno.test(
  "assumeRole gets the MFA code from the user's mfa_command",
  { ignore: Deno.build.os === "windows" },
  async () => {
    await withAws(async ({ aws, home, options }) => {
      const code = await aws.code(ALICE);
      home.writeHome(
        ".aws/assume-role.yaml",
        `mfa_serial: ${DEVICE}\nmfa_command: echo ${code}\n`,
      );
      await assumeRole({ ...options, role: "deploy" });
      assertEquals(aws.count("AssumeRole"), 1);
    });
  },
);

Deno.test("assumeRole does not let the AWS SDK search for credentials if 'env' is not the process's environment", async () => {
  await withAws(async ({ aws, home, options }) => {
    home.writeHome(".aws/credentials", "");
    const { message } = await assertRejects(
      () => assumeRole({ ...options, role: "admin" }),
      ConfigError,
      "Cannot find base credentials with variables that differ from the program's own: ",
    );
    assertEquals(message.includes("AWS_ENDPOINT_URL, HOME"), true, message);
    assertEquals(aws.calls, []);
  });
});

/** Returns the variables that a shell sets when it evaluates a printed session of `admin`. */
async function printedSession(home: TestHome): Promise<Record<string, string>> {
  const { stdout } = await home.run("-r admin --format env");
  const lines = stdout.matchAll(/^export (\w+)=(.*)$/gm);
  return Object.fromEntries(
    Array.from(lines, ([, name, value]) => [name, value]),
  );
}

Deno.test("if the environment has a session that assume-role printed, assumeRole uses the base credentials of that session", async () => {
  await withAws(async ({ aws, home, options }) => {
    const env = { ...options.env, ...await printedSession(home) };
    await assumeRole({ ...options, env, role: "team-a/long" });
    const { accessKeyId, action } = aws.calls.at(-1)!;
    assertEquals([action, accessKeyId], ["AssumeRole", ALICE.accessKeyId]);
  });
});

Deno.test(
  "if the environment has a session that assume-role printed, a credential_process does not get the session",
  unix,
  async () => {
    await withAws(async ({ aws, home, options }) => {
      const keys = {
        Version: 1,
        AccessKeyId: ALICE.accessKeyId,
        SecretAccessKey: ALICE.secretAccessKey,
      };
      const path = home.write("keys.json", JSON.stringify(keys));
      const seen = `${home.project}/seen`;
      home.writeHome(".aws/credentials", "");
      home.writeHome(
        ".aws/config",
        `[default]\ncredential_process = sh -c "env | grep -c ^AWS_SE >>${seen}; cat ${path}"\n`,
      );
      const env = { ...options.env, ...await printedSession(home) };
      await assumeRole({ ...options, env, role: "team-a/long" });
      const { accessKeyId, action } = aws.calls.at(-1)!;
      assertEquals([action, accessKeyId], ["AssumeRole", ALICE.accessKeyId]);
      assertEquals(Deno.readTextFileSync(seen), "0\n0\n");
    });
  },
);

Deno.test("credentialProvider supplies one session to several clients of the AWS SDK", async () => {
  await withAws(async ({ aws, options }) => {
    const credentials = credentialProvider({ ...options, role: "admin" });
    assertEquals(aws.calls, []);
    const clients = Array.from({ length: 3 }, () =>
      new STSClient({
        region: "eu-west-1",
        endpoint: aws.url,
        credentials,
      }));
    const arns = await Promise.all(
      clients.map(async (client) =>
        (await client.send(new GetCallerIdentityCommand({}))).Arn
      ),
    );
    const arn = "arn:aws:sts::111111111111:assumed-role/admin/alice";
    assertEquals(arns, [arn, arn, arn]);
    assertEquals(aws.count("AssumeRole"), 1);
    clients.forEach((client) => client.destroy());
  });
});

Deno.test("credentialProvider refreshes before the credentials expire", async () => {
  const sessionLife = 4000;
  await withAws(async ({ aws, options }) => {
    const provide = credentialProvider({
      ...options,
      role: "admin",
      forceRefresh: true,
    });
    const first = await provide();
    assertEquals((await provide()).accessKeyId, first.accessKeyId);
    assertEquals(aws.count("AssumeRole"), 1);
    // The session is so short that it is refreshed after half of its duration.
    await new Promise((resolve) => setTimeout(resolve, sessionLife / 2 + 100));
    aws.fail("AssumeRole", {
      kind: "error",
      code: "AccessDenied",
      status: 403,
    });
    // If a refresh fails, the credential provider returns the old credentials until they expire.
    assertEquals((await provide()).accessKeyId, first.accessKeyId);
    const second = await provide();
    assertEquals(second.accessKeyId === first.accessKeyId, false);
    assertEquals(second.expiration > first.expiration, true);
  }, { sessionLife });
});

Deno.test("credentialProvider converts the expiry time to this machine's clock", async () => {
  await withAws(async ({ options }) => {
    const provide = credentialProvider({ ...options, role: "admin" });
    const { expiration, ...keys } = await provide();
    const left = expiration.getTime() - Date.now();
    assertEquals(Math.abs(left - 3600_000) < 60_000, true, `${left}`);
    assertEquals(Object.keys(keys).sort(), [
      "accessKeyId",
      "secretAccessKey",
      "sessionToken",
    ]);
  }, { clockOffset: 7200_000 });
});

Deno.test("credentialProvider makes one AssumeRole call for 20 simultaneous calls", async () => {
  await withAws(async ({ aws, options }) => {
    const provide = credentialProvider({ ...options, role: "admin" });
    const all = await Promise.all(Array.from({ length: 20 }, () => provide()));
    assertEquals(new Set(all.map(({ accessKeyId }) => accessKeyId)).size, 1);
    assertEquals(aws.count("AssumeRole"), 1);
  });
});

e2e(
  "assumeRole refuses a profile that the AWS SDK reads differently than the AWS CLI",
  async ({ home }) => {
    const mod = new URL("../mod.ts", import.meta.url).href;
    const program = home.write(
      "program.ts",
      `import { assumeRole } from "${mod}";
await assumeRole({ role: "admin", profile: Deno.args[0] })
  .then(() => console.log("done"), ({ name, message }) => console.log(name, message));
`,
    );
    const answer = JSON.stringify({
      Version: 1,
      AccessKeyId: ALICE.accessKeyId,
      SecretAccessKey: ALICE.secretAccessKey,
    });
    const process = `credential_process = cat ${
      home.writeHome("keys.json", answer)
    }\n`;
    const sso = (account: number) =>
      `sso_account_id = ${account}\nsso_role_name = r\nsso_start_url = https://corp.awsapps.com/start\nsso_region = us-east-1\n`;
    home.writeHome(
      ".aws/config",
      `[profile plain]\n${process}[profile above]\n${
        sso(1)
      }[profile prod] // live\n${sso(2)}[profile two]\n${process}${
        sso(1)
      }[profile constructor]\n${sso(1)}` +
        `[profile far]\nec2_metadata_service_endpoint = ${NOBODY}\n`,
    );
    const config = join(ROOT, "deno.json");
    const run = async (profile: string) =>
      (await home.exec([
        Deno.execPath(),
        "run",
        "--quiet",
        "-A",
        `--config=${config}`,
        program,
        profile,
      ])).stdout.trim();
    assertEquals(await run("plain"), "done");
    assertEquals(
      await run("constructor"),
      "ConfigError Cannot use the name 'constructor' in AWS's files: the AWS SDK for JavaScript does not find this name",
    );
    assertEquals(
      await run("far"),
      "ConfigError Cannot use ec2_metadata_service_endpoint of the AWS profile: the AWS SDK for JavaScript does not read this key in this profile",
    );
    for (const profile of ["above", "prod", "two"]) {
      assertEquals(
        await run(profile),
        `ConfigError Cannot use the AWS profile '${profile}': the AWS SDK and the AWS CLI read this part of AWS's files differently`,
      );
    }
  },
);

e2e(
  "importing the library needs no permission; assumeRole adds no signal listener and changes no variable",
  { world: { ...WORLD, roles: [role("admin")] } },
  async ({ home }) => {
    const mod = new URL("../mod.ts", import.meta.url).href;
    const program = home.write(
      "program.ts",
      `import { assumeRole } from "${mod}";
if (Deno.args.length === 0) Deno.exit(0);
const variables = () => JSON.stringify(Object.entries(Deno.env.toObject()).sort());
const before = variables();
const add = Deno.addSignalListener;
let heard = 0;
Deno.addSignalListener = (...words) => (heard++, add(...words));
const { assumedRoleArn } = await assumeRole({ role: "admin" });
console.log(assumedRoleArn, heard, before === variables());
`,
    );
    const config = join(ROOT, "deno.json");
    const words = [
      Deno.execPath(),
      "run",
      "--quiet",
      "--no-prompt",
      "--config",
      config,
    ];
    const idle = await home.exec([...words, program]);
    assertEquals([idle.status, idle.stderr], [0, ""]);
    const result = await home.exec([...words, "-A", program, "go"]);
    assertEquals(
      [result.status, result.stdout],
      [0, "arn:aws:sts::111111111111:assumed-role/admin/alice 0 true\n"],
      result.stderr,
    );
  },
);
