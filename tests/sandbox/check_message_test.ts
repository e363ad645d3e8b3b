import { assertEquals, assertThrows } from "@std/assert";
import { parseMessage, parseOutput } from "../../lib/sandbox/check_message.ts";
import type { Call } from "../../lib/sandbox/rpc.ts";
import { AssumeRoleError } from "../../lib/errors.ts";

const SESSION = {
  accessKeyId: "ASIAIOSFODNN7EXAMPLE",
  secretAccessKey: "a/b+c=",
  sessionToken: "IQoJb3JpZ2luX2VjE//////////wEaCXVzLWVhc3QtMSJ==",
  expiration: 1_800_000_000_000,
  clockOffset: -5000,
};
const ROLE_SESSION = {
  ...SESSION,
  assumedRoleArn: "arn:aws-us-gov:sts::111111111111:assumed-role/admin/a@b.c",
};
const IDENTITY = {
  arn: "arn:aws:iam::111111111111:user/path/alice",
  accountId: "111111111111",
};
const CLIENT = {
  clientId: "_yzkThXVzLWVhc3QtMQEXAMPLE",
  clientSecret: "VERYLONGSECRETeyJraWQiOiJrZXktMTU2NDAyODA5OSJ9",
  expiration: 1_800_000_000_000,
};
const AUTHORIZATION = {
  deviceCode: "yJraWQiOiJrZXktMTU2NDAyODA5OSIsIm",
  userCode: "makdfsk-83yJraWQi",
  verificationUri: "https://device.sso.us-gov-west-1.amazonaws.com/",
  verificationUriComplete:
    "https://example.awsapps.com/start/#/device?user_code=ABCD-EFGH",
  expiresInSeconds: 600,
  intervalSeconds: 1,
};
const TOKEN = {
  accessToken: "aoal-YigITUDiNX1xZwOMXM5MxOWDL0E",
  expiresInSeconds: 28_800,
};
const BASE = { accessKeyId: "AKIA1", secretAccessKey: "secret" };

Deno.test("the values that AWS returns are accepted", () => {
  const cases: readonly (readonly [Call["method"], unknown])[] = [
    ["getCallerIdentity", IDENTITY],
    ["assumeRole", ROLE_SESSION],
    ["assumeRoleWithWebIdentity", ROLE_SESSION],
    ["getSessionToken", SESSION],
    ["listMfaDevices", ["arn:aws:iam::111111111111:mfa/alice", "GAHT12345678"]],
    ["listMfaDevices", []],
    ["getUserName", "alice@example.com"],
    ["findBase", BASE],
    ["findBase", { ...BASE, sessionToken: "t", expiration: 1 }],
    ["findOrigin", "https://oidc.eusc-de-east-1.amazonaws.eu"],
    ["findOrigin", "http://127.0.0.1:4566"],
    ["findOrigin", "http://[::1]:4566"],
    ["registerClient", CLIENT],
    ["startDeviceAuthorization", AUTHORIZATION],
    ["createToken", TOKEN],
    ["createToken", {
      ...TOKEN,
      refreshToken: "aorvJYubGpU6i91YnH7Mfo-AT2fIVa1zCfA",
    }],
  ];
  for (const [method, output] of cases) {
    assertEquals<unknown>(parseOutput(method, output), output);
  }
});

Deno.test("unknown values of an answer are left out", () => {
  const output = { ...IDENTITY, roleArn: "x", toString: 1 };
  assertEquals<unknown>(parseOutput("getCallerIdentity", output), IDENTITY);
});

/** Texts that a shell, a file or an HTTP header could misread, and texts that are no text. */
const ODD_TEXTS = [
  undefined,
  null,
  7,
  {},
  ["a"],
  "",
  "a b",
  "a\r\nset X=1",
  "a\n",
  "\ta",
  "a\0",
  "a\x1b[31m",
  "a\x7f",
  "a\x85",
  "a\u00a0",
  "a\u2028b",
  "\u201ca\u201d",
  "\u2018a\u2019",
  "a\u202eb",
  "\ud800",
  "\u00e9",
  "x".repeat(20_001),
];
const ODD_NUMBERS = [
  undefined,
  null,
  "7",
  "soon",
  NaN,
  Infinity,
  -Infinity,
  1.5,
  8.64e15,
  1e300,
  new Date(0),
];

Deno.test("an answer with an odd value is refused, and the value is not shown", () => {
  const cases: readonly (readonly [Call["method"], object])[] = [
    ["getCallerIdentity", IDENTITY],
    ["assumeRole", ROLE_SESSION],
    ["assumeRoleWithWebIdentity", ROLE_SESSION],
    ["getSessionToken", SESSION],
    ["registerClient", CLIENT],
    ["startDeviceAuthorization", AUTHORIZATION],
    ["createToken", TOKEN],
  ];
  for (const [method, output] of cases) {
    for (const [name, value] of Object.entries(output)) {
      const odd = typeof value === "string" ? ODD_TEXTS : ODD_NUMBERS;
      for (const wrong of odd) {
        const { message } = assertThrows(
          () => parseOutput(method, { ...output, [name]: wrong }),
          AssumeRoleError,
        );
        assertEquals(
          message,
          `Cannot trust the AWS SDK: the answer of the AWS SDK has no valid ${name}`,
        );
      }
    }
    for (const wrong of [undefined, null, 1, "x", [], {}]) {
      assertThrows(() => parseOutput(method, wrong), AssumeRoleError);
    }
  }
});

