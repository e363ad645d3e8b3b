/** Errors and hints for failures of AWS and of the base credentials. */
import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import {
  ADMIN_ARN,
  ALICE,
  ALICE_ARN,
  argv,
  assertFails,
  e2e,
  keysInEnv,
  keysOf,
  NOBODY,
  OK,
  PREFIX,
  program,
  role,
  WORLD,
  worldWith,
} from "../mod.ts";

/** An error response of AWS. */
const fault = (code: string, status: number, message?: string) => ({
  kind: "error" as const,
  code,
  status,
  ...(message !== undefined && { message }),
});
const THROTTLING = fault("Throttling", 400);

e2e("the hint for a denied AssumeRole says to check that the role exists", {
  ...worldWith({ devices: [] }),
}, async ({ run }) => {
  for (const name of ["none", "others", "deploy"]) {
    assertFails(await run(`-r ${name} true`), {
      error: `Cannot assume ${PREFIX}${name}: AWS denies access`,
      hint: /check that the role exists/,
    });
  }
});

e2e(
  "missing, wrong and expired base credentials each have their own error",
  async ({ aws, home, run }) => {
    const keys = keysInEnv(ALICE);
    const task = "Cannot identify the base credentials";

    const unknown = { ...keys, AWS_ACCESS_KEY_ID: "AKIAUNKNOWN" };
    assertFails(await run("-r admin true", { env: unknown }), {
      error: `${task}: AWS does not know the base access key`,
    });
    const wrong = { ...keys, AWS_SECRET_ACCESS_KEY: "wrong" };
    assertFails(await run("-r admin true", { env: wrong }), {
      error:
        `${task}: AWS rejects the signature made with the base credentials`,
    });

    aws.fail("GetCallerIdentity", fault("ExpiredToken", 403));
    assertFails(await run("-r admin true", { env: keys }), {
      error: `${task}: the base credentials have expired`,
      hint: /aws sso login/,
    });

    Deno.removeSync(`${home.path}/.aws/credentials`);
    assertFails(await run("-r admin true"), {
      error: "Cannot find base credentials",
      hint: /aws configure/,
    });
  },
);

e2e("a secret in AWS's response is not shown, not even with -v", {
  ...worldWith({ sessionToken: "the/secret/session/token" }),
}, async ({ run }) => {
  const env = {
    AWS_ACCESS_KEY_ID: ALICE.accessKeyId,
    AWS_SECRET_ACCESS_KEY: "mistyped",
    AWS_SESSION_TOKEN: "the/secret/session/token",
  };
  const { stderr } = await run("-v -r admin", { env });
  assertMatch(stderr, /AWS: SignatureDoesNotMatch, request fake-/);
  assertStringIncludes(stderr, "x-amz-security-token:***");
  assert(!stderr.includes("the/secret/session/token"));
});

e2e("a rejected web identity token is an error", async ({ aws, home, run }) => {
  Deno.removeSync(`${home.path}/.aws/credentials`);
  const env = {
    AWS_ROLE_ARN: `${PREFIX}ci`,
    AWS_ROLE_SESSION_NAME: "ci",
    AWS_WEB_IDENTITY_TOKEN_FILE: home.write("token", "the.web.identity"),
    AWS_REGION: "eu-west-1",
  };
  const refuse = async (code: string, message: string, times = 1) => {
    aws.fail("AssumeRoleWithWebIdentity", fault(code, 400, message), times);
    return await run("-r admin true", { env });
  };
  const task = `Cannot assume ${PREFIX}ci with the web identity token`;
  const expired = await refuse(
    "ExpiredTokenException",
    "Token expired: current date/time 2 must be before the expiration date/time 1",
  );
  assertFails(expired, {
    error: `${task}: the web identity token has expired`,
    hint: "get a new token from the identity provider",
  });
  const unknown = await refuse(
    "InvalidIdentityToken",
    "No OpenIDConnect provider found in your account for https://ci.example",
  );
  assertFails(unknown, {
    error:
      `${task}: AWS cannot validate the web identity token: No OpenIDConnect provider found in your account for https://ci.example`,
  });
  // The SDK makes up to three attempts if AWS answers with this error.
  const unreachable = await refuse("IDPCommunicationError", "no keys", 3);
  assertFails(unreachable, {
    error:
      `${task}: AWS cannot reach the identity provider of the web identity token`,
  });
});

e2e("an unreachable AWS is an error", { offline: true }, async ({ run }) => {
  assertFails(await run("-r admin true"), {
    error: `Cannot identify the base credentials: cannot reach ${NOBODY}`,
    hint: /HTTPS_PROXY/,
  });
});

e2e(
  "if AWS is unreachable, the error is the same with --profile and without --profile",
  { offline: true },
  async ({ home, run }) => {
    home.writeHome(
      ".aws/config",
      `[profile far]\nrole_arn = ${ADMIN_ARN}\nsource_profile = default\nregion = eu-west-1\n`,
    );
    assertFails(await run("--profile far -r admin true"), {
      error: `Cannot identify the base credentials: cannot reach ${NOBODY}`,
      hint: /HTTPS_PROXY/,
    });
  },
);

e2e(
  "throttling and status 5xx are retried, and are an error after three attempts",
  async ({ aws, run }) => {
    aws.fail("AssumeRole", THROTTLING, 1);
    aws.fail("AssumeRole", fault("InternalFailure", 500), 1);
    assertEquals(await run("-r admin true"), OK);
    aws.fail("AssumeRole", THROTTLING, 3);
    assertFails(await run("-f -r admin true"), {
      error: `Cannot assume ${ADMIN_ARN}: AWS is throttling the requests`,
    });
    aws.fail("AssumeRole", fault("ServiceUnavailable", 503), 3);
    assertFails(await run("-f -r admin true"), {
      error:
        `Cannot assume ${ADMIN_ARN}: AWS cannot handle the request at the moment (ServiceUnavailable)`,
    });
    // Each failed run made exactly three attempts, so the fake AWS has no planned fault left.
    assertEquals(await run("-f -r admin true"), OK);
    assertEquals(aws.count("AssumeRole"), 2);
  },
);

