/**
 * The part of the AWS SDK's package for STS that `client.ts` uses. The bundler leaves out
 * what this module does not name.
 */
export {
  AssumeRoleCommand,
  AssumeRoleWithWebIdentityCommand,
  GetCallerIdentityCommand,
  GetSessionTokenCommand,
  STSClient,
} from "@aws-sdk/client-sts";
