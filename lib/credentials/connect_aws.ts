import type { SigningCredentials } from "../aws/credentials.ts";
import type {
  AwsConnection,
  BaseQuery,
  FoundCredentials,
  OnTokenRefresh,
  Sdk,
  SignInQuery,
} from "../aws/sdk_interface.ts";
import type { SignInConnection } from "../aws/sign_in_types.ts";
import type { Fetch } from "../aws/fetch.ts";
import { guardConnection } from "./guard_secrets.ts";
import type { Endpoints } from "../plan/plan.ts";
import { secretsOfEnv } from "../settings/hide_secrets.ts";
import { readCertificates } from "../system/ca_bundle.ts";
import { createFetch } from "../system/http_client.ts";

/** The part of a query that does not depend on the endpoints of a plan. */
type GivenQuery = Omit<
  BaseQuery,
  "region" | "useFips" | "useDualstack" | "caCertificates"
>;

/** Access to AWS with the endpoints and the CA certificates of a plan. */
export interface Aws {
  readonly connect: (credentials: SigningCredentials) => AwsConnection;
  readonly findBase: (
    query: GivenQuery,
    onTokenRefresh?: OnTokenRefresh,
  ) => Promise<FoundCredentials>;
  readonly connectSignIn: (
    query: GivenQuery & Pick<SignInQuery, "ssoRegion">,
  ) => SignInConnection;
  /** Creates a `fetch` for requests that bypass the SDK. */
  readonly createFetch: () => Fetch;
}

/**
 * Creates the access to AWS for the endpoints of a plan.
 *
 * @param env the user's variables, whose secrets no answer may repeat
 * @throws {ConfigError} If the CA bundle cannot be used
 */
export async function connectAws(
  endpoints: Endpoints,
  sdk: Sdk,
  env: Readonly<Record<string, string>>,
): Promise<Aws> {
  const caCertificates = await readCertificates(endpoints.caBundle);
  const trust = caCertificates && { caCertificates };
  const { region, useFips, useDualstack } = endpoints;
  const settings = { region, useFips, useDualstack, ...trust };
  return {
    connect: (credentials) =>
      guardConnection(sdk.connect({ ...endpoints, ...trust, credentials }), [
        credentials.secretAccessKey,
        credentials.sessionToken,
        ...secretsOfEnv(env),
      ]),
    findBase: (query, onTokenRefresh) =>
      sdk.findBase({ ...query, ...settings }, onTokenRefresh),
    connectSignIn: (query) => sdk.connectSignIn({ ...query, ...settings }),
    createFetch: () => createFetch(caCertificates),
  };
}
