/** Sign-ins of the AWS CLI: IAM Identity Center (`aws sso login`) and `aws login`. */
import { assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { dirname } from "@std/path/dirname";
import { join } from "@std/path/join";
import { AS_USER, close, closed } from "./closed.ts";
import {
  ADMIN_ARN,
  argv,
  assertFails,
  e2e,
  eventually,
  type FakeAws,
  NOBODY,
  OK,
  portalRoleArn,
  program,
  role,
  root,
  status,
  TestHome,
  unix,
  WORLD,
  type World,
} from "../mod.ts";
import {
  DPOP_KEY,
  LOGIN_ARN,
  loginPath,
  saveLoginToken,
  saveSsoToken,
  ssoConfig,
} from "./sign_ins.ts";

const ASSIGNMENT = { accountId: "111111111111", roleName: "Reader" };
const SIGNED_IN: World = {
  ...WORLD,
  roles: ["admin", "other", "third"].map((name) =>
    role(name, { trusts: [portalRoleArn(ASSIGNMENT), LOGIN_ARN] })
  ),
  portal: {
    userName: "alice@example.com",
    token: "the-portal-token",
    refreshToken: "the-refresh-token",
    assignments: [ASSIGNMENT],
  },
  login: { roleArn: LOGIN_ARN, refreshToken: "the-refresh-token" },
};
const SHOW = "-r admin printenv ASSUME_ROLE_ARN";
const SHOWN = { ...OK, stdout: `${ADMIN_ARN}\n` };
const HOUR_MS = 3_600_000;

/** A home without `~/.aws/credentials`. */
function homeWithoutKeys(aws: FakeAws): TestHome {
  const home = new TestHome(aws);
  Deno.removeSync(join(home.path, ".aws/credentials"));
  return home;
}

const signedIn = { world: SIGNED_IN, home: homeWithoutKeys };

// aws/aws-cli#10116 is about names with spaces.
const NAMES: readonly (readonly [string, string, string])[] = [
  ["My Corp", "sso-session 'My Corp'", "My Corp"],
  ["My Corp", 'sso-session "My Corp"', "My Corp"],
  ["My Corp", "sso-session My\\ Corp", "My Corp"],
  ["corp.eu/1 (ä)", "sso-session 'corp.eu/1 (ä)'", "corp.eu/1 (ä)"],
  ["a]b", "sso-session a]b", "a]b"],
  ["it's", `sso-session "it's"`, "it's"],
];
for (const [session, header, name] of NAMES) {
  e2e(
    `the sso-session of the header [${header}] gives base credentials and sessions`,
    signedIn,
    async ({ home, run }) => {
      home.writeHome(".aws/config", ssoConfig(session, header));
      await saveSsoToken(home, name, Date.now() + HOUR_MS);
      assertEquals(await run(`--profile reader ${SHOW}`), SHOWN);
      home.write("assume-role.yaml", "");
      assertEquals(await run("-r reader true"), OK);
    },
  );
}

e2e(
  "a missing or incomplete sso-session is named",
  signedIn,
  async ({ aws, home, run }) => {
    const keys = "aws_access_key_id = a\naws_secret_access_key = b\n";
    const absent = (name: string) =>
      [
        `the section [sso-session ${name}] does not exist`,
        "correct or remove sso_session, or add the section to ~/.aws/config; the AWS CLI refuses the profile, too",
      ] as const;
    const rows = [
      [ssoConfig("My Corp", "sso-session MyCorp"), absent("My Corp")],
      [ssoConfig('"My Corp"', "sso-session 'My Corp'"), absent('"My Corp"')],
      [`[profile reader]\nsso_session = corp\n${keys}`, absent("corp")],
      [
        `[profile reader]\nsso_session = corp\ncredential_process = false\n`,
        absent("corp"),
      ],
      [
        `[profile reader]\nsso_session = corp\nrole_arn = ${ADMIN_ARN}\ncredential_source = Environment\n`,
        absent("corp"),
      ],
      [
        `[profile reader]\nsso_session = corp\n${keys}[sso-session corp]\nsso_region = us-east-1\n`,
        [
          "the section [sso-session corp] has no sso_start_url",
          "add sso_start_url to the section; the AWS CLI refuses the profile, too",
        ],
      ],
    ] as const;
    for (const [config, [reason, hint]] of rows) {
      home.writeHome(".aws/config", config);
      const error = `Cannot use the AWS profile 'reader': ${reason}`;
      assertFails(await run(`--profile reader ${SHOW}`), { error, hint });
      if (config.includes("aws_access_key_id")) continue;
      assertFails(await run("--profile reader true"), { error, hint });
    }
    assertEquals(aws.calls, []);
  },
);

e2e(
  "an expired token of IAM Identity Center is refreshed and saved as the AWS CLI does",
  {
    ...signedIn,
    ...unix,
  },
  async ({ aws, home, run }) => {
    home.writeHome(".aws/config", ssoConfig("corp", "sso-session corp"));
    const path = await saveSsoToken(home, "corp", Date.now() - 1000);
    Deno.chmodSync(join(home.path, path), 0o644);
    assertEquals(await run(`--profile reader ${SHOW}`), SHOWN);
    assertEquals(aws.actions().slice(0, 2), [
      "CreateToken",
      "GetRoleCredentials",
    ]);
    assertMatch(
      home.readHome(path),
      /^\{"startUrl": "https:\/\/example\.awsapps\.com\/start", "region": "us-east-1", "accessToken": "access-[\w-]+", "expiresAt": "\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "clientId": "the-client", "clientSecret": "the-client-secret", "registrationExpiresAt": "2099-01-01T00:00:00Z", "refreshToken": "refresh-[\w-]+"\}$/,
    );
    const file = Deno.statSync(join(home.path, path));
    assertEquals(file.mode! & 0o777, 0o600);
    assertEquals(
      Array.from(Deno.readDirSync(dirname(join(home.path, path)))).length,
      1,
    );

    // The saved token is good for the next session.
    assertEquals(await run("--profile reader -r other true"), OK);
    assertEquals(aws.count("CreateToken"), 1);
  },
);

e2e(
  "a refreshed token is saved even if the role is denied",
  signedIn,
  async ({ aws, home, run }) => {
    home.writeHome(".aws/config", ssoConfig("corp", "sso-session corp"));
    const path = await saveSsoToken(home, "corp", Date.now() - 1000);
    aws.fail("GetRoleCredentials", {
      kind: "error",
      code: "ForbiddenException",
      message: "No access",
      status: 403,
    });
    assertFails(await run(`--profile reader ${SHOW}`), {
      error: /IAM Identity Center denies the role to this user$/,
    });
    assertMatch(home.readHome(path), /"refreshToken": "refresh-/);
    assertEquals(await run(`--profile reader ${SHOW}`), SHOWN);
  },
);

e2e(
  "a refreshed token is saved at once, so that kill -9 loses no sign-in",
  { ...signedIn, ...unix },
  async ({ aws, home, run }) => {
    home.writeHome(".aws/config", ssoConfig("corp", "sso-session corp"));
    const path = await saveSsoToken(home, "corp", Date.now() - 1000);
    const { promise: until, resolve } = Promise.withResolvers<void>();
    aws.fail("GetRoleCredentials", { kind: "hold", until });
    const words = argv`${program()} --profile reader ${SHOW.split(" ")}`;
    const running = home.sh('"$@" & echo $! >pid; wait', words);
    await eventually(() => aws.waiting === 1);
    await eventually(() => home.readHome(path).includes('"refresh-'));
    await home.sh("kill -9 $(cat pid)");
    await running;
    resolve();
    assertEquals(await run(`--profile reader ${SHOW}`), SHOWN);
    assertEquals(aws.count("CreateToken"), 1);
  },
);

e2e(
  "if another program refreshes the token at the same time, its token is used",
  signedIn,
  async ({ aws, home, run }) => {
    home.writeHome(
      ".aws/config",
      ssoConfig("corp", "sso-session corp") + LOGIN_CONFIG,
    );
    await saveSsoToken(home, "corp", Date.now() - 1000, "used");
    const path = await loginPath();
    saveLoginToken(home, path, Date.now() - 1000);
    assertEquals(await run(`--profile console ${SHOW}`), SHOWN);
    const refreshed = home.readHome(path);
    saveLoginToken(home, path, Date.now() - 1000, { refreshToken: "used" });
    const rows = [
      [
        "CreateToken",
        "reader",
        () => saveSsoToken(home, "corp", Date.now() + HOUR_MS),
      ],
      [
        "CreateOAuth2Token",
        "console",
        () => home.writeHome(path, refreshed),
      ],
    ] as const;
    for (const [action, profile, refresh] of rows) {
      const { promise: until, resolve } = Promise.withResolvers<void>();
      aws.fail(action, { kind: "hold", until });
      const running = run(`-f --profile ${profile} ${SHOW}`);
      await eventually(() => aws.waiting === 1);
      await refresh();
      resolve();
      assertEquals(await running, SHOWN, profile);
    }
    assertEquals(home.readHome(path), refreshed);
  },
);

e2e(
  "a token whose time of expiry is unknown is refreshed by one process",
  signedIn,
  async ({ aws, home, run }) => {
    home.writeHome(".aws/config", ssoConfig("corp", "sso-session corp"));
    const path = await saveSsoToken(home, "corp", Date.now());
    const text = home.readHome(path).replace(
      /"expiresAt": "[^"]+"/,
      '"expiresAt": "soon"',
    );
    home.writeHome(path, text);
    const results = await Promise.all(
      ["admin", "other", "third"].map((name) =>
        run(`--profile reader -r ${name} true`)
      ),
    );
    for (const result of results) assertEquals(result, OK);
    assertEquals(aws.count("CreateToken"), 1);
  },
);

e2e(
  "root refreshes the token of another user for that user",
  { ...signedIn, ...root },
  async ({ aws, home, run }) => {
    home.writeHome(
      ".aws/config",
      ssoConfig("corp", "sso-session corp") + LOGIN_CONFIG,
    );
    const paths = [
      await saveSsoToken(home, "corp", Date.now() - 1000),
      await loginPath(),
    ];
    saveLoginToken(home, paths[1]!, Date.now() - 1000);
    await home.exec(argv`chown -R 12345:12346 ${home.path}`);
    const result = await home.exec(argv`find ${home.path}`);
    for (const profile of ["reader", "console"]) {
      const { status, stdout } = await run(`--profile ${profile} ${SHOW}`);
      assertEquals([status, stdout], [0, `${ADMIN_ARN}\n`], profile);
    }
    assertEquals(await home.exec(argv`find ${home.path}`), result);
    for (const path of paths) {
      const { uid, gid, mode } = Deno.statSync(join(home.path, path));
      assertEquals([uid, gid, mode! & 0o777], [12345, 12346, 0o600]);
      assertMatch(home.readHome(path), /"refresh-/);
    }
    assertEquals(aws.count("CreateToken"), 1);
  },
);

e2e(
  "a token's file that cannot be read is named, and a pipe is not waited for",
  { ...signedIn, ...closed },
  async ({ home }) => {
    home.writeHome(
      ".aws/config",
      ssoConfig("corp", "sso-session corp") + LOGIN_CONFIG,
    );
    const path = join(
      home.path,
      await saveSsoToken(home, "corp", Date.now() + HOUR_MS),
    );
    const login = join(home.path, await loginPath());
    saveLoginToken(home, await loginPath(), Date.now() + HOUR_MS);
    const signIns = [
      ["reader", path, "sign in with 'aws sso login --profile reader'"],
      ["console", login, "sign in with 'aws login --profile console'"],
    ] as const;
    for (const [profile, file, command] of signIns) {
      const fails = async (reason: string) =>
        assertFails(
          await home.exec(
            argv`${AS_USER} ${program()} --profile ${profile} ${
              SHOW.split(" ")
            }`,
          ),
          {
            error:
              `Cannot find base credentials from the profile '${profile}': cannot read the stored sign-in ${file}: ${reason}`,
            hint: `make the file readable, or ${command}`,
          },
        );
      for (const closedPath of [file, dirname(file)]) {
        using _ = close(closedPath);
        await fails("permission denied");
      }
      Deno.removeSync(file);
      Deno.mkdirSync(file);
      await fails("is a directory");
      Deno.removeSync(file);
      await home.exec(argv`mkfifo ${file}`);
      await fails("not a regular file, but a pipe");
    }
  },
);

e2e(
  "a damaged sign-in is named by its kind, and no part of the token is shown",
  signedIn,
  async ({ aws, home, run }) => {
    home.writeHome(
      ".aws/config",
      ssoConfig("corp", "sso-session corp") + LOGIN_CONFIG,
    );
    const path = await saveSsoToken(home, "corp", Date.now() + HOUR_MS);
    const text = home.readHome(path);
    const fails = async (profile: string, reason: string, hint: string) => {
      const result = await run(`--no-input -v --profile ${profile} ${SHOW}`);
      assertEquals(/S3cret/.exec(result.stderr), null, result.stderr);
      assertFails(await run(`--no-input --profile ${profile} ${SHOW}`), {
        error:
          `Cannot find base credentials from the profile '${profile}': ${reason}`,
        hint,
      });
    };
    for (const token of ["S3cret-\\ntoken", "S3cret-€"]) {
      home.writeHome(path, text.replace("the-portal-token", token));
      await fails(
        "reader",
        "the stored sign-in to IAM Identity Center is damaged",
        "sign in with 'aws sso login --profile reader'",
      );
    }
    home.writeHome(path, text.replace("the-portal-token", "S3cret-token"));
    aws.fail("GetRoleCredentials", {
      kind: "error",
      code: "NewException",
      message: "bad S3cret-token",
      status: 400,
    }, 2);
    await fails(
      "reader",
      "NewException: bad ***",
      "check the profile in ~/.aws/config and ~/.aws/credentials",
    );
    home.writeHome(await loginPath(), "null");
    await fails(
      "console",
      "the file with the sign-in of 'aws login' is damaged",
      "sign in with 'aws login --profile console'",
    );
  },
);

e2e(
  "if the refresh token has expired, the error shows how to sign in",
  signedIn,
  async ({ aws, home, run }) => {
    home.writeHome(
      ".aws/config",
      ssoConfig("corp", "sso-session corp", "'my reader'"),
    );
    const path = await saveSsoToken(home, "corp", Date.now() - 1000, "used");
    const before = home.readHome(path);
    const args = argv`--no-input --profile ${"my reader"} -r admin true`;
    assertFails(await run(args), {
      error:
        "Cannot find base credentials from the profile 'my reader': the sign-in to IAM Identity Center is missing or has expired",
      hint: `sign in with 'aws sso login --profile="my reader"'`,
    });
    assertEquals(home.readHome(path), before);
    assertEquals(aws.actions(), ["CreateToken"]);

    const offline = { env: { AWS_ENDPOINT_URL_SSO_OIDC: NOBODY } };
    assertFails(await run(args, offline), {
      error:
        "Cannot get base credentials from the profile 'my reader': cannot reach IAM Identity Center in us-east-1",
    });
  },
);

for (
  const [code, reason] of [
    [503, "HOST answered HTTP status 503 without an AWS error"],
    [404, "HOST answered HTTP status 404 without an AWS error"],
    [200, "cannot read the answer of HOST"],
  ] as const
) {
  e2e(
    `the answer of a proxy is no reason to sign in again (status ${code})`,
    signedIn,
    async ({ aws, home, run }) => {
      home.writeHome(
        ".aws/config",
        ssoConfig("corp", "sso-session corp") + LOGIN_CONFIG,
      );
      saveLoginToken(home, await loginPath(), Date.now() - 1000);
      const sso = "IAM Identity Center in us-east-1";
      const rows = [
        ["reader", "CreateToken", sso, -1000],
        ["console", "CreateOAuth2Token", "AWS Sign-In", -1000],
        ["reader", "GetRoleCredentials", sso, HOUR_MS],
      ] as const;
      for (const [profile, action, host, leftMs] of rows) {
        const path = await saveSsoToken(home, "corp", Date.now() + leftMs);
        const before = home.readHome(path);
        aws.fail(action, status(code), 9);
        assertFails(await run(`--profile ${profile} ${SHOW}`), {
          error: `Cannot get base credentials from the profile '${profile}': ${
            reason.replace("HOST", host)
          }`,
          hint: /^check for a proxy between this machine and AWS/,
        });
        assertEquals(home.readHome(path), before);
      }
      assertEquals(aws.calls, []);
    },
  );
}

e2e(
  "of many processes that need one sign-in, only one refreshes the token",
  signedIn,
  async ({ aws, home, run }) => {
    home.writeHome(
      ".aws/config",
      ssoConfig("corp", "sso-session corp") +
        `[profile login]\nlogin_session = ${LOGIN_ARN}\n`,
    );
    await saveSsoToken(home, "corp", Date.now() - 1000);
    saveLoginToken(home, await loginPath(), Date.now() - 1000);
    const runs = ["reader", "login"].flatMap((profile) =>
      ["admin", "other", "third"].map((name) =>
        run(`--profile ${profile} -r ${name} true`)
      )
    );
    for (const result of await Promise.all(runs)) assertEquals(result, OK);
    assertEquals(aws.count("CreateToken"), 1);
    assertEquals(aws.count("CreateOAuth2Token"), 1);
  },
);

const LOGIN_CONFIG =
  `[profile console]\nlogin_session = ${LOGIN_ARN}\nregion = us-west-2\n`;
e2e(
  "login_session: an expired token is refreshed and saved as the AWS CLI does",
  {
    ...signedIn,
    ...unix,
  },
  async ({ aws, home, run }) => {
    home.writeHome(".aws/config", LOGIN_CONFIG);
    const path = await loginPath();
    saveLoginToken(home, path, Date.now() - 1000);
    assertEquals(await run(`--profile console ${SHOW}`), SHOWN);
    assertEquals(aws.actions()[0], "CreateOAuth2Token");
    const text = home.readHome(path);
    assertMatch(
      text,
      /^\{"accessToken": \{"accessKeyId": "\w+", "secretAccessKey": "[^"]+", "sessionToken": "[^"]+", "accountId": "111111111111", "expiresAt": "\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"\}, "tokenType": "aws_sigv4", "refreshToken": "refresh-[\w-]+", "idToken": "the-id-token", "clientId": "arn:aws:signin:::devtools\/same-device", "dpopKey": "[^"]+"\}$/,
    );
    assertEquals(JSON.parse(text).dpopKey, DPOP_KEY);
    assertEquals(Deno.statSync(join(home.path, path)).mode! & 0o777, 0o600);

    // The refreshed token is still good.
    home.write("assume-role.yaml", "");
    assertEquals(await run("-r console true"), OK);
    assertEquals(aws.count("CreateOAuth2Token"), 1);
  },
);

e2e(
  "login_session: AWS_LOGIN_CACHE_DIRECTORY names the directory, with variables and ~",
  signedIn,
  async ({ aws, home, run }) => {
    home.writeHome(".aws/config", LOGIN_CONFIG);
    saveLoginToken(home, await loginPath("tokens"), Date.now() - 1000);
    const PLACE = join(home.path, "tokens");
    for (const directory of [PLACE, "~/tokens", "$PLACE"]) {
      const env = { PLACE, AWS_LOGIN_CACHE_DIRECTORY: directory };
      assertEquals(await run(`-f --profile console ${SHOW}`, { env }), SHOWN);
    }
    assertEquals(aws.count("CreateOAuth2Token"), 1);
    assertMatch(home.readHome(await loginPath("tokens")), /"refresh-/);
    const here = { AWS_LOGIN_CACHE_DIRECTORY: "" };
    assertEquals(
      await run(`-f --profile console -r ${ADMIN_ARN} true`, {
        env: here,
        cwd: PLACE,
      }),
      OK,
    );
    const env = { AWS_LOGIN_CACHE_DIRECTORY: "~bob/tokens" };
    assertFails(await run(`--profile console ${SHOW}`, { env }), {
      error: /^Cannot use AWS_LOGIN_CACHE_DIRECTORY: .*'~bob'$/,
    });
  },
);

e2e(
  "login_session: a missing, damaged or expired sign-in is named",
  signedIn,
  async ({ aws, home, run }) => {
    home.writeHome(".aws/config", LOGIN_CONFIG);
    const fails = async (reason: string) =>
      assertFails(await run(`--profile console ${SHOW}`), {
        error:
          `Cannot find base credentials from the profile 'console': ${reason}`,
        hint: "sign in with 'aws login --profile console'",
      });
    await fails("the sign-in of 'aws login' is missing");
    const path = await loginPath();
    home.writeHome(path, "{");
    await fails("the file with the sign-in of 'aws login' is damaged");
    saveLoginToken(home, path, Date.now() - 1000, { refreshToken: "used" });
    await fails("the sign-in of 'aws login' has expired");
    saveLoginToken(home, path, Date.now() - 1000, { dpopKey: "x" });
    await fails("the file with the sign-in of 'aws login' is damaged");
    assertEquals(aws.actions(), ["CreateOAuth2Token"]);
    saveLoginToken(home, path, Date.now() - 1000);
    const offline = { env: { AWS_ENDPOINT_URL_SIGNIN: NOBODY } };
    assertFails(await run(`--profile console ${SHOW}`, offline), {
      error:
        "Cannot get base credentials from the profile 'console': cannot reach AWS Sign-In",
    });
  },
);

/** An HTTP proxy that refuses every connection; records the hosts of the connections. */
function refuseConnections(): AsyncDisposable & {
  readonly url: string;
  readonly hosts: Set<string>;
} {
  const hosts = new Set<string>();
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const serving = (async () => {
    try {
      for await (const conn of listener) {
        const bytes = new Uint8Array(4096);
        const length = await conn.read(bytes) ?? 0;
        const head = new TextDecoder().decode(bytes.subarray(0, length));
        hosts.add(/^CONNECT (\S+)/.exec(head)?.[1] ?? head);
        await conn.write(
          new TextEncoder().encode("HTTP/1.1 502 Bad Gateway\r\n\r\n"),
        );
        conn.close();
      }
    } catch (error) {
      if (!(error instanceof Deno.errors.BadResource)) throw error;
    }
  })();
  return {
    url: `http://127.0.0.1:${listener.addr.port}`,
    hosts,
    [Symbol.asyncDispose]: async () => {
      listener.close();
      await serving;
    },
  };
}

// hashicorp/aws-sdk-go-base#1433 is about sign-ins in another region.
e2e(
  "sign-ins are refreshed at the hosts of their region, with FIPS and dual stack",
  {
    ...signedIn,
    offline: true,
  },
  async ({ home, run }) => {
    await using proxy = refuseConnections();
    home.writeHome(
      ".aws/config",
      `${LOGIN_CONFIG}use_fips_endpoint = true\n` +
        ssoConfig("corp", "sso-session corp").replace(
          "us-east-1",
          "us-gov-west-1",
        )
          .replace("sso_role_name", "use_fips_endpoint = true\nsso_role_name") +
        `[profile eusc]\nlogin_session = ${LOGIN_ARN}\n`,
    );
    await saveSsoToken(home, "corp", Date.now() - 1000);
    const base = {
      HTTPS_PROXY: proxy.url,
      DENO_NO_UPDATE_CHECK: "1",
      AWS_ENDPOINT_URL: "",
      AWS_MAX_ATTEMPTS: "1",
    };
    const rows: readonly (readonly [
      string,
      string | undefined,
      Record<string, string>,
      string,
    ])[] = [
      [
        "console",
        "eu-west-1",
        { AWS_USE_FIPS_ENDPOINT: "false" },
        "eu-west-1.signin.aws.amazon.com:443",
      ],
      [
        "console",
        undefined,
        { AWS_USE_FIPS_ENDPOINT: "false" },
        "us-west-2.signin.aws.amazon.com:443",
      ],
      [
        "console",
        "us-gov-west-1",
        {},
        "signin-fips.amazonaws-us-gov.com:443",
      ],
      [
        "eusc",
        "eusc-de-east-1",
        { AWS_USE_DUALSTACK_ENDPOINT: "true" },
        "signin.eusc-de-east-1.api.amazonwebservices.eu:443",
      ],
      [
        "eusc",
        undefined,
        { AWS_DEFAULT_REGION: "cn-north-1" },
        "cn-north-1.signin.amazonaws.cn:443",
      ],
      ["reader", undefined, {}, "oidc.us-gov-west-1.amazonaws.com:443"],
      [
        "reader",
        undefined,
        { AWS_USE_DUALSTACK_ENDPOINT: "true" },
        "oidc-fips.us-gov-west-1.api.aws:443",
      ],
    ];
    for (const [profile, signInRegion, env, host] of rows) {
      saveLoginToken(home, await loginPath(), Date.now() - 1000, {
        signInRegion,
      });
      proxy.hosts.clear();
      const { stderr } = await run(`--profile ${profile} ${SHOW}`, {
        env: { ...base, ...env },
      });
      assertEquals([...proxy.hosts], [host], stderr);
      assertNotEquals(stderr, "");
    }
  },
);
