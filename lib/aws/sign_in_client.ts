import { SILENT_LOGGER } from "./find_base.ts";
import type { Fetch } from "./fetch.ts";
import { createRequestHandler, type HandlerSettings } from "./http_handler.ts";
import { requireValue } from "./response.ts";
import { createRetryStrategy } from "./retry_strategy.ts";
import type { BaseQuery } from "./sdk_interface.ts";
import type { SignInClient } from "./sign_in_types.ts";
import { supplyFiles } from "./supply_files.ts";

/** Pause between two calls if the answer of AWS names none (RFC 8628, section 3.2). */
const DEFAULT_INTERVAL_SECONDS = 5;

/** Input of {@linkcode createSignInClient}. */
export type SignInClientInput =
  & Pick<BaseQuery, "useFips" | "useDualstack" | "env" | "permissions">
  & Pick<HandlerSettings, "fetch" | "now">
  & {
    /** Region of IAM Identity Center. */
    readonly region: string;
  };

/**
 * Creates a client of IAM Identity Center's OIDC service. The SDK gets `permissions.sections`
 * instead of AWS's files, and reads configured addresses from these sections and from the
 * variables of this process, as the SDK's own refresh of a token does.
 */
export function createSignInClient(input: SignInClientInput): SignInClient {
  const { region, env, permissions, useFips, useDualstack } = input;
  const config = {
    region,
    requestHandler: createRequestHandler(input),
    retryStrategy: createRetryStrategy({ random: Math.random, ...input }),
    useFipsEndpoint: useFips,
    useDualstackEndpoint: useDualstack,
    logger: SILENT_LOGGER,
  };
  const loading = (async () => {
    await supplyFiles(permissions.sections, {
      ...env,
      ...permissions.variables,
    });
    const sdk = await import("./sign_in_package.ts");
    return { sdk, client: new sdk.SSOOIDCClient(config) };
  })();
  loading.catch(() => {}); // each call reports a failure
  return {
    findOrigin: async () => {
      const { sdk } = await loading;
      // No public function of the SDK returns the address, so catch a request.
      let origin: string | undefined;
      const fetch: Fetch = (request) => {
        ({ origin } = new URL(new Request(request).url));
        return Promise.resolve(Response.json({}, { status: 400 }));
      };
      const client = new sdk.SSOOIDCClient({
        ...config,
        requestHandler: createRequestHandler({ ...input, fetch }),
      });
      const command = new sdk.RegisterClientCommand({
        clientName: "none",
        clientType: "public",
      });
      await client.send(command).catch((error: unknown) => {
        if (origin === undefined) throw error;
      });
      return requireValue(origin, "origin");
    },

    registerClient: async (
      { clientName, scopes, grantTypes, redirectUris, issuerUrl },
    ) => {
      const { sdk, client } = await loading;
      const output = await client.send(
        new sdk.RegisterClientCommand({
          clientName,
          clientType: "public",
          ...(scopes && { scopes: [...scopes] }),
          ...(grantTypes && { grantTypes: [...grantTypes] }),
          ...(redirectUris && { redirectUris: [...redirectUris] }),
          ...(issuerUrl !== undefined && { issuerUrl }),
        }),
      );
      const expiresAtSeconds = requireValue(
        output.clientSecretExpiresAt,
        "clientSecretExpiresAt",
      );
      return {
        clientId: requireValue(output.clientId, "clientId"),
        clientSecret: requireValue(output.clientSecret, "clientSecret"),
        expiration: expiresAtSeconds * 1000,
      };
    },

    startDeviceAuthorization: async (
      { clientId, clientSecret, startUrl },
    ) => {
      const { sdk, client } = await loading;
      const output = await client.send(
        new sdk.StartDeviceAuthorizationCommand({
          clientId,
          clientSecret,
          startUrl,
        }),
      );
      const uri = requireValue(output.verificationUri, "verificationUri");
      return {
        deviceCode: requireValue(output.deviceCode, "deviceCode"),
        userCode: requireValue(output.userCode, "userCode"),
        verificationUri: uri,
        verificationUriComplete: output.verificationUriComplete ?? uri,
        expiresInSeconds: requireValue(output.expiresIn, "expiresIn"),
        intervalSeconds: output.interval ?? DEFAULT_INTERVAL_SECONDS,
      };
    },

    createToken: async (request) => {
      const { sdk, client } = await loading;
      const output = await client.send(new sdk.CreateTokenCommand(request));
      const { refreshToken } = output;
      return {
        accessToken: requireValue(output.accessToken, "accessToken"),
        ...(refreshToken && { refreshToken }),
        expiresInSeconds: requireValue(output.expiresIn, "expiresIn"),
      };
    },
  };
}
