import { AssumeRoleCommand } from "@aws-sdk/client-sts";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path/join";
import { role, sts } from "./clients.ts";
import { FakeAws } from "./server.ts";
import { portalRoleArn, type World } from "./world.ts";

const ASSIGNMENT = { accountId: "111111111111", roleName: "Reader" };
const WORLD: World = {
  users: [],
  roles: [role("next", { trusts: [portalRoleArn(ASSIGNMENT)] })],
  portal: {
    userName: "alice@example.com",
    token: "the-portal-token",
    assignments: [ASSIGNMENT],
  },
  instance: { roleArn: role("machines/worker").arn },
  container: { roleArn: role("task").arn, authorizationToken: "a token" },
};
const METADATA = "/latest/meta-data/iam/security-credentials/";
const NO_METADATA = { AWS_EC2_METADATA_DISABLED: "true" };

/** Runs the AWS SDK in a separate process and returns the credentials that it finds. */
async function sdkCredentials(env: Record<string, string>) {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "-A",
      "--no-prompt",
      join(import.meta.dirname!, "sdk_credentials.ts"),
    ],
    env: { HOME: "/nonexistent", ...env, DENO_DIR: await denoDirectory() },
    clearEnv: true,
  }).output();
  const text = new TextDecoder();
  assert(success, text.decode(stderr));
  return JSON.parse(text.decode(stdout));
}

/** Writes a profile of IAM Identity Center and the token of `aws sso login`. */
async function writePortalFiles(home: string): Promise<void> {
  const cache = join(home, ".aws", "sso", "cache");
  await Deno.mkdir(cache, { recursive: true });
  await Deno.writeTextFile(
    join(home, ".aws", "config"),
    "[profile reader]\nsso_session = work\nsso_account_id = 111111111111\nsso_role_name = Reader\n" +
      "[sso-session work]\nsso_region = us-east-1\nsso_start_url = https://example.awsapps.com/start\n",
  );
  const name = await crypto.subtle.digest(
    "SHA-1",
    new TextEncoder().encode("work"),
  );
  await Deno.writeTextFile(
    join(cache, `${new Uint8Array(name).toHex()}.json`),
    JSON.stringify({
      accessToken: WORLD.portal?.token,
      expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
    }),
  );
}

/**
 * Returns Deno's cache directory, so that a process with another home can use the same
 * cache.
 */
async function denoDirectory(): Promise<string> {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json"],
  }).output();
  return JSON.parse(new TextDecoder().decode(stdout)).denoDir;
}

async function status(response: Promise<Response>): Promise<number> {
  const { status, body } = await response;
  await body?.cancel();
  return status;
}

Deno.test("the portal returns the session of a permission set", async () => {
  await using aws = new FakeAws(WORLD);
  const query = new URLSearchParams({
    role_name: ASSIGNMENT.roleName,
    account_id: ASSIGNMENT.accountId,
  });
  const url = `${aws.url}/federation/credentials?${query}`;
  const response = await fetch(url, {
    headers: { "x-amz-sso_bearer_token": "the-portal-token" },
  });
  const { roleCredentials } = await response.json();
  const { accessKeyId, secretAccessKey, sessionToken, expiration } =
    roleCredentials;
  assert(Math.abs(expiration - Date.now() - 3_600_000) < 5000);
  const session = aws.sessionOf(accessKeyId);
  assertEquals(
    session?.arn,
    "arn:aws:sts::111111111111:assumed-role/AWSReservedSSO_Reader_0123456789abcdef/alice@example.com",
  );
  const { Credentials } = await sts(aws, {
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
    SessionToken: sessionToken,
  }).send(
    new AssumeRoleCommand({
      RoleArn: role("next").arn,
      RoleSessionName: "alice",
    }),
  );
  assert(Credentials);
  assertEquals(aws.count("GetRoleCredentials"), 1);
});

Deno.test("the portal refuses invalid tokens", async () => {
  const portal = { ...WORLD.portal!, expiration: Date.now() - 1 };
  await using aws = new FakeAws(WORLD);
  await using later = new FakeAws({ ...WORLD, portal });
  const cases = [
    [aws, "another", "Reader", 401, "UnauthorizedException"],
    [later, "the-portal-token", "Reader", 401, "UnauthorizedException"],
    [aws, "the-portal-token", "Admin", 403, "ForbiddenException"],
    [aws, "the-portal-token", "", 400, "InvalidRequestException"],
  ] as const;
  for (const [{ url }, token, name, status, type] of cases) {
    const response = await fetch(
      `${url}/federation/credentials?role_name=${name}&account_id=111111111111`,
      { headers: { "x-amz-sso_bearer_token": token } },
    );
    assertStringIncludes(await response.text(), `"${type}"`);
    assertEquals([response.status, response.headers.get("x-amzn-errortype")], [
      status,
      type,
    ]);
  }
});

