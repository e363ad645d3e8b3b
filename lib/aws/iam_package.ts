/**
 * The part of the AWS SDK's package for IAM that `client.ts` uses. The bundler leaves out
 * what this module does not name.
 */
export {
  GetUserCommand,
  IAMClient,
  paginateListMFADevices,
} from "@aws-sdk/client-iam";
