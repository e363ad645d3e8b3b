import { AssumeRoleError, AwsError } from "../errors.ts";
import type { BaseCredentials, Plan } from "../plan/plan.ts";
import type { Asker } from "./mfa.ts";
import { withCode } from "./mfa.ts";

/** Keeps the SDK from writing to the console: what matters is in its errors. */
const SILENT = { debug() {}, info() {}, warn() {}, error() {} };

/**
 * The base credentials: those that the plan has in hand, or what the AWS SDK's
 * chain finds.
 *
 * @throws {AwsError} where there are none
 */
export async function baseCredentials(
  plan: Plan,
  asker: Asker,
): Promise<BaseCredentials> {
  if (plan.base.kind === "static") return plan.base.credentials;
  const { defaultProvider } = await import("@aws-sdk/credential-provider-node");
  const { profile } = plan.base;
  try {
    const { accessKeyId, secretAccessKey, sessionToken } =
      await defaultProvider({
        ...(profile !== undefined && profile !== "default" && { profile }),
        parentClientConfig: { region: plan.endpoints.region },
        logger: SILENT,
        mfaCodeProvider: (serial: string) =>
          withCode(
            serial,
            plan.mfa,
            asker,
            () => false,
            (code) => Promise.resolve(code),
          ),
      })();
    return {
      accessKeyId,
      secretAccessKey,
      ...(sessionToken !== undefined && { sessionToken }),
    };
  } catch (error) {
    if (error instanceof AssumeRoleError) throw error;
    throw noBaseCredentials(profile, error);
  }
}

function noBaseCredentials(
  profile: string | undefined,
  cause: unknown,
): AwsError {
  const name = cause instanceof Error ? cause.name : "UnknownError";
  const where = profile === undefined ? "" : ` from the profile '${profile}'`;
  // The chain's own summary says less than that there are none.
  const generic = name === "CredentialsProviderError" &&
    /Could not load credentials from any providers/.test(
      (cause as Error).message,
    );
  const reason = generic || !(cause instanceof Error)
    ? ""
    : `: ${cause.message.split("\n")[0]}`;
  return new AwsError(`Cannot find base credentials${where}${reason}`, {
    code: name,
    hint: /sso/i.test(reason)
      ? `sign in with 'aws sso login${profile ? ` --profile ${profile}` : ""}'`
      : "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, name a profile with '--profile', or run 'aws configure'",
    cause,
  });
}
