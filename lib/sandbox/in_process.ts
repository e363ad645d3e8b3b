import process from "node:process";
import { createAwsClient } from "../aws/client.ts";
import { findBaseCredentials } from "../aws/provider_chain.ts";
import type { Sdk } from "../aws/sdk_interface.ts";
import { createFetch } from "../system/http_client.ts";

/**
 * Creates an SDK that runs in this process with the permissions of this process. A
 * program that imports the library or runs from a registry cannot start workers
 * with fewer permissions.
 *
 * @param isCommandLine whether this process is the command line, so that Node's
 * warnings may be turned off
 */
export const inProcessSdk = (
  now: () => number,
  isCommandLine: boolean,
): Sdk => ({
  connect: (settings) => ({
    ...createAwsClient({
      ...settings,
      fetch: createFetch(settings.caCertificates),
      now,
    }),
    [Symbol.dispose]: () => {},
  }),
  findBase: (query) => {
    if (isCommandLine) Object.assign(process, { noDeprecation: true });
    const fetch = createFetch(query.caCertificates);
    return findBaseCredentials({
      ...query,
      isShared: !isCommandLine,
      fetch,
      now,
    });
  },
});
