import type { ActionContext } from "./actions.ts";
import { readClaim } from "./sigv4.ts";
import type { Node } from "./xml.ts";

/** Finds the action of a signed request to S3; `undefined` for requests to STS and IAM. */
export function findS3Action(request: Request): string | undefined {
  if (request.method !== "GET" || readClaim(request)?.service !== "s3") {
    return undefined;
  }
  const { pathname } = new URL(request.url);
  return pathname === "/" ? "ListBuckets" : "ListObjectsV2";
}

/** Runs S3's ListBuckets: the account has no buckets. */
export function listBuckets({ caller }: ActionContext): Node {
  return {
    ListAllMyBucketsResult: {
      Owner: { ID: caller.userId, DisplayName: caller.accountId },
      Buckets: "",
    },
  };
}

/** Runs S3's ListObjectsV2: every bucket is empty. */
export function listObjects(): Node {
  return {
    ListBucketResult: {
      Name: "bucket",
      Prefix: "",
      KeyCount: 0,
      MaxKeys: 1000,
      IsTruncated: false,
    },
  };
}
