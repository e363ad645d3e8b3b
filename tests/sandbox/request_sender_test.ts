/** The requests of a worker, from the worker to AWS and back. */
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { createAwsClient } from "../../lib/aws/client.ts";
import type { ConnectionSettings } from "../../lib/aws/sdk_interface.ts";
import { AssumeRoleError, ConfigError } from "../../lib/errors.ts";
import { parseMessage } from "../../lib/sandbox/check_message.ts";
import { RemoteFetch } from "../../lib/sandbox/remote_fetch.ts";
import { RequestSender } from "../../lib/sandbox/request_sender.ts";
import type { SdkAnswer, SdkRequest } from "../../lib/sandbox/rpc.ts";
import { ADMIN_ARN, ALICE, ALICE_ARN, FakeAws, WORLD } from "../mod.ts";

/** The settings of a connection to an emulator. */
function settingsOf(url: string): ConnectionSettings {
  const { accessKeyId, secretAccessKey } = ALICE;
  return {
    partition: "aws",
    region: "us-east-1",
    sts: url,
    iam: url,
    useFips: false,
    useDualstack: false,
    credentials: { accessKeyId, secretAccessKey },
  };
}

/** Connects a worker's `fetch` to a sender; each message is JSON, as between threads. */
function connect(
  sender: Pick<RequestSender, "send">,
): { readonly fetch: typeof fetch; readonly sent: SdkRequest[] } {
  const sent: SdkRequest[] = [];
  const remote = new RemoteFetch(async (message) => {
    const request = parseMessage(JSON.parse(JSON.stringify(message)));
    sent.push(request as SdkRequest);
    const answer = await sender.send(request as SdkRequest);
    remote.receive(JSON.parse(JSON.stringify(answer)) as SdkAnswer);
  });
  return { fetch: remote.fetch, sent };
}

const REQUEST: SdkRequest = {
  request: 1,
  method: "POST",
  url: "http://127.0.0.1/",
  headers: [["content-type", "application/x-www-form-urlencoded"]],
  body: "Action=GetCallerIdentity",
};

/** Creates a client of AWS whose requests go through a sender, as in a worker. */
function createRemoteClient(service: "sts" | "iam", { url }: FakeAws) {
  const settings = settingsOf(url);
  const { fetch, sent } = connect(new RequestSender(service, settings));
  const client = createAwsClient({ ...settings, fetch, now: Date.now });
  return { client, sent };
}

Deno.test("the SDK's requests to STS reach AWS, and the answers and errors return", async () => {
  await using aws = new FakeAws(WORLD);
  const { client, sent } = createRemoteClient("sts", aws);
  assertEquals((await client.getCallerIdentity()).arn, ALICE_ARN);
  const input = {
    roleArn: ADMIN_ARN,
    roleSessionName: "alice",
    durationSeconds: 3600,
  };
  const tags = { Project: "é+= @/" };
  await client.assumeRole({ ...input, tags });
  assertEquals(aws.calls.at(-1)!.params["Tags.member.1.Value"], tags.Project);
  const roleArn = `${ADMIN_ARN}-unknown`;
  const refused = await client.assumeRole({ ...input, roleArn })
    .catch((error) => error);
  assertEquals(refused.code, "AccessDenied");
  assertEquals(sent.map(({ url }) => url), sent.map(() => `${aws.url}/`));
});

Deno.test("the SDK's requests to IAM reach AWS, and the answers return", async () => {
  await using aws = new FakeAws(WORLD);
  const { client, sent } = createRemoteClient("iam", aws);
  assertEquals(await client.getUserName(), "alice");
  assertEquals(sent.length, 1);
});

