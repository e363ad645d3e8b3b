import type { Credentials } from "@aws-sdk/client-sts";
import { AwsError } from "../errors.ts";
import { iamHost, stsHost } from "./hosts.ts";
import { requireValue, requireWord } from "./response.ts";
import type { SigningCredentials } from "./credentials.ts";
import { toAwsError } from "./errors/translate.ts";
import type { AwsClient, SessionOutput } from "./sts_types.ts";
import type { Fetch } from "./fetch.ts";
import { createRequestHandler } from "./http_handler.ts";
import { MAX_ATTEMPTS, type Timeouts } from "./retry.ts";
import { createRetryStrategy } from "./retry_strategy.ts";

/**
 * The limit below which a difference between AWS's clock and this machine's clock is
 * ignored, because the `Date` header of an answer has only whole seconds.
 */
const MIN_CLOCK_OFFSET_MS = 2000;

/** All settings of a client; the client reads no environment variables and no files. */
export interface AwsClientSettings {
  readonly partition: string;
  readonly region: string;
  readonly sts?: string;
  readonly iam?: string;
  readonly useFips: boolean;
  readonly useDualstack: boolean;
  readonly credentials: SigningCredentials;
  readonly fetch: Fetch;
  readonly now: () => number;
  /** Timeouts to use instead of the default timeouts. */
  readonly timeouts?: Timeouts;
  /** Returns a random number from 0 to 1; default: `Math.random`. */
  readonly random?: () => number;
}

/**
 * Creates a client of STS and IAM that uses the AWS SDK. The SDK's package for STS is
 * loaded at once, because nearly every client calls STS. The package for IAM is loaded at
 * the first call to IAM.
 */
