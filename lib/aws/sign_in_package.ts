/**
 * The part of the AWS SDK's package for sign-ins that `sign_in_client.ts` uses. The bundler
 * leaves out what this module does not name.
 */
export {
  CreateTokenCommand,
  RegisterClientCommand,
  SSOOIDCClient,
  StartDeviceAuthorizationCommand,
} from "@aws-sdk/client-sso-oidc";