Deno.test("base credentials of another type are refused", () => {
  for (const name of ["accessKeyId", "secretAccessKey", "sessionToken"]) {
    for (const wrong of [null, 7, {}, [], "", "x".repeat(20_001)]) {
      const output = { ...BASE, [name]: wrong };
      assertThrows(() => parseOutput("findBase", output), AssumeRoleError);
    }
  }
  for (const expiration of ODD_NUMBERS.slice(1)) {
    const output = { ...BASE, expiration };
    assertThrows(() => parseOutput("findBase", output), AssumeRoleError);
  }
});

Deno.test("a page that is not on https or on loopback is refused", () => {
  const pages = [
    ...ODD_TEXTS,
    "javascript:alert(1)",
    "file:///etc/passwd",
    "http://example.com/",
    "http://127.0.0.1.example.com/",
    "http://localhost@example.com/",
    "https://user@example.com/",
    "https://",
    "https://example.com\\@b",
    "https://a.example/ x",
    `https://example.com/${"x".repeat(2001)}`,
  ];
  for (const page of pages) {
    assertThrows(() => parseOutput("findOrigin", page), AssumeRoleError);
    for (const name of ["verificationUri", "verificationUriComplete"]) {
      const output = { ...AUTHORIZATION, [name]: page };
      assertThrows(
        () => parseOutput("startDeviceAuthorization", output),
        AssumeRoleError,
      );
    }
  }
  for (const userCode of ["a/b", "a=b", "x".repeat(65)]) {
    const output = { ...AUTHORIZATION, userCode };
    assertThrows(
      () => parseOutput("startDeviceAuthorization", output),
      AssumeRoleError,
    );
  }
  for (const refreshToken of ODD_TEXTS.slice(1)) {
    const output = { ...TOKEN, refreshToken };
    assertThrows(() => parseOutput("createToken", output), AssumeRoleError);
  }
});

Deno.test("odd devices and user names are refused", () => {
  for (const wrong of ODD_TEXTS) {
    assertThrows(() => parseOutput("getUserName", wrong), AssumeRoleError);
    assertThrows(() => parseOutput("listMfaDevices", [wrong]), AssumeRoleError);
  }
  for (const wrong of [undefined, null, "a", {}, { length: 1, 0: "a" }]) {
    assertThrows(() => parseOutput("listMfaDevices", wrong), AssumeRoleError);
  }
  const many = Array.from({ length: 101 }, () => "GAHT12345678");
  assertThrows(() => parseOutput("listMfaDevices", many), AssumeRoleError);
});

Deno.test("a message of no known kind is refused", () => {
  const messages = [undefined, null, 1, "x", [], {}, { id: "1", output: 1 }];
  for (const message of messages) {
    assertThrows(
      () => parseMessage(message),
      AssumeRoleError,
      "the AWS SDK sent an unexpected message",
    );
  }
});

Deno.test("an error keeps its texts, without control characters", () => {
  const failure = {
    name: "Error\x1b[31m",
    message: "a\x1bb\r\nc",
    code: "Access\nDenied",
    requestId: 7,
    hint: "x".repeat(20_000),
    isFault: "yes",
    cause: { message: "x" },
    stack: "x",
  };
  assertEquals(parseMessage({ id: 1, failure }), {
    id: 1,
    failure: {
      name: "Error31m",
      message: "a b \nc",
      code: "AccessDenied",
      hint: "x".repeat(10_000),
      isFault: false,
    },
  });
  for (const odd of [null, 7, "x", []]) {
    assertEquals(parseMessage({ id: 1, failure: odd }), {
      id: 1,
      failure: { name: "Error", message: "", isFault: false },
    });
  }
});

Deno.test("a refreshed token must be a token that programs of AWS can read", () => {
  const expiresAt = "2030-01-01T00:00:00Z";
  const key =
    "-----BEGIN EC PRIVATE KEY-----\nMHc\n-----END EC PRIVATE KEY-----\n";
  for (
    const token of [
      { accessToken: "a", refreshToken: "b", expiresAt, scopes: ["c"] },
      { accessToken: "a", expiresAt, startUrl: "https://x/ü" },
      { accessToken: { accessKeyId: "A", expiresAt }, dpopKey: key },
    ]
  ) {
    const refreshedToken = JSON.stringify(token);
    assertEquals(parseMessage({ refreshedToken }), { refreshedToken });
  }
  for (
    const token of [
      "",
      "x",
      "null",
      "[]",
      "{}",
      JSON.stringify({ accessToken: "a" }),
      JSON.stringify({ accessToken: "a", expiresAt: "soon" }),
      JSON.stringify({ accessToken: "a", expiresAt: 7 }),
      JSON.stringify({ accessToken: "a\nb", expiresAt }),
      JSON.stringify({ accessToken: "a\u201db", expiresAt }),
      JSON.stringify({ accessToken: { a: "a\r", expiresAt } }),
      JSON.stringify({
        accessToken: "a",
        expiresAt,
        startUrl: "https://x/\u202eb",
      }),
      JSON.stringify({ accessToken: "a".repeat(100_000), expiresAt }),
    ]
  ) {
    assertThrows(
      () => parseMessage({ refreshedToken: token }),
      AssumeRoleError,
      "no valid refreshed token",
    );
  }
  for (const refreshedToken of [7, null, {}]) {
    assertThrows(() => parseMessage({ refreshedToken }), AssumeRoleError);
  }
});