e2e("if AWS denies a call, the error has a short form of AWS's reason", {
  ...worldWith({ devices: [] }),
}, async ({ aws, run }) => {
  aws.fail(
    "AssumeRole",
    fault(
      "AccessDenied",
      403,
      `User: ${ALICE_ARN} is not authorized to perform: sts:AssumeRole on resource: ${ADMIN_ARN} with an explicit deny in a service control policy`,
    ),
  );
  assertFails(await run("-r admin true"), {
    error:
      `Cannot assume ${ADMIN_ARN}: AWS denies access with an explicit deny in a service control policy`,
    hint: /AWS organization/,
  });
});

e2e(
  "a call is not retried if its error is permanent",
  async ({ aws, run }) => {
    const message =
      "Packed size of session tags consumes 112% of allotted space.";
    aws.fail("AssumeRole", fault("PackedPolicyTooLarge", 400, message));
    assertFails(await run("-r admin true"), {
      error:
        `Cannot assume ${ADMIN_ARN}: session policies and tags use 112% of the space that AWS allows`,
    });
  },
);

e2e(
  "a closed connection is retried; a malformed response is an error",
  async ({ aws, run }) => {
    aws.fail("AssumeRole", { kind: "cut" }, 2);
    assertEquals(await run("-r admin true"), OK);
    aws.fail("AssumeRole", { kind: "cut" }, 3);
    assertFails(await run("-f -r admin true"), {
      error:
        `Cannot assume ${ADMIN_ARN}: the connection to ${aws.url} was lost`,
    });
    aws.fail("AssumeRole", { kind: "malformed" }, 3);
    assertFails(await run("-f -r admin true"), {
      error: `Cannot assume ${ADMIN_ARN}: cannot read the answer of ${aws.url}`,
    });
  },
);

e2e("a duration that the role does not allow is an error with a hint", {
  world: { ...WORLD, roles: [role("admin", { maxSessionDuration: 3600 })] },
}, async ({ run }) => {
  assertFails(await run("--duration 2h -r admin true"), {
    error:
      `Cannot assume ${ADMIN_ARN}: the duration is longer than the role allows`,
    hint: /--duration/,
  });
});

e2e(
  "if the session of --server is denied a role, the hint names the session",
  async ({ home, run }) => {
    const nested = argv`${program()} -r team-a/long`;
    for (const options of [[], argv`--profile default`]) {
      const result = await run(
        argv`-q -r admin --server -E=DENO_DIR ${nested} ${options} true`,
      );
      assertFails(result, {
        error: `Cannot assume ${PREFIX}team-a/long: AWS denies access`,
        hint:
          `use '--profile' with a profile that has your credentials and another name than 'default': the base credentials are the session of ${ADMIN_ARN}, because 'assume-role --server' runs this command`,
      });
    }
    home.writeHome(
      ".aws/credentials",
      keysOf(ALICE) + keysOf(ALICE, "own"),
    );
    const own = argv`${nested} --profile own true`;
    const result = await run(
      argv`-q -r admin --server -E=DENO_DIR ${own}`,
    );
    assertEquals(result, OK);
  },
);

// In 99designs/aws-vault#1049, a wrong clock causes the error SignatureDoesNotMatch.
for (const hours of [-3, 3]) {
  e2e(`requests and the cache work if the clock is wrong by ${-hours}h`, {
    aws: { clockOffset: hours * 3600_000 },
  }, async ({ aws, run }) => {
    const first = await run("-r admin printenv AWS_ACCESS_KEY_ID");
    assertEquals([first.status, first.stderr], [0, ""]);
    // The second run uses the cached session.
    assertEquals(await run("-r admin printenv AWS_ACCESS_KEY_ID"), first);
    assertEquals(aws.count("AssumeRole"), 1);
  });
}

e2e(
  "a session of another role, and a session that has expired or lasts too long, are refused",
  async ({ aws, home, run }) => {
    const sts = "arn:aws:sts::111111111111:assumed-role";
    const before = home.readHome(".aws/credentials");
    for (
      const [arn, minutes, fault] of [
        [
          `${sts}/other/alice`,
          60,
          `the answer has a session of ${sts}/other/alice`,
        ],
        [`${sts}/admin/alice`, -60, "the session in the answer has expired"],
        [
          `${sts}/admin/alice`,
          900,
          "the session in the answer lasts longer than requested",
        ],
      ] as const
    ) {
      const expiration = new Date(Date.now() + minutes * 60_000).toISOString();
      const body =
        `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><AssumedRoleUser><AssumedRoleId>AROA:alice</AssumedRoleId><Arn>${arn}</Arn></AssumedRoleUser><Credentials><AccessKeyId>ASIAFAKE</AccessKeyId><SecretAccessKey>fake</SecretAccessKey><SessionToken>fake</SessionToken><Expiration>${expiration}</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`;
      const headers = { "content-type": "text/xml" };
      const create = () => new Response(body, { headers });
      aws.fail("AssumeRole", { kind: "answer", create }, 1);
      assertFails(await run("-r admin --duration 1h true"), {
        error: `Cannot assume ${ADMIN_ARN}: ${fault}`,
        hint: "check the configured endpoint and the clock of this machine",
      });
      assertEquals(home.readHome(".aws/credentials"), before);
    }
  },
);
