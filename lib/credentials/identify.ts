import type { CallerIdentity } from "../aws/arn.ts";
import { createAwsClient } from "../aws/client.ts";
import type { BaseCredentials, Start } from "../plan/plan.ts";
import { createFetch } from "../system/http.ts";
import { baseCredentials } from "./base.ts";
import { Caller } from "./caller.ts";
import { createStore, type GetContext } from "./get.ts";

/** Base credentials, and who they are. */
export interface BaseIdentity {
  readonly identity: CallerIdentity;
  readonly credentials: BaseCredentials;
}

/**
 * Finds the base credentials and asks STS who they are, which is remembered, so
 * that nobody has to ask again on the way to a role.
 *
 * @throws {AwsError} where there are none, or they do not work
 */
export async function identifyBase(
  start: Start,
  context: GetContext,
): Promise<BaseIdentity> {
  const { endpoints } = start;
  const { now } = context;
  const { store, waiting } = createStore(start, "the base", context);
  const fetch = await createFetch(endpoints.caBundle);
  const credentials = await baseCredentials(
    start,
    { ...context, store, waiting },
    fetch,
  );
  const client = createAwsClient({ ...endpoints, credentials, fetch, now });
  const { accessKeyId } = credentials;
  const caller = await Caller.of(accessKeyId, start, client, store);
  const identity = await caller.confirmIdentity();
  await caller.remember();
  return { identity, credentials };
}
