/** Compares the files of refreshed sign-ins with those that the AWS CLI and botocore write. */
import { assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path/join";
import { formatToken } from "../../lib/aws/sign_in_token.ts";
import {
  argv,
  FakeAws,
  fixture,
  portalRoleArn,
  role,
  TestHome,
  WORLD,
} from "../mod.ts";

const ASSIGNMENT = { accountId: "111111111111", roleName: "Reader" };

/** Hides the values of a token's file that differ from run to run. */
function hideValues(text: string): string {
  return text.replace(/(access|refresh)-[0-9a-f-]{36}/g, "$1-")
    .replace(/("expiresAt": ")[^"]+(Z")/, "$1$2");
}

/** Refreshes an expired token of IAM Identity Center; returns the file's text and mode. */
async function refreshSso(
  program: (home: TestHome) => Promise<unknown>,
): Promise<readonly [string, number]> {
  await using aws = new FakeAws({
    ...WORLD,
    roles: [role("admin", { trusts: [portalRoleArn(ASSIGNMENT)] })],
    portal: {
      userName: "alice",
      token: "old",
      refreshToken: "first",
      assignments: [ASSIGNMENT],
    },
  });
  await using home = new TestHome(aws);
  home.writeHome(
    ".aws/config",
    "[profile x]\nsso_session = my corp\nsso_account_id = 111111111111\nsso_role_name = Reader\n[sso-session 'my corp']\nsso_region = us-east-1\nsso_start_url = https://x/ü\n",
  );
  const hash = await crypto.subtle.digest(
    "SHA-1",
    new TextEncoder().encode("my corp"),
  );
  const path = `.aws/sso/cache/${new Uint8Array(hash).toHex()}.json`;
  home.writeHome(
    path,
    JSON.stringify({
      startUrl: "https://x/ü",
      region: "us-east-1",
      accessToken: "old",
      expiresAt: "2020-01-01T00:00:00Z",
      clientId: "client",
      clientSecret: "secret",
      registrationExpiresAt: "2099-01-01T00:00:00Z",
      refreshToken: "first",
    }),
  );
  await program(home);
  assertEquals(aws.count("CreateToken"), 1);
  return [home.readHome(path), Deno.statSync(join(home.path, path)).mode!];
}

Deno.test("a refreshed token of IAM Identity Center is in the file that the AWS CLI would write", async () => {
  const env = { AWS_REGION: "us-east-1", AWS_DEFAULT_REGION: "us-east-1" };
  const [expected, mode] = await refreshSso((home) =>
    home.exec(argv`aws sts get-caller-identity --profile x`, { env })
  );
  const [found, foundMode] = await refreshSso((home) =>
    home.run("--profile x -r admin true")
  );
  assertMatch(expected, /^\{"startUrl": "https:\/\/x\/\\u00fc"/);
  assertEquals(hideValues(found), hideValues(expected));
  assertEquals(foundMode, mode);
});

Deno.test("a refreshed token of aws login is in the file that botocore would write", async () => {
  await using home = new TestHome();
  const session = "arn:aws:iam::111111111111:user/ü";
  const hash = await crypto.subtle.digest(
    "SHA-256",
    new TextEncoder().encode(session),
  );
  const path = `tokens/${new Uint8Array(hash).toHex()}.json`;
  const token = {
    accessToken: {
      accessKeyId: "ASIAOLD",
      secretAccessKey: "old",
      sessionToken: "old",
      accountId: "111111111111",
      expiresAt: "2020-01-01T00:00:00Z",
    },
    tokenType: "aws_sigv4",
    clientId: "client",
    refreshToken: "first",
    idToken: "ü",
    dpopKey:
      "-----BEGIN EC PRIVATE KEY-----\nx\n-----END EC PRIVATE KEY-----\n",
  };
  home.writeHome(path, JSON.stringify(token));
  const { status, stderr } = await home.exec(
    argv`python3 ${fixture("refresh_login.py")} ${session}`,
    { env: { AWS_LOGIN_CACHE_DIRECTORY: join(home.path, "tokens") } },
  );
  assertEquals(status, 0, stderr);
  // The AWS SDK keeps the order of the old token.
  const refreshed = {
    ...token,
    accessToken: {
      ...token.accessToken,
      accessKeyId: "ASIANEW",
      secretAccessKey: "new-secret",
      sessionToken: "new-token",
      expiresAt: "2030-01-01T00:00:00.123Z",
    },
    refreshToken: "refresh-1",
  };
  const found = formatToken("login", JSON.stringify(refreshed, null, 2));
  assertEquals(hideValues(found ?? ""), hideValues(home.readHome(path)));
});
