import type {
  AwsConnection,
  BaseQuery,
  FoundCredentials,
  Sdk,
  SigningCredentials,
} from "../aws/sdk.ts";
import type { Fetch } from "../aws/fetch.ts";
import type { Endpoints } from "../plan/plan.ts";
import { createFetch, readCertificates } from "../system/http_client.ts";

/** AWS as a plan's endpoints have it: where it is, and which certificates count. */
export interface Aws {
  readonly connect: (credentials: SigningCredentials) => AwsConnection;
  readonly findBase: (
    query: Omit<BaseQuery, "region" | "caCertificates">,
  ) => Promise<FoundCredentials>;
  /** For what is no call of the SDK. */
  readonly createFetch: () => Fetch;
}

/**
 * Makes AWS reachable by the endpoints of a plan.
 *
 * @throws {ConfigError} where the CA bundle cannot be used
 */
export async function connectAws(endpoints: Endpoints, sdk: Sdk): Promise<Aws> {
  const caCertificates = await readCertificates(endpoints.caBundle);
  const trust = caCertificates && { caCertificates };
  const { region } = endpoints;
  return {
    connect: (credentials) =>
      sdk.connect({ ...endpoints, ...trust, credentials }),
    findBase: (query) => sdk.findBase({ ...query, region, ...trust }),
    createFetch: () => createFetch(caCertificates),
  };
}