Deno.test("the AWS SDK gets credentials from the portal", async () => {
  await using aws = new FakeAws(WORLD);
  const home = await Deno.makeTempDir();
  try {
    await writePortalFiles(home);
    const { accessKeyId } = await sdkCredentials({
      ...NO_METADATA,
      HOME: home,
      AWS_PROFILE: "reader",
      AWS_ENDPOINT_URL: aws.url,
    });
    assertEquals(
      aws.sessionOf(accessKeyId)?.roleArn,
      portalRoleArn(ASSIGNMENT),
    );
  } finally {
    await Deno.remove(home, { recursive: true });
  }
});

Deno.test("the AWS SDK gets credentials from the instance metadata", async () => {
  await using aws = new FakeAws(WORLD);
  const { accessKeyId, expiration } = await sdkCredentials({
    AWS_EC2_METADATA_SERVICE_ENDPOINT: aws.url,
  });
  const session = aws.sessionOf(accessKeyId);
  assertEquals([session?.arn, session?.expiration], [
    "arn:aws:sts::111111111111:assumed-role/worker/i-0fa4e000000000001",
    expiration,
  ]);
  assertEquals(aws.calls.map((call) => call.action), [
    "GetMetadataToken",
    "GetInstanceRole",
    "GetInstanceCredentials",
  ]);
});

Deno.test("the instance metadata refuses requests for unknown roles and requests without a token", async () => {
  await using aws = new FakeAws(WORLD);
  await using bare = new FakeAws({ users: [], roles: [] });
  const tokenUrl = "/latest/api/token";
  const put = (seconds: string) => ({
    method: "PUT",
    headers: { "x-aws-ec2-metadata-token-ttl-seconds": seconds },
  });
  assertEquals(await status(fetch(aws.url + METADATA)), 401);
  assertEquals(await status(fetch(`${aws.url}${METADATA}worker`)), 401);
  assertEquals(await status(fetch(aws.url + tokenUrl, put("0"))), 400);
  assertEquals(
    await status(fetch(aws.url + tokenUrl, { method: "PUT" })),
    400,
  );
  for (const { url } of [aws, bare]) {
    const token = await (await fetch(url + tokenUrl, put("60"))).text();
    const headers = { "x-aws-ec2-metadata-token": token };
    const other = fetch(`${url}${METADATA}other`, { headers });
    assertEquals(await status(other), 404);
    const list = fetch(url + METADATA, { headers });
    assertEquals(await status(list), url === aws.url ? 200 : 404);
  }
});

Deno.test("the AWS SDK gets credentials from the container endpoint", async () => {
  await using aws = new FakeAws(WORLD);
  const { accessKeyId } = await sdkCredentials({
    ...NO_METADATA,
    AWS_CONTAINER_CREDENTIALS_FULL_URI: `${aws.url}/container/credentials`,
    AWS_CONTAINER_AUTHORIZATION_TOKEN: "a token",
  });
  assertEquals(aws.sessionOf(accessKeyId)?.roleArn, role("task").arn);
});

Deno.test("the container endpoint refuses requests without the token", async () => {
  await using aws = new FakeAws(WORLD);
  const url = `${aws.url}/container/credentials`;
  assertEquals(await status(fetch(url)), 401);
  const headers = { authorization: "another" };
  assertEquals(await status(fetch(url, { headers })), 401);
});

Deno.test("fail() also works for endpoints other than STS and IAM", async () => {
  await using aws = new FakeAws(WORLD);
  aws.fail("GetContainerCredentials", {
    kind: "error",
    code: "InternalError",
    status: 500,
  });
  const url = `${aws.url}/container/credentials`;
  const headers = { authorization: "a token" };
  const response = await fetch(url, { headers });
  assertEquals([response.status, await response.json()], [
    500,
    { message: "InternalError", __type: "InternalError" },
  ]);
  assertEquals(await status(fetch(url, { headers })), 200);
});
