import { assertEquals, assertThrows } from "@std/assert";
import { AssumeRoleError } from "../../lib/errors.ts";
import { parseMessage } from "../../lib/sandbox/check_message.ts";

/** A request as the SDK makes it. */
const REQUEST = {
  request: 1,
  method: "POST",
  url: "https://sts.us-east-1.amazonaws.com/",
  headers: [
    ["amz-sdk-invocation-id", "0e3f0a3c-6d0b-4b5c-9d2e-0a1b2c3d4e5f"],
    ["amz-sdk-request", "attempt=1; max=3"],
    [
      "authorization",
      "AWS4-HMAC-SHA256 Credential=AKIA1/20260101/us-east-1/sts/aws4_request, SignedHeaders=host, Signature=0",
    ],
    ["content-length", "43"],
    ["content-type", "application/x-www-form-urlencoded"],
    ["host", "sts.us-east-1.amazonaws.com"],
    ["user-agent", "assume-role"],
    ["x-amz-content-sha256", "ab821ae955788b0e33ebd34c208442ccfc2d406e"],
    ["x-amz-date", "20260101T000000Z"],
    ["x-amz-security-token", "IQoJb3JpZ2luX2VjE//////////wEaCXVzLWVhc3QtMSJ=="],
    ["x-amz-user-agent", "assume-role"],
  ],
  body: "Action=GetCallerIdentity&Version=2011-06-15",
};

Deno.test("a request of the SDK is accepted, and only its known values are copied", () => {
  assertEquals(parseMessage({ ...REQUEST, other: 1 }), REQUEST);
});

Deno.test("a request that the SDK cannot have made is refused", () => {
  const header = (...header: unknown[]) => ({
    headers: [...REQUEST.headers, header],
  });
  const cases: readonly Readonly<Record<string, unknown>>[] = [
    { request: "1" },
    { method: "GET" },
    { method: "PUT" },
    { method: 7 },
    { url: "sts.us-east-1.amazonaws.com" },
    { url: { toString: 1 } },
    { url: `${REQUEST.url}${"x".repeat(20_000)}` },
    { body: undefined },
    { body: { a: 1 } },
    { body: "x".repeat((1 << 20) + 1) },
    { headers: undefined },
    { headers: {} },
    { headers: [["authorization"]] },
    { headers: ["authorization"] },
    { headers: new Array(51).fill(["x-amz-date", "1"]) },
    header("host", "example.com"),
    header("Host", "sts.us-east-1.amazonaws.com"),
    header("proxy-authorization", "x"),
    header("transfer-encoding", "chunked"),
    header("connection", "upgrade"),
    header("cookie", "x"),
    header("x-amz-date", "1\r\nhost: example.com"),
    header("x-amz-date", 7),
    header("x-amz-date\n", "1"),
    header("user-agent", "\u00e9"),
    header("x-amz-security-token", "x".repeat(40_001)),
  ];
  for (const change of cases) {
    assertThrows(
      () => parseMessage({ ...REQUEST, ...change }),
      AssumeRoleError,
      "unexpected message",
      JSON.stringify(change).slice(0, 100),
    );
  }
});
