import { type Credentials, timeLeft } from "../aws/credentials.ts";
import { formatExpiry } from "../command/expiry_notice.ts";
import {
  type CredentialContext,
  getCredentials,
} from "../credentials/get_credentials.ts";
import { CacheDirectory } from "../cache/directory.ts";
import type { CredentialSource } from "../command/credential_source.ts";
import { AssumeRoleError } from "../errors.ts";
import type { ProfilePlan, RolePlan, RunPlan } from "../plan/plan.ts";
import type { AwsFilePath } from "../aws/paths.ts";
import type { Reporter } from "../host.ts";
import { reasonOf } from "../system/os_error.ts";
import { botoVariables } from "./boto_config.ts";
import { AwsFileCopies } from "./aws_file_copies.ts";
import { startEndpoint } from "./endpoint.ts";
import { Refresher } from "./refresher.ts";

/** What serving needs beside the first credentials. */
export interface ServeContext extends Omit<CredentialContext, "reporter"> {
  readonly plan: RunPlan;
  /** AWS's two files, as the command would find them. */
  readonly awsFiles: readonly AwsFilePath[];
  readonly env: Readonly<Record<string, string>>;
  readonly home: string | undefined;
  /** Decides again, by what AWS's files say at the moment. */
  readonly makePlan: () => Promise<RunPlan>;
}

/**
 * Serves a command credentials that are always fresh, on loopback.
 *
 * @throws {AssumeRoleError} where the command could take others for them
 */
export async function serveCredentials(
  first: Credentials,
  { plan, awsFiles, home, makePlan, ...context }: ServeContext,
): Promise<CredentialSource> {
  const { now } = context;
  const boto = await botoVariables(context.env, home);
  const copies = await prepareCopies(plan, awsFiles);
  // What is to be said meanwhile would get into the command's own output.
  const told = new Set<string>();
  const reporter: Reporter = {
    warn: (message) => told.add(message),
    explain: () => {},
  };
  const refresher = new Refresher(first, {
    refresh: async () => {
      await copies.touch(now());
      const plan = forLater(await makePlan());
      return await getCredentials(plan, { ...context, reporter });
    },
    refreshBeforeExpiry: plan.refreshBeforeExpiry,
    now,
  });
  const endpoint = startEndpoint(() => refresher.get());
  return {
    variables: { ...boto, ...copies.variables, ...endpoint.variables },
    close: async (status, now) => {
      refresher.stop();
      endpoint.stop();
      for (const warning of await copies.remove()) told.add(warning);
      const { failure } = refresher;
      if (failure !== undefined) {
        told.add(
          `The credentials could not be refreshed: ${messageOf(failure)}`,
        );
        if (timeLeft(refresher.last, now) <= 0) {
          told.add(formatExpiry(refresher.last, status ?? 0, now));
        }
      }
      return [...told];
    },
  };
}

/** The plan without what was for the first time: a code, and force. */
function forLater<T extends RolePlan | ProfilePlan>(plan: T): T {
  const { token: _, ...mfa } = plan.mfa;
  const base = plan.base.kind === "role"
    ? { ...plan.base, plan: forLater(plan.base.plan) }
    : plan.base;
  return { ...plan, base, mfa, forceRefresh: false };
}

async function prepareCopies(
  { cacheDirectory }: RunPlan,
  awsFiles: readonly AwsFilePath[],
): Promise<AwsFileCopies> {
  try {
    return await AwsFileCopies.prepare(
      awsFiles,
      cacheDirectory === undefined
        ? undefined
        : new CacheDirectory(cacheDirectory),
    );
  } catch (error) {
    throw new AssumeRoleError(
      `Cannot serve credentials: no copy of AWS's files can be made in ${
        cacheDirectory ?? "~/.aws"
      }: ${reasonOf(error)}`,
      {
        hint:
          "the profile 'default' has credentials that would win over served ones: remove them, or run without '--server'",
        cause: error,
      },
    );
  }
}

function messageOf(error: unknown): string {
  return error instanceof AssumeRoleError ? error.message : reasonOf(error);
}
