import { IAMClient } from "@aws-sdk/client-iam";
import { STSClient, type STSServiceException } from "@aws-sdk/client-sts";
import { FetchHttpHandler } from "@smithy/fetch-http-handler";
import { assert } from "@std/assert";
import type { FakeAws } from "./server.ts";
import { ALICE, type Role } from "./world.ts";

/** Keys as the SDK takes them, or none. */
interface Keys {
  readonly AccessKeyId?: string | undefined;
  readonly SecretAccessKey?: string | undefined;
  readonly SessionToken?: string | undefined;
}

/** Alice's keys, as an answer of STS would give them. */
export const ALICE_KEYS: Keys = {
  AccessKeyId: ALICE.accessKeyId,
  SecretAccessKey: ALICE.secretAccessKey,
};

/** A role of alice's account that alice may assume. */
export function role(name: string, more: Partial<Role> = {}): Role {
  return {
    arn: `arn:aws:iam::111111111111:role/${name}`,
    trusts: ["arn:aws:iam::111111111111:user/alice"],
    ...more,
  };
}

/** The SDK's client of STS with some keys, such as an answer's `Credentials`. */
export function sts(aws: FakeAws, keys: Keys | undefined): STSClient {
  return new STSClient(settings(aws, keys));
}

/** The SDK's client of IAM, likewise. */
export function iam(aws: FakeAws, keys: Keys | undefined): IAMClient {
  return new IAMClient(settings(aws, keys));
}

/** The code, the status and the message that a call is refused with. */
export async function refusal(
  call: Promise<unknown>,
): Promise<[string, number | undefined, string]> {
  try {
    await call;
  } catch (error) {
    assert(error instanceof Error && "$metadata" in error, String(error));
    const { Code, name, message, $metadata } = error as
      & STSServiceException
      & { Code?: string };
    return [Code ?? name, $metadata.httpStatusCode, message];
  }
  throw new Error("It was not refused.");
}

function settings(aws: FakeAws, keys: Keys | undefined) {
  return {
    region: "us-east-1",
    endpoint: aws.url,
    maxAttempts: 1,
    requestHandler: new FetchHttpHandler(),
    credentials: {
      accessKeyId: keys?.AccessKeyId ?? "",
      secretAccessKey: keys?.SecretAccessKey ?? "",
      ...(keys?.SessionToken !== undefined &&
        { sessionToken: keys.SessionToken }),
    },
  };
}
