import { IAMClient } from "@aws-sdk/client-iam";
import { STSClient, type STSServiceException } from "@aws-sdk/client-sts";
import { FetchHttpHandler } from "@smithy/fetch-http-handler";
import { assert } from "@std/assert";
import type { FakeAws } from "./server.ts";
import { ALICE, type Role } from "./world.ts";

/** Access keys in the form that the SDK accepts. */
interface Keys {
  readonly AccessKeyId?: string | undefined;
  readonly SecretAccessKey?: string | undefined;
  readonly SessionToken?: string | undefined;
}

/** Alice's access keys in the form of an answer of STS. */
export const ALICE_KEYS: Keys = {
  AccessKeyId: ALICE.accessKeyId,
  SecretAccessKey: ALICE.secretAccessKey,
};

/** Creates a role in alice's account that alice may assume. */
export function role(name: string, more: Partial<Role> = {}): Role {
  return {
    arn: `arn:aws:iam::111111111111:role/${name}`,
    trusts: ["arn:aws:iam::111111111111:user/alice"],
    ...more,
  };
}

/** Creates an STS client of the SDK; `keys` can be the `Credentials` of an answer. */
export function sts(aws: FakeAws, keys: Keys | undefined): STSClient {
  return new STSClient(settings(aws, keys));
}

/** Creates an IAM client of the SDK; `keys` can be the `Credentials` of an answer. */
export function iam(aws: FakeAws, keys: Keys | undefined): IAMClient {
  return new IAMClient(settings(aws, keys));
}

/** Returns the code, the status and the message with which a call is refused. */
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
  throw new Error("The call was not refused.");
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
