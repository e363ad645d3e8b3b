import { assertEquals, assertRejects } from "@std/assert";
import type { Fetch } from "../../lib/aws/fetch.ts";
import { getSigninToken } from "../../lib/aws/signin.ts";
import { AwsError } from "../../lib/errors.ts";

const FEDERATION = "https://signin.aws.amazon.com/federation";
const SESSION = {
  accessKeyId: "ASIA1",
  secretAccessKey: "the secret",
  sessionToken: "the token",
};

/** A client with a fetch function; retries follow at once. */
const withFetch = (fetch: Fetch) => ({ fetch, now: Date.now, random: () => 0 });

const answering = (text: string, status = 200): Fetch => () =>
  Promise.resolve(new Response(text, { status }));

Deno.test("getSigninToken() sends the credentials in the body, without a duration", async () => {
  const seen: [string, string, [string, string][]][] = [];
  const fetch: Fetch = async (input, init) => {
    const request = new Request(input, init);
    const params = [...new URLSearchParams(await request.text())];
    seen.push([request.method, request.url, params as [string, string][]]);
    return Response.json({ SigninToken: "signs in" });
  };
  assertEquals(
    await getSigninToken(FEDERATION, SESSION, withFetch(fetch)),
    "signs in",
  );
  const session =
    '{"sessionId":"ASIA1","sessionKey":"the secret","sessionToken":"the token"}';
  assertEquals(seen, [["POST", FEDERATION, [
    ["Action", "getSigninToken"],
    ["SessionType", "json"],
    ["Session", session],
  ]]]);
});

Deno.test("if the sign-in fails, getSigninToken() throws an error whose message is one line without secrets", async () => {
  const cut: Fetch = () =>
    Promise.reject(new Error("connection reset: the secret, the token"));
  const cases: readonly (readonly [Fetch, string])[] = [
    [answering("the secret", 400), "AWS does not accept the session"],
    [
      answering("", 503),
      "signin.aws.amazon.com answered HTTP status 503 (3 attempts)",
    ],
    [
      answering("", 302),
      "signin.aws.amazon.com answered HTTP status 302",
    ],
    [
      answering("<html>the token"),
      "cannot read the answer of signin.aws.amazon.com (3 attempts)",
    ],
    [
      answering('{"SigninToken":""}'),
      "cannot read the answer of signin.aws.amazon.com (3 attempts)",
    ],
    [cut, "the connection to signin.aws.amazon.com was lost (3 attempts)"],
  ];
  for (const [fetch, reason] of cases) {
    const error = await assertRejects(
      () => getSigninToken(FEDERATION, SESSION, withFetch(fetch)),
      AwsError,
    );
    assertEquals(error.message, `Cannot sign in to the console: ${reason}`);
    assertEquals(error.hint !== undefined, true);
    assertEquals(/the (?:secret|token)/.test(String(error.cause)), false);
  }
});
