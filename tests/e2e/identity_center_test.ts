/** Sign-in to IAM Identity Center in the browser, and by a device code. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { dirname } from "@std/path/dirname";
import { join } from "@std/path/join";
import {
  argv,
  assertFails,
  delay,
  e2e,
  eventually,
  type FakeAws,
  fixture,
  NOBODY,
  portalRoleArn,
  program,
  type Result,
  role,
  root,
  terminal,
  TestHome,
  WORLD,
  type World,
} from "../mod.ts";
import { saveSsoToken, ssoConfig } from "./sign_ins.ts";

const ASSIGNMENT = { accountId: "111111111111", roleName: "Reader" };
const SESSION_WORLD: World = {
  ...WORLD,
  roles: ["admin", "other", "third"].map((name) =>
    role(name, { trusts: [portalRoleArn(ASSIGNMENT)] })
  ),
  portal: {
    userName: "alice@example.com",
    token: "the-portal-token",
    refreshToken: "the-refresh-token",
    assignments: [ASSIGNMENT],
  },
};
const CONFIG = ssoConfig("corp", "sso-session corp");
const LEGACY =
  "[profile reader]\nsso_start_url = https://example.awsapps.com/start\nsso_region = us-east-1\nsso_account_id = 111111111111\nsso_role_name = Reader\n";
const SHOW = "--profile reader -r admin printenv ASSUME_ROLE_ARN";
const SHOWN = "arn:aws:iam::111111111111:role/admin\r\n";
const CANNOT = "Cannot sign in to IAM Identity Center: ";
const COMMAND = "'aws sso login --profile reader'";

/** One answer that the stand-in browser got. */
interface Visit {
  readonly url: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Creates a home with a profile of IAM Identity Center, and a stand-in for `xdg-open`. */
function homeWithBrowser(config: string): (aws: FakeAws) => TestHome {
  return (aws) => {
    const home = new TestHome(aws);
    Deno.removeSync(join(home.path, ".aws/credentials"));
    home.writeHome(".aws/config", config);
    const path = home.writeHome(
      "bin/xdg-open",
      `#!/bin/sh\nexec python3 '${fixture("browser.py")}' "$@"\n`,
    );
    Deno.chmodSync(path, 0o755);
    return home;
  };
}

const session = {
  ...terminal,
  world: SESSION_WORLD,
  home: homeWithBrowser(CONFIG),
};
const legacy = { ...session, home: homeWithBrowser(LEGACY) };

/** Returns the variables of a desktop with the stand-in browser. */
function desktop(home: TestHome, mode = ""): Record<string, string> {
  return {
    PATH: `${join(home.path, "bin")}:${Deno.env.get("PATH")}`,
    DISPLAY: ":0",
    BROWSER: `python3 ${fixture("browser.py")}`,
    BROWSER_LOG: join(home.path, "visits"),
    BROWSER_MODE: mode,
  };
}

/** Reads the answers that the stand-in browser got, without a line that it still writes. */
function visits(home: TestHome): readonly Visit[] {
  try {
    return home.readHome("visits").split("\n").slice(0, -1)
      .map((line) => JSON.parse(line));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

async function hashOf(text: string): Promise<string> {
  const bytes = new TextEncoder().encode(text);
  return new Uint8Array(await crypto.subtle.digest("SHA-1", bytes)).toHex();
}

/** Hides the values of a file that differ from run to run. */
function hideValues(text: string): string {
  return text.replace(/(access|refresh|secret)-[0-9a-f-]{36}/g, "$1-")
    .replace(/"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"/g, '"TIME"');
}

/** Confirms the device code that a run shows, as a user on another device. */
async function confirmDevice(aws: FakeAws, query = ""): Promise<void> {
  await eventually(() => aws.count("StartDeviceAuthorization") > 0);
  const { ok, body } = await fetch(
    `${aws.url}/device?user_code=ABCD-0001${query}`,
  );
  await body?.cancel();
  assertEquals(ok, true);
}

function assertShown({ status, stdout }: Result, text: string): void {
  assertEquals(status, 0, stdout);
  assertStringIncludes(stdout, text);
}

e2e(
  "a missing sign-in opens the browser, and the token serves the AWS CLI",
  session,
  async ({ aws, home }) => {
    const result = await home.runOnTerminal(SHOW, [], { env: desktop(home) });
    assertShown(result, SHOWN);
    const [first = "", second, , url = ""] = result.stdout.split("\r\n");
    assertEquals(
      first,
      "assume-role: sign in to IAM Identity Center (corp): waiting for the browser; Ctrl-C cancels",
    );
    assertEquals(
      second,
      "If no page opens, open this URL in a browser of this machine:",
    );
    assertMatch(
      url,
      /^http:\/\/127\.0\.0\.1:\d+\/authorize\?response_type=code&client_id=client-1&redirect_uri=http%3A%2F%2F127\.0\.0\.1%3A\d+%2Foauth%2Fcallback&state=[0-9a-f-]{36}&code_challenge_method=S256&scopes=sso%3Aaccount%3Aaccess&code_challenge=[\w-]{43}$/,
    );
    assertEquals(aws.actions().slice(0, 4), [
      "RegisterClient",
      "Authorize",
      "CreateToken",
      "GetRoleCredentials",
    ]);
    assertEquals(aws.registrations, [{
      clientName: "botocore-client-corp",
      clientType: "public",
      grantTypes: ["authorization_code", "refresh_token"],
      issuerUrl: "https://example.awsapps.com/start",
      redirectUris: ["http://127.0.0.1/oauth/callback"],
      scopes: ["sso:account:access"],
    }]);
    const token = `.aws/sso/cache/${await hashOf("corp")}.json`;
    assertEquals(
      hideValues(home.readHome(token)),
      '{"startUrl": "https://example.awsapps.com/start", "region": "us-east-1", "accessToken": "access-", "expiresAt": "TIME", "clientId": "client-1", "clientSecret": "secret-", "registrationExpiresAt": "TIME", "refreshToken": "refresh-"}',
    );
    const registration = await hashOf(
      '{"region": "us-east-1", "scopes": null, "session_name": "corp", "startUrl": "https://example.awsapps.com/start", "tool": "botocore"}',
    );
    assertEquals(
      hideValues(home.readHome(`.aws/sso/cache/${registration}.json`)),
      '{"clientId": "client-1", "clientSecret": "secret-", "expiresAt": "TIME", "scopes": ["sso:account:access"], "grantTypes": ["authorization_code", "refresh_token"]}',
    );
    for (const name of [token, `.aws/sso/cache/${registration}.json`]) {
      assertEquals(
        Deno.statSync(join(home.path, name)).mode! & 0o777,
        0o600,
      );
    }
    assertEquals(
      Array.from(Deno.readDirSync(join(home.path, ".aws/sso/cache"))).length,
      2,
    );

    // The browser gets a page, not an argument with the state, and the page is removed.
    const [opened, , last] = visits(home);
    assertMatch(opened!.url, /\/assume-role-[\w-]+\/console\.html$/);
    assertEquals(last?.status, 200);
    assertMatch(last!.body, /You are signed in\. You can close this page\./);
    await eventually(() => !exists(dirname(opened!.url)));

    // A second sign-in uses the same registration.
    Deno.removeSync(join(home.path, token));
    home.removeCache();
    const again = await home.runOnTerminal(SHOW, [], { env: desktop(home) });
    assertShown(again, SHOWN);
    assertEquals(aws.count("RegisterClient"), 1);
  },
);

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}

e2e(
  "the browser opens the host of the sign-in's region, with FIPS and dual stack",
  { ...session, offline: true },
  async ({ home }) => {
    const rows = [
      ["us-east-1", {}, "oidc.us-east-1.amazonaws.com"],
      ["cn-north-1", {}, "oidc.cn-north-1.amazonaws.com.cn"],
      [
        "us-gov-west-1",
        { AWS_USE_DUALSTACK_ENDPOINT: "true", AWS_USE_FIPS_ENDPOINT: "true" },
        "oidc-fips.us-gov-west-1.api.aws",
      ],
      ["eusc-de-east-1", {}, "oidc.eusc-de-east-1.amazonaws.eu"],
    ] as const;
    for (const [region, variables, host] of rows) {
      home.writeHome(".aws/config", CONFIG.replace("us-east-1", region));
      // With a stored registration, there is no call before the browser opens.
      const name = await hashOf(
        `{"region": "${region}", "scopes": null, "session_name": "corp", "startUrl": "https://example.awsapps.com/start", "tool": "botocore"}`,
      );
      home.writeHome(
        `.aws/sso/cache/${name}.json`,
        '{"clientId": "c", "clientSecret": "s", "expiresAt": "2099-01-01T00:00:00Z", "scopes": [], "grantTypes": ["authorization_code"]}',
      );
      const { status, stdout } = await home.play(
        argv`${program()} ${SHOW.split(" ")}`,
        [["code_challenge=", "\x03", 0.5]],
        {
          env: { ...desktop(home, "none"), AWS_ENDPOINT_URL: "", ...variables },
        },
      );
      assertEquals(status, 130, stdout);
      assertStringIncludes(stdout, `\r\nhttps://${host}/authorize?`);
    }
  },
);

e2e(
  "sso_registration_scopes are requested, and name the registration's file",
  {
    ...session,
    home: homeWithBrowser(
      CONFIG +
        "sso_registration_scopes = sso:account:access , codecatalyst:*\n",
    ),
  },
  async ({ aws, home }) => {
    const env = desktop(home);
    assertShown(await home.runOnTerminal(SHOW, [], { env }), SHOWN);
    assertEquals(aws.registrations[0]?.scopes, [
      "sso:account:access",
      "codecatalyst:*",
    ]);
    const name = await hashOf(
      '{"region": "us-east-1", "scopes": ["sso:account:access", "codecatalyst:*"], "session_name": "corp", "startUrl": "https://example.awsapps.com/start", "tool": "botocore"}',
    );
    home.readHome(`.aws/sso/cache/${name}.json`);
  },
);

for (
  const [name, remote] of [
    ["over SSH", { SSH_CONNECTION: "10.0.0.1 50000 10.0.0.2 22" }],
    ["in a terminal of SSH", { SSH_TTY: "/dev/pts/1" }],
    ["in WSL", { WSL_DISTRO_NAME: "Ubuntu" }],
    ["without a desktop", { DISPLAY: "", BROWSER: "" }],
  ] as const
) {
  e2e(
    `${name}, a device code signs in, and no browser is opened`,
    session,
    async ({ aws, home }) => {
      const env = { ...desktop(home), ...remote };
      const [result] = await Promise.all([
        home.runOnTerminal(SHOW, [], { env }),
        confirmDevice(aws),
      ]);
      assertStringIncludes(
        result.stdout,
        [
          "assume-role: sign in to IAM Identity Center (corp): waiting for up to 10m; Ctrl-C cancels",
          "Open this page on any device, and check that it shows the code:",
          "",
          `  ${aws.url}/device?user_code=ABCD-0001`,
          "  code: ABCD-0001",
          "",
          "",
        ].join("\r\n"),
      );
      assertShown(result, SHOWN);
      assertEquals(aws.registrations, [{
        clientName: "botocore-client-corp",
        clientType: "public",
      }]);
      assertEquals(visits(home), []);
    },
  );
}

e2e(
  "a profile without sso_session signs in by a device code in the browser, as in the AWS CLI",
  legacy,
  async ({ aws, home }) => {
    const env = desktop(home);
    const result = await home.runOnTerminal(SHOW, [], { env });
    assertShown(result, SHOWN);
    assertStringIncludes(
      result.stdout,
      "(https://example.awsapps.com/start): waiting for up to 10m",
    );
    assertMatch(aws.registrations[0]!.clientName, /^botocore-client-\d{10}$/);
    assertEquals(aws.count("ConfirmDevice"), 1);
    const name = await hashOf("https://example.awsapps.com/start");
    assertMatch(
      hideValues(home.readHome(`.aws/sso/cache/${name}.json`)),
      /^\{"startUrl": .*"refreshToken": "refresh-"\}$/,
    );
  },
);

e2e(
  "if the browser cannot be opened, a device code signs in",
  session,
  async ({ aws, home }) => {
    const env = desktop(home, "fail");
    const [result] = await Promise.all([
      home.runOnTerminal(SHOW, [], { env }),
      confirmDevice(aws),
    ]);
    assertShown(result, SHOWN);
    assertMatch(
      result.stdout,
      /\r\nassume-role: Cannot open the browser: \S+ ended with status 3\r\n.*\r\n {2}code: ABCD-0001\r\n/s,
    );
  },
);

e2e(
  "a token that expired, that cannot be refreshed or that AWS refuses causes a sign-in",
  session,
  async ({ aws, home }) => {
    const hourMs = 3_600_000;
    const rows = [
      ["used", -hourMs],
      ["the-refresh-token", hourMs],
    ] as const;
    for (const [refreshToken, leftMs] of rows) {
      await saveSsoToken(home, "corp", Date.now() + leftMs, refreshToken);
      if (leftMs > 0) {
        aws.fail("GetRoleCredentials", {
          kind: "error",
          code: "UnauthorizedException",
          status: 401,
        }, 2);
      }
      const before = aws.count("Authorize");
      const result = await home.runOnTerminal(`-f ${SHOW}`, [], {
        env: desktop(home),
      });
      assertShown(result, SHOWN);
      assertEquals(aws.count("Authorize"), before + 1);
    }
  },
);

e2e(
  "--whoami and --format process sign in, and print nothing else on stdout",
  session,
  async ({ home }) => {
    const rows = [
      ["--profile reader --whoami", /^base_arn: \S+/],
      ["--profile reader -r admin --format process", /^\{"Version":1,|^\{\n/],
    ] as const;
    for (const [args, pattern] of rows) {
      home.removeCache();
      Deno.mkdirSync(join(home.path, ".aws/sso"), { recursive: true });
      Deno.removeSync(join(home.path, ".aws/sso"), { recursive: true });
      const result = await home.play(
        argv`sh -c ${'"$@" >out'} sh ${program()} ${args.split(" ")}`,
        [],
        { env: desktop(home) },
      );
      assertShown(result, "waiting for the browser");
      assertMatch(Deno.readTextFileSync(join(home.project, "out")), pattern);
    }
  },
);

e2e(
  "--explain, --list and --doctor never sign in",
  session,
  async ({ aws, home }) => {
    for (const own of ["-r admin --explain", "--list", "--doctor"]) {
      await home.runOnTerminal(`--profile reader ${own}`, [], {
        env: desktop(home),
      });
    }
    assertEquals(visits(home), []);
    assertEquals(aws.registrations, []);
  },
);

e2e(
  "without a terminal, in the background and with --no-input, the error has the command that signs in",
  session,
  async ({ aws, home }) => {
    const error =
      "Cannot find base credentials from the profile 'reader': the sign-in to IAM Identity Center is missing or has expired";
    const hint = `sign in with ${COMMAND}`;
    const env = desktop(home);
    const words = argv`${program()} ${SHOW.split(" ")}`;
    const alone = argv`python3 ${fixture("new_session.py")} ${words}`;
    assertFails(await home.exec(alone, { env }), { error, hint });
    const lines =
      `assume-role: error: ${error}\r\nassume-role: hint: ${hint}\r\n`;
    const forbidden = await home.runOnTerminal(`--no-input ${SHOW}`, [], {
      env,
    });
    assertEquals([forbidden.status, forbidden.stdout], [125, lines]);
    const background = await home.play(
      argv`bash -ic ${'"$@" & wait $!'} bash ${words}`,
      [],
      { env },
    );
    assertStringIncludes(background.stdout, lines);
    assertEquals(visits(home), []);
    assertEquals(aws.calls, []);
  },
);

e2e(
  "a denied sign-in is an error, in the browser and with a device code",
  session,
  async ({ aws, home }) => {
    const text =
      `assume-role: error: ${CANNOT}the sign-in was denied in the browser\r\nassume-role: hint: run the command again, or sign in with ${COMMAND}\r\n`;
    const env = desktop(home, "deny");
    const browser = await home.runOnTerminal(SHOW, [], { env });
    assertEquals(browser.status, 125);
    assertStringIncludes(browser.stdout, text);
    const { status, body } = visits(home).at(-1)!;
    assertEquals(status, 400);
    assertMatch(body, /The sign-in failed\. The terminal shows the reason\./);
    const [device] = await Promise.all([
      home.runOnTerminal(SHOW, [], { env: { ...env, SSH_TTY: "x" } }),
      confirmDevice(aws, "&deny=yes"),
    ]);
    assertEquals(device.status, 125);
    assertStringIncludes(device.stdout, text);
  },
);

e2e(
  "a device code that nobody confirms expires, by AWS's clock or by ours",
  {
    ...session,
    world: {
      ...SESSION_WORLD,
      portal: { ...SESSION_WORLD.portal!, deviceSeconds: 3 },
    },
  },
  async ({ aws, home }) => {
    const env = { ...desktop(home), SSH_TTY: "x" };
    const text =
      `assume-role: error: ${CANNOT}nobody confirmed the sign-in in time\r\nassume-role: hint: run the command again, or sign in with ${COMMAND}\r\n`;
    const ours = await home.runOnTerminal(SHOW, [], { env });
    assertStringIncludes(ours.stdout, text);
    assertStringIncludes(ours.stdout, "waiting for up to 3s;");
    aws.fail("CreateToken", {
      kind: "error",
      code: "ExpiredTokenException",
      status: 400,
    });
    const theirs = await home.runOnTerminal(SHOW, [], { env });
    assertStringIncludes(theirs.stdout, text);
    assertEquals([ours.status, theirs.status], [125, 125]);
  },
);

e2e(
  "if AWS asks to slow down, the pause between the calls grows by five seconds",
  session,
  async ({ aws, home }) => {
    aws.fail("CreateToken", {
      kind: "error",
      code: "SlowDownException",
      status: 400,
    });
    const times: number[] = [];
    aws.changeAnswers((action, answer) => {
      if (action === "CreateToken") times.push(performance.now());
      return Promise.resolve(answer);
    });
    const env = { ...desktop(home), SSH_TTY: "x" };
    const [result] = await Promise.all([
      home.runOnTerminal(SHOW, [], { env }),
      confirmDevice(aws),
    ]);
    assertShown(result, SHOWN);
    const [first = 0, second = 0] = times;
    assertEquals(second - first >= 5900, true, `${second - first} ms`);
  },
);

e2e(
  "Ctrl-C ends a sign-in with SIGINT at once, and leaves no page behind",
  session,
  async ({ home }) => {
    for (const remote of [{}, { SSH_TTY: "x" }]) {
      const env = { ...desktop(home, "none"), ...remote };
      const result = await home.play(
        argv`${program()} ${SHOW.split(" ")}`,
        [["Ctrl-C cancels", "\x03", 1]],
        { env },
      );
      assertEquals(result.status, 130, result.stdout);
      assertEquals(result.stdout.includes("error"), false, result.stdout);
    }
    const [opened] = visits(home);
    assertEquals(exists(dirname(opened!.url)), false);
  },
);

e2e(
  "the redirect server accepts only the right redirect, once, and shows no text of requests",
  session,
  async ({ aws, home }) => {
    const env = desktop(home, "meddle");
    assertShown(await home.runOnTerminal(SHOW, [], { env }), SHOWN);
    // The server may have ended before the last request, which repeats the redirect.
    const answers = visits(home).slice(2, -1);
    assertEquals(
      answers.map(({ status }) => status),
      [404, 400, 400, 400, 404, 404, 200],
    );
    for (const { status, body, headers } of answers) {
      assertEquals(body.includes("<script"), false);
      assertEquals(body.includes("code-"), false);
      assertEquals(headers["cache-control"], "no-store", `${status}`);
      assertMatch(
        headers["content-security-policy"] ?? "",
        /^default-src 'none';/,
      );
    }
    assertEquals(aws.count("CreateToken"), 1);
  },
);

e2e(
  "an address that cannot be reached, and refusals of AWS, are named",
  session,
  async ({ aws, home }) => {
    const env = desktop(home);
    const offline = await home.runOnTerminal(SHOW, [], {
      env: { ...env, AWS_ENDPOINT_URL_SSO_OIDC: NOBODY },
    });
    assertEquals(offline.status, 125);
    assertStringIncludes(
      offline.stdout,
      `assume-role: error: ${CANNOT}cannot reach IAM Identity Center in us-east-1`,
    );
    const rows = [
      ["RegisterClient", "InvalidScopeException", "sso_registration_scopes"],
      ["CreateToken", "InvalidGrantException", "the code of the sign-in"],
    ] as const;
    for (const [action, code, text] of rows) {
      aws.fail(action, { kind: "error", code, status: 400 });
      const result = await home.runOnTerminal(SHOW, [], { env });
      assertEquals(result.status, 125);
      assertMatch(result.stdout, new RegExp(`error: ${CANNOT}.*${text}`));
    }
  },
);

e2e(
  "a registration that AWS no longer accepts is removed, and the next run registers",
  session,
  async ({ aws, home }) => {
    const env = desktop(home);
    const fault = {
      kind: "error",
      code: "InvalidClientException",
      status: 401,
    } as const;
    aws.fail("CreateToken", fault);
    const refused = await home.runOnTerminal(SHOW, [], { env });
    assertEquals(refused.status, 125);
    assertStringIncludes(
      refused.stdout,
      `assume-role: error: ${CANNOT}AWS does not accept the stored registration of the client\r\nassume-role: hint: run the command again to register anew\r\n`,
    );
    assertShown(await home.runOnTerminal(SHOW, [], { env }), SHOWN);
    assertEquals(aws.registrations.length, 2);
  },
);

e2e(
  "a directory that cannot be written to is named before the browser opens",
  session,
  async ({ aws, home }) => {
    Deno.mkdirSync(join(home.path, ".aws/sso"));
    Deno.symlinkSync("none/x", join(home.path, ".aws/sso/cache"));
    const result = await home.runOnTerminal(SHOW, [], { env: desktop(home) });
    assertEquals(result.status, 125);
    assertMatch(
      result.stdout,
      /error: Cannot sign in to IAM Identity Center: cannot write to \S+\/\.aws\/sso\/cache: /,
    );
    assertEquals(aws.registrations, []);
  },
);

e2e(
  "root signs in for another user only if the directory of tokens exists, and for that user",
  { ...session, ignore: session.ignore || root.ignore },
  async ({ aws, home }) => {
    const env = desktop(home);
    await home.exec(argv`chown -R 12345:12346 ${home.path}`);
    const refused = await home.runOnTerminal(SHOW, [], { env });
    assertEquals(refused.status, 125);
    assertStringIncludes(
      refused.stdout,
      `${CANNOT}cannot write to ${home.path}/.aws/sso/cache: ${home.path}/.aws belongs to user 12345`,
    );
    assertEquals(aws.registrations, []);
    const directory = join(home.path, ".aws/sso/cache");
    await home.exec(argv`install -d -o 12345 -g 12346 ${directory}`);
    await home.exec(argv`chown -R 12345:12346 ${home.path}`);
    assertShown(await home.runOnTerminal(SHOW, [], { env }), SHOWN);
    for (const { name } of Deno.readDirSync(directory)) {
      const { uid, gid, mode } = Deno.statSync(join(directory, name));
      assertEquals([uid, gid, mode! & 0o777], [12345, 12346, 0o600], name);
    }
  },
);

e2e(
  "with -v, an error of AWS shows no secret of the sign-in",
  session,
  async ({ aws, home }) => {
    let sent = "";
    aws.changeAnswers((action, answer, { body }) => {
      if (action !== "CreateToken") return Promise.resolve(answer);
      sent = body;
      return Promise.resolve(Response.json(
        { message: `bad ${body}`, __type: "NewException" },
        { status: 400, headers: { "x-amzn-errortype": "NewException" } },
      ));
    });
    const { stdout, status } = await home.runOnTerminal(`-v ${SHOW}`, [], {
      env: desktop(home),
    });
    assertEquals(status, 125);
    const { clientSecret, code, codeVerifier } = JSON.parse(sent);
    for (const secret of [clientSecret, code, codeVerifier]) {
      assertEquals(stdout.includes(secret), false, stdout);
    }
    assertStringIncludes(stdout, "***");
  },
);

/** Starts runs for several roles, each on its own terminal, with stderr in a file. */
function runMany(home: TestHome, env: Record<string, string>) {
  return ["admin", "other", "third", "admin"].map(async (name, at) => {
    const args = argv`--profile reader -r ${name} true`;
    const { status } = await home.play(
      argv`sh -c ${'exec "$@" 2>"$0"'} notes${at} ${program()} ${args}`,
      [],
      { env },
    );
    return { status, stderr: home.noted(`notes${at}`) };
  });
}

/** Counts the runs of `runMany()` that said that they wait. */
function countWaiting(home: TestHome): number {
  return [0, 1, 2, 3].filter((at) =>
    /aiting for another assume-role/.test(home.noted(`notes${at}`))
  ).length;
}

e2e(
  "any number of processes that need one sign-in open one browser",
  session,
  async ({ aws, home }) => {
    for (
      const { status, stderr } of await Promise.all(
        runMany(home, desktop(home)),
      )
    ) {
      assertEquals(status, 0, stderr);
    }
    assertEquals(aws.count("Authorize"), 1);
    assertEquals(aws.registrations.length, 1);
  },
);

e2e(
  "if the user denies a sign-in, the processes that wait fail and open no browser",
  session,
  async ({ aws, home }) => {
    const { promise: until, resolve } = Promise.withResolvers<void>();
    aws.fail("Authorize", { kind: "hold", until });
    const running = runMany(home, desktop(home, "deny"));
    await eventually(() => countWaiting(home) === 3).finally(resolve);
    for (const { status, stderr } of await Promise.all(running)) {
      assertEquals(status, 125, stderr);
      assertStringIncludes(stderr, "the sign-in was denied in the browser");
    }
    assertEquals(aws.count("Authorize"), 1);
  },
);

e2e(
  "if the process that signs in is killed, a waiting process signs in and removes its page",
  session,
  async ({ aws, home }) => {
    const script = 'echo $$ >"$1"; shift; exec "$@"';
    const play = (pid: string, mode: string) =>
      home.play(
        argv`sh -c ${script} sh ${pid} ${program()} ${SHOW.split(" ")}`,
        [],
        { env: desktop(home, mode) },
      );
    const first = play("first", "none");
    await eventually(() => visits(home).length === 1);
    const second = play("second", "");
    await eventually(() => home.noted("second") !== "");
    await home.sh("kill -9 $(cat first)");
    assertEquals((await first).status, 137);
    assertShown(await second, SHOWN);
    assertEquals(aws.count("Authorize"), 1);
    assertEquals(visits(home).at(-1)?.status, 200);
    const [{ url = "" } = {}] = visits(home);
    assertEquals(exists(dirname(url)), false);
  },
);

/** A request to the endpoint of `--server`; prints the answer and its status. */
const REQUEST =
  'curl -s -m 30 -w "%{http_code}\\n" -H "Authorization: $AWS_CONTAINER_AUTHORIZATION_TOKEN" "$AWS_CONTAINER_CREDENTIALS_FULL_URI"';

for (
  const [name, redirection, sessionLife, answer, count] of [
    [
      "does not sign in if the command uses",
      "",
      6000,
      /missing or has expired/,
      1,
    ],
    [
      "signs in if the command does not use",
      "</dev/null >out 2>err",
      16_000,
      /^\{"AccessKeyId":"ASIA.*200\n$/,
      2,
    ],
  ] as const
) {
  e2e(
    `with --server, a refresh ${name} the terminal`,
    { ...session, aws: { sessionLife } },
    async ({ aws, home }) => {
      const token = join(
        home.path,
        `.aws/sso/cache/${await hashOf("corp")}.json`,
      );
      const command =
        `rm '${token}'; touch started; until [ -e go ]; do sleep 0.1; done; ${REQUEST} >answer; cat answer`;
      const running = home.play(
        argv`sh -c ${`"$@" ${redirection}`} sh ${program()} --profile reader -r admin --server sh -c ${command}`,
        [],
        { env: desktop(home) },
      );
      // Wait for the second sign-in and the new session, or until the session has expired.
      if (count === 1) {
        await eventually(() => exists(join(home.project, "started")));
        await delay(sessionLife + 1000);
      } else {
        const sessions = () => aws.count("AssumeRole");
        await eventually(() => sessions() > 0);
        const before = sessions();
        await eventually(() => sessions() > before);
      }
      home.write("go", "");
      const result = await running;
      assertEquals(result.status, 0, result.stdout);
      assertMatch(
        Deno.readTextFileSync(join(home.project, "answer")),
        answer,
      );
      assertEquals(aws.count("Authorize"), count);
    },
  );
}
