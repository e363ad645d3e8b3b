import process from "node:process";
import { createAwsClient } from "../aws/client.ts";
import { findBaseCredentials } from "../aws/provider_chain.ts";
import type { Sdk } from "../aws/sdk.ts";
import { createFetch } from "../system/http_client.ts";

/**
 * Runs the AWS SDK in this process, with all its permissions: workers cannot have
 * permissions of their own in a program that imports the library, or that is run
 * from a registry.
 *
 * @param isOurs whether this is the command line, so that Node's warnings can be
 * turned off
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
