import { assertEquals, assertRejects } from "@std/assert";
import type { AwsConnection } from "../../lib/aws/sdk_interface.ts";
import type { AssumeRoleInput } from "../../lib/aws/sts_types.ts";
import { guardConnection } from "../../lib/credentials/guard_secrets.ts";
import { AwsError } from "../../lib/errors.ts";

const KEY = "fake/secret+of+alice/00000000000000000001";
const CODE = "246813";
const ARN = "arn:aws:sts::111111111111:assumed-role/admin/alice";
const SESSION = {
  accessKeyId: "ASIAFAKE",
  secretAccessKey: "another secret access key of a session",
  sessionToken: "IQoJb3JpZ2luX2VjEanother",
  expiration: 0,
  clockOffset: 0,
  assumedRoleArn: ARN,
};
const INPUT: AssumeRoleInput = {
  roleArn: "arn:aws:iam::111111111111:role/admin",
  roleSessionName: "alice",
  durationSeconds: 3600,
  mfa: { serial: "arn:aws:iam::111111111111:mfa/alice", code: CODE },
};

function connect(assumeRole: AwsConnection["assumeRole"]): AwsConnection {
  const fail = () => Promise.reject(new Error("not called"));
  return guardConnection({
    assumeRole,
    getCallerIdentity: fail,
    assumeRoleWithWebIdentity: fail,
    getSessionToken: fail,
    listMfaDevices: fail,
    getUserName: fail,
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }, [KEY, "IQoJb3JpZ2luX2VjEfirst", "test", undefined]);
}

Deno.test("guardConnection() refuses an answer that repeats a key or a code", async () => {
  for (
    const answer of [
      { assumedRoleArn: `${ARN}/${KEY}` },
      { assumedRoleArn: `${ARN}/${CODE}` },
      { assumedRoleArn: `${ARN}/${btoa(CODE)}` },
      { secretAccessKey: KEY },
      { sessionToken: `x${KEY}` },
    ]
  ) {
    const { assumeRole } = connect(() =>
      Promise.resolve({ ...SESSION, ...answer })
    );
    await assertRejects(
      () => assumeRole(INPUT),
      AwsError,
      "the answer repeats a secret of the request",
    );
  }
});

Deno.test("guardConnection() accepts answers in which the parts of a secret are no accident", async () => {
  for (
    const [answer, input] of [
      [{}, {}],
      // Session tokens start with the same characters.
      [{ sessionToken: "IQoJb3JpZ2luX2VjEsecond" }, {}],
      // An account's number or a session token can have the digits of a code.
      [{ assumedRoleArn: ARN.replace("111111111111", `${CODE}000000`) }, {}],
      [{ sessionToken: `abc/${CODE}/def` }, {}],
      // A user can have the same name as a code.
      [{ assumedRoleArn: `${ARN}/${CODE}` }, { roleSessionName: CODE }],
      // Test services use keys such as `test`.
      [{ assumedRoleArn: `${ARN}/test` }, {}],
    ] as const
  ) {
    const output = { ...SESSION, ...answer };
    const { assumeRole } = connect(() => Promise.resolve(output));
    assertEquals(await assumeRole({ ...INPUT, ...input }), output);
  }
});

Deno.test("guardConnection() hides keys in errors of the sandbox", async () => {
  const { assumeRole } = connect(() =>
    Promise.reject(new TypeError(`${KEY} ${CODE}`))
  );
  const error = await assertRejects(() => assumeRole(INPUT), Error);
  assertEquals([error.name, error.message], ["TypeError", "*** ***"]);
});

Deno.test("guardConnection() hides keys and codes in errors, also codes of earlier attempts", async () => {
  const text = `${KEY} ${CODE} test`;
  const { assumeRole } = connect(() =>
    Promise.reject(
      new AwsError(text, {
        code: text,
        requestId: text,
        hint: text,
        cause: new Error(text),
      }),
    )
  );
  for (const code of [CODE, "135792"]) {
    const error = await assertRejects(
      () => assumeRole({ ...INPUT, mfa: { ...INPUT.mfa!, code } }),
      AwsError,
    );
    const { message, code: name, requestId, hint, cause } = error;
    assertEquals(
      [message, name, requestId, hint, (cause as Error).message],
      Array(5).fill("*** *** test"),
    );
  }
});