Deno.test("a request to another host, port, scheme or service is refused", async () => {
  const settings = settingsOf("http://127.0.0.1:4566/path");
  const { sts: _sts, iam: _iam, ...real } = settings;
  const cases:
    readonly (readonly [ConnectionSettings, "sts" | "iam", string])[] = [
      [settings, "sts", "http://127.0.0.1:4567/path"],
      [settings, "sts", "https://127.0.0.1:4566/path"],
      [settings, "sts", "http://localhost:4566/path"],
      [settings, "sts", "http://127.0.0.1:4566@example.com/"],
      [real, "sts", "http://sts.us-east-1.amazonaws.com/"],
      [real, "sts", "https://sts.us-east-1.amazonaws.com:8443/"],
      [real, "sts", "https://sts.us-east-2.amazonaws.com/"],
      [real, "sts", "https://iam.amazonaws.com/"],
      [real, "sts", "https://sts.us-east-1.amazonaws.com.example.com/"],
      [real, "iam", "https://sts.us-east-1.amazonaws.com/"],
      [real, "sts", "file:///etc/passwd"],
      [real, "sts", "data:,x"],
    ];
  for (const [settings, service, url] of cases) {
    await assertRejects(
      () => new RequestSender(service, settings).send({ ...REQUEST, url }),
      AssumeRoleError,
      "unexpected message",
      url,
    );
  }
});

Deno.test("a sender for a host that this process may not call is an error", {
  permissions: { net: ["sts.us-east-1.amazonaws.com"] },
}, () => {
  const { sts: _sts, iam: _iam, ...real } = settingsOf("http://127.0.0.1");
  const settings = { ...real, region: "us-east-2" };
  assertThrows(() => new RequestSender("sts", settings), ConfigError);
});

Deno.test("the errors of a request keep the names and texts by which attempts are repeated", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const url = `http://127.0.0.1:${listener.addr.port}`;
  listener.close();
  const settings = settingsOf(url);
  const direct = await fetch(url).catch((error) => error);
  const { fetch: remote } = connect(new RequestSender("sts", settings));
  const error = await remote(url, { method: "POST", body: "a" })
    .catch((error) => error);
  assert(error instanceof Error);
  assertEquals(error.name, direct.name);
  assert(/\(Connect\)/.test(error.message), error.message);
});

Deno.test("a redirect is an answer, and is not followed", async () => {
  const calls: string[] = [];
  const redirect = (request: Request): Response => {
    calls.push(request.url);
    return Response.redirect(new URL("/other", request.url));
  };
  await using server = Deno.serve({ port: 0, onListen() {} }, redirect);
  const url = `http://127.0.0.1:${server.addr.port}`;
  const sender = new RequestSender("sts", settingsOf(url));
  const { result } = await sender.send({ ...REQUEST, url });
  assertEquals("status" in result && result.status, 302);
  assertEquals(calls, [`${url}/`]);
});

Deno.test("stop() ends a request without an answer; an aborted fetch() rejects at once", async () => {
  const waiting = Promise.withResolvers<Response>();
  const started = Promise.withResolvers<void>();
  await using server = Deno.serve({ port: 0, onListen() {} }, () => {
    started.resolve();
    return waiting.promise;
  });
  // The server ends only after its requests.
  using _answer = { [Symbol.dispose]: () => waiting.resolve(new Response()) };
  const url = `http://127.0.0.1:${server.addr.port}`;
  const sender = new RequestSender("sts", settingsOf(url));
  const { fetch: remote } = connect(sender);
  const abort = new AbortController();
  const fetched = remote(url, {
    method: "POST",
    body: "a",
    signal: abort.signal,
  });
  const answer = sender.send({ ...REQUEST, url });
  await started.promise;
  abort.abort(new Error("too late"));
  await assertRejects(() => fetched, Error, "too late");
  sender.stop();
  assert("error" in (await answer).result);
});

Deno.test("stop() closes the HTTP client of a sender with CA certificates", {
  sanitizeResources: true,
}, () => {
  const settings = { ...settingsOf("http://127.0.0.1"), caCertificates: [] };
  const sender = new RequestSender("sts", settings);
  sender.stop(); // otherwise, Deno reports the client as a leak
  sender.stop();
});
