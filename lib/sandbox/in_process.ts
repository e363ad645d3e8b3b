import process from "node:process";
import { createAwsClient } from "../aws/client.ts";
import { findBaseCredentials } from "../aws/provider_chain.ts";
import type { Sdk } from "../aws/sdk.ts";
import { createFetch } from "../system/http_client.ts";

/**
 * The AWS SDK in our own process, where there can be no worker with permissions
 * of its own: in a program that imports us, and in one that is run from a registry.
 * There is no jail then: its code may do whatever the program may.
 *
 * @param isOurs whether the process is ours, so that it can be told to be silent
 */
export const inProcessSdk = (now: () => number, isOurs: boolean): Sdk => ({
  connect: (settings) => ({
    ...createAwsClient({
      ...settings,
      fetch: createFetch(settings.caCertificates),
      now,
    }),
    [Symbol.dispose]: () => {},
  }),
  findBase: (query) => {
    if (isOurs) Object.assign(process, { noDeprecation: true });
    const fetch = createFetch(query.caCertificates);
    return findBaseCredentials({
      ...query,
      isShared: !isOurs,
      fetch,
      now,
    });
  },
});
