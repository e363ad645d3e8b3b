import { getUser, listMfaDevices } from "./iam_actions.ts";
import { listBuckets, listObjects } from "./s3.ts";
import type { Identity, Minted } from "./sessions.ts";
import {
  assumeRole,
  getCallerIdentity,
  getSessionToken,
} from "./sts_actions.ts";
import { assumeRoleWithWebIdentity } from "./web_identity.ts";
import type { Principal, World } from "./world.ts";
import type { Node } from "./xml.ts";

/** Values that the implementation of an action gets. */
export interface ActionContext {
  readonly world: World;
  readonly caller: Principal;
  readonly params: URLSearchParams;
  readonly now: number;
  /** The time when the fake AWS started. */
  readonly started: number;
  /** The number of items on a page of a list. */
  readonly pageSize: number;
  /** One-time codes that were used; the fake AWS refuses a second use. */
  readonly usedCodes: Set<string>;
  /** Issues temporary credentials. */
  readonly mint: (identity: Identity, seconds: number) => Minted;
}

type Action = (context: ActionContext) => Promise<Node> | Node;

/** The signed actions of STS, IAM and S3. */
export const ACTIONS: Readonly<
  Record<string, { service: "sts" | "iam" | "s3"; run: Action }>
> = {
  GetCallerIdentity: { service: "sts", run: getCallerIdentity },
  AssumeRole: { service: "sts", run: assumeRole },
  GetSessionToken: { service: "sts", run: getSessionToken },
  ListMFADevices: { service: "iam", run: listMfaDevices },
  GetUser: { service: "iam", run: getUser },
  ListBuckets: { service: "s3", run: listBuckets },
  ListObjectsV2: { service: "s3", run: listObjects },
};

/** Wraps the result of an action of STS or IAM; the result of an action of S3 is complete. */
export function wrapResult(
  action: string,
  result: Node,
  requestId: string,
): Node {
  if (ACTIONS[action]?.service === "s3") return result;
  const content = {
    [`${action}Result`]: result,
    ResponseMetadata: { RequestId: requestId },
  };
  return { [`${action}Response`]: content };
}

/** The unsigned actions of STS. */
export const UNSIGNED_ACTIONS: Readonly<
  Record<string, (context: Omit<ActionContext, "caller">) => Promise<Node>>
> = { AssumeRoleWithWebIdentity: assumeRoleWithWebIdentity };