export function createAwsClient(settings: AwsClientSettings): AwsClient {
  const stsSdk = import("./sts_package.ts");
  stsSdk.catch(() => {}); // each call to STS reports a failed import
  let clockOffset = 0;
  const config = {
    region: settings.region,
    credentials: { ...settings.credentials }, // a copy: the SDK adds properties
    useFipsEndpoint: settings.useFips,
    useDualstackEndpoint: settings.useDualstack,
    retryStrategy: createRetryStrategy({ random: Math.random, ...settings }),
    maxAttempts: MAX_ATTEMPTS,
    defaultsMode: "standard" as const,
    authSchemePreference: [],
    // If the following settings were left out, the SDK would read them from AWS's files.
    retryMode: "standard",
    userAgentAppId: resolveUndefined,
    sigv4aSigningRegionSet: resolveUndefined,
    ignoreConfiguredEndpointUrls: true,
    disableClockSkewCorrection: false,
    defaultUserAgentProvider: () =>
      Promise.resolve([["assume-role"] as [string]]),
    requestHandler: createRequestHandler({
      ...settings,
      onResponse: ({ headers }) => {
        const date = Date.parse(headers.get("date") ?? "");
        const offset = Number.isNaN(date) ? 0 : date - settings.now();
        clockOffset = Math.abs(offset) < MIN_CLOCK_OFFSET_MS ? 0 : offset;
      },
    }),
  };
  const { secretAccessKey, sessionToken } = settings.credentials;
  // A configured address can contain a password.
  const originOf = (address: string | undefined) =>
    address && new URL(address).origin;
  const context = (task: string, code?: string) => ({
    task,
    host: originOf(settings.sts) ?? `AWS STS at ${stsHost(settings)}`,
    secrets: [secretAccessKey, sessionToken, code],
  });
  const iamContext = (task: string) => ({
    ...context(task),
    host: originOf(settings.iam) ?? `AWS IAM at ${iamHost(settings)}`,
  });

  const toSession = (credentials: Credentials | undefined): SessionOutput => ({
    accessKeyId: requireWord(credentials?.AccessKeyId, "AccessKeyId"),
    secretAccessKey: requireWord(
      credentials?.SecretAccessKey,
      "SecretAccessKey",
    ),
    sessionToken: requireWord(credentials?.SessionToken, "SessionToken"),
    expiration: requireValue(credentials?.Expiration, "Expiration").getTime(),
    clockOffset,
  });

  const sts = once(async () => {
    const sdk = await stsSdk;
    const client = new sdk.STSClient({
      ...config,
      ...(settings.sts !== undefined && { endpoint: settings.sts }),
    });
    return { sdk, client };
  });
  const iam = once(async () => {
    const sdk = await import("./iam_package.ts");
    const client = new sdk.IAMClient({
      ...config,
      ...(settings.iam !== undefined && { endpoint: settings.iam }),
    });
    return { sdk, client };
  });

  return {
    getCallerIdentity: () =>
      call(context("identify the base credentials"), async () => {
        const { sdk, client } = await sts();
        const { Arn, Account } = await client.send(
          new sdk.GetCallerIdentityCommand({}),
        );
        return {
          arn: requireValue(Arn, "Arn"),
          accountId: requireValue(Account, "Account"),
        };
      }),

    assumeRole: (input) =>
      call(context(`assume ${input.roleArn}`, input.mfa?.code), async () => {
        const { sdk, client } = await sts();
        const output = await client.send(
          new sdk.AssumeRoleCommand({
            RoleArn: input.roleArn,
            RoleSessionName: input.roleSessionName,
            DurationSeconds: input.durationSeconds,
            ExternalId: input.externalId,
            SourceIdentity: input.sourceIdentity,
            Tags: input.tags &&
              Object.entries(input.tags).map(([Key, Value]) => ({
                Key,
                Value,
              })),
            TransitiveTagKeys: input.transitiveTagKeys &&
              [...input.transitiveTagKeys],
            Policy: input.policy,
            PolicyArns: input.policyArns?.map((arn) => ({ arn })),
            ...(input.mfa !== undefined && {
              SerialNumber: input.mfa.serial,
              TokenCode: input.mfa.code,
            }),
          }),
        );
        return {
          ...toSession(output.Credentials),
          assumedRoleArn: requireValue(
            output.AssumedRoleUser?.Arn,
            "AssumedRoleUser",
          ),
        };
      }),

    assumeRoleWithWebIdentity: (input) => {
      const { roleArn, webIdentityToken } = input;
      const task = `assume ${roleArn} with the web identity token`;
      return call(context(task, webIdentityToken), async () => {
        const { sdk, client } = await sts();
        const output = await client.send(
          new sdk.AssumeRoleWithWebIdentityCommand({
            RoleArn: roleArn,
            RoleSessionName: input.roleSessionName,
            WebIdentityToken: webIdentityToken,
            DurationSeconds: input.durationSeconds,
            Policy: input.policy,
            PolicyArns: input.policyArns?.map((arn) => ({ arn })),
          }),
        );
        return {
          ...toSession(output.Credentials),
          assumedRoleArn: requireValue(
            output.AssumedRoleUser?.Arn,
            "AssumedRoleUser",
          ),
        };
      });
    },

    getSessionToken: ({ durationSeconds, mfa }) =>
      call(context("get a session with MFA", mfa.code), async () => {
        const { sdk, client } = await sts();
        const output = await client.send(
          new sdk.GetSessionTokenCommand({
            DurationSeconds: durationSeconds,
            SerialNumber: mfa.serial,
            TokenCode: mfa.code,
          }),
        );
        return toSession(output.Credentials);
      }),

    listMfaDevices: (userName) =>
      call(iamContext("list your MFA devices"), async () => {
        const { sdk, client } = await iam();
        const serials: string[] = [];
        for await (
          const page of sdk.paginateListMFADevices({ client }, {
            UserName: userName,
          })
        ) {
          for (const { SerialNumber } of page.MFADevices ?? []) {
            if (SerialNumber) serials.push(SerialNumber);
          }
        }
        return serials;
      }),

    getUserName: () =>
      call(iamContext("get your user name"), async () => {
        const { sdk, client } = await iam();
        const { User } = await client.send(new sdk.GetUserCommand({}));
        return requireValue(User?.UserName, "UserName");
      }),
  };
}

function once<T>(create: () => Promise<T>): () => Promise<T> {
  let created: Promise<T> | undefined;
  return () => created ??= create();
}

function resolveUndefined(): Promise<undefined> {
  return Promise.resolve(undefined);
}

async function call<T>(
  context: Parameters<typeof toAwsError>[1],
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof AwsError ? error : toAwsError(error, context);
  }
}
