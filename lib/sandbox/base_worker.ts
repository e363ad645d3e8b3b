/// <reference lib="deno.worker" />
/** Where the AWS SDK looks for base credentials: a worker that can reach what these need. */
import process from "./empty_env.ts"; // before the SDK
import { findBaseCredentials } from "../aws/provider_chain.ts";
import type { BaseQuery } from "../aws/sdk.ts";
import { createFetch } from "../system/http_client.ts";
import { serveCalls } from "./serve_calls.ts";

serveCalls((query: BaseQuery) => {
  Object.assign(process, {
    env: { ...query.env, ...query.permissions.variables },
  });
  const fetch = createFetch(query.caCertificates);
  return {
    findBase: () =>
      findBaseCredentials({
        ...query,
        isShared: false,
        fetch,
        now: Date.now,
      }),
  };
});
