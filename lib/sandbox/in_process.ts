import process from "node:process";
import { createAwsClient } from "../aws/client.ts";
import { createSignInClient } from "../aws/sign_in_client.ts";
import { findBase } from "../aws/find_base.ts";
import type { Sdk } from "../aws/sdk_interface.ts";
import { createFetch } from "../system/http_client.ts";
import { limitNodeAnswers } from "./limit_node_answers.ts";

/**
 * Creates an SDK that runs in this process with the permissions of this process. This
 * SDK is used if assume-role is imported as a library or runs from a registry, because
 * it then cannot start workers with fewer permissions.
 *
 * @param isCommandLine whether this process runs only assume-role; if so, this function
 * may change the SDK and `process.env` for the whole process, and turn off warnings of
 * Node and of the SDK
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
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }),
  findBase: async (query) => {
    if (isCommandLine) {
      // The SDK reads variables from `process.env`. Commands do not get these variables.
      const env = { ...query.env, ...query.permissions.variables };
      Object.assign(process, { noDeprecation: true, env });
      Object.assign(console, { warn: () => {} });
      if (query.source !== undefined) await limitNodeAnswers();
    }
    const fetch = createFetch(query.caCertificates);
    return await findBase({
      ...query,
      isShared: !isCommandLine,
      fetch,
      now,
    });
  },
  connectSignIn: (query) => {
    // The library does not sign in, so that this process runs only assume-role.
    const env = { ...query.env, ...query.permissions.variables };
    Object.assign(process, { noDeprecation: true, env });
    const fetch = createFetch(query.caCertificates);
    const region = query.ssoRegion;
    return {
      ...createSignInClient({ ...query, region, fetch, now }),
      [Symbol.asyncDispose]: () => Promise.resolve(),
    };
  },
});
