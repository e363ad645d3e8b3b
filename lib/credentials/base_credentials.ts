import { AssumeRoleError, AwsError } from "../errors.ts";
import type { FoundCredentials } from "../aws/sdk_interface.ts";
import type { Base, ChainStart } from "../plan/plan.ts";
import type { SignInToken } from "../aws/sign_in_token.ts";
import { SignInError, type SignInRequest } from "../sso/request.ts";
import { formatOption } from "../settings/option_text.ts";
import { secretsOfEnv } from "../settings/hide_secrets.ts";
import { checkKeys, type KeyPlaces } from "../plan/check_keys.ts";
import type { Aws } from "./connect_aws.ts";
import { refuseRepeated } from "./guard_secrets.ts";
import type { LoopGuard } from "./loop_guard.ts";
import { toBaseError } from "./base_error.ts";
import type { Prompter } from "./mfa/code.ts";
import {
  type TokenAccess,
  type TokenContext,
  useSignInToken,
} from "./use_sign_in_token.ts";
import type { Reporter } from "../host.ts";
import { showWait } from "./wait_notice.ts";
import { reasonOf } from "../system/os_error.ts";
import { readText, statIfPresent } from "../system/read_file.ts";
import { CONTAINER_TOKEN } from "./sdk_rules.ts";

/**
 * Time in which a run that must not ask, or that a program of another run started, waits for
 * the sign-in of another process.
 */
const SIGN_IN_TIMEOUT_MS = 60_000;

/** Dependencies of {@linkcode findBaseCredentials}. */
export interface BaseContext {
  /** The user's environment, in which the SDK looks for credentials. */
  readonly env: Readonly<Record<string, string>>;
  readonly now: () => number;
  readonly loops: LoopGuard;
  readonly reporter: Reporter;
  readonly prompter: Pick<Prompter, "runProgram" | "signIn">;
}

/**
 * Finds the base credentials: the credentials in the plan, the output of the profile's
 * `credential_process`, or the credentials of the profile, the container or the EC2
 * instance that the plan names.
 *
 * @throws {AwsError} If no base credentials are found, or the credentials in the plan
 * have expired
 * @throws {ConfigError} If the profile's `credential_process` would start itself again
 */
export async function findBaseCredentials(
  { base: planned, mfa: { mayAsk }, cacheDirectory }: Pick<
    ChainStart,
    "base" | "mfa" | "cacheDirectory"
  >,
  aws: Aws,
  context: BaseContext,
): Promise<FoundCredentials> {
  const { env, now } = context;
  const base = planned.kind === "mfa-session" ? planned.source : planned;
  if (base.kind === "static") {
    refuseExpired(base, now());
    return base.credentials;
  }
  if (base.kind === "process") {
    const { runCredentialProcess } = await import("./credential_process.ts");
    const found = await runCredentialProcess(base, { ...context, mayAsk });
    checkKeys(found, foundPlaces(base.profile));
    return found;
  }
  if (base.kind !== "profile" && base.kind !== "machine") {
    throw new Error(`Cannot find base credentials of the kind ${base.kind}`);
  }
  const { permissions } = base;
  const secrets: (string | undefined)[] = [
    ...secretsOfEnv(env),
  ];
  const query = {
    ...(base.profile !== undefined && { profile: base.profile }),
    env,
    permissions,
  };
  const find = async (access?: TokenAccess) => {
    await checkContainerTokens(permissions.read);
    return await aws.findBase({
      ...query,
      ...(base.kind === "machine" && { source: base.source }),
      permissions: access === undefined ? permissions : {
        ...permissions,
        read: [...permissions.read, access.path],
        net: [...permissions.net, ...access.hosts],
      },
    }, access?.onRefresh);
  };
  const { token } = permissions;
  try {
    const found = token === undefined ? await find() : await useSignInToken(
      token,
      {
        ...context,
        cacheDirectory,
        secrets,
        ...signInOf(
          token,
          query,
          { mayAsk, cacheDirectory, secrets },
          aws,
          context,
        ),
      },
      find,
    );
    checkKeys(found, foundPlaces(base.profile));
    refuseRepeated([found.accessKeyId], secrets);
    return found;
  } catch (error) {
    if (error instanceof AssumeRoleError) throw error;
    throw toBaseError(base, error, secrets);
  }
}

/** Returns the reactions to a token with which assume-role must sign in, or must wait. */
function signInOf(
  { sso, directory }: SignInToken,
  query: Parameters<Aws["findBase"]>[0],
  { mayAsk, ...settings }: Pick<SignInRequest, "cacheDirectory" | "secrets"> & {
    readonly mayAsk: boolean;
  },
  aws: Aws,
  { prompter, reporter, now, loops }: BaseContext,
): Pick<TokenContext, "signIn" | "waiting"> {
  if (sso === undefined) return {};
  const { signIn } = prompter;
  const command = `aws sso login ${
    formatOption("profile", query.profile ?? "default")
  }`;
  const request: SignInRequest = {
    ...settings,
    session: sso,
    directory,
    connect: () => aws.connectSignIn({ ...query, ssoRegion: sso.region }),
    now,
    command,
  };
  return {
    ...(mayAsk && signIn && {
      signIn: { ...signIn, start: () => signIn.start(request) },
    }),
    waiting: {
      onWait: () =>
        showWait(
          "waiting for another assume-role, which signs in to IAM Identity Center",
          reporter,
          "terminal and log",
        ),
      ...((!mayAsk || loops.isNested) && {
        timeoutMs: SIGN_IN_TIMEOUT_MS,
        onTimeout: () =>
          new SignInError("another assume-role is still signing in", {
            hint:
              `finish that sign-in in the browser, or sign in with '${command}'`,
          }),
      }),
    },
  };
}

/**
 * Refuses access keys from environment variables after the time in
 * `AWS_CREDENTIAL_EXPIRATION`, as the AWS CLI does.
 *
 * @throws {AwsError} If the access keys have expired.
 */
function refuseExpired(
  { expiration }: Extract<Base, { readonly kind: "static" }>,
  now: number,
): void {
  if (expiration === undefined || expiration > now) return;
  throw new AwsError(
    `Cannot use the keys of the environment: according to AWS_CREDENTIAL_EXPIRATION, the keys expired at ${
      new Date(expiration).toISOString()
    }`,
    {
      code: "ExpiredToken",
      hint:
        "get new keys, or unset AWS_CREDENTIAL_EXPIRATION if the keys are newer than this variable",
    },
  );
}

/**
 * Checks the files with the container's authorization token, because the AWS SDK would wait
 * for the end of a pipe or a device.
 *
 * @throws {Error} If a file exists and cannot be read.
 */
async function checkContainerTokens(paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    if (await statIfPresent(path) === undefined) continue; // the AWS SDK reports this
    try {
      await readText(path);
    } catch (error) {
      throw new Error(`${CONTAINER_TOKEN}: ${reasonOf(error)}`, {
        cause: error,
      });
    }
  }
}

/** Describes each part of the credentials that were found, for error messages. */
function foundPlaces(profile: string | undefined): KeyPlaces {
  const of = profile === undefined
    ? "of the base credentials"
    : `that the AWS profile '${profile}' gives`;
  return {
    accessKeyId: `the access key ID ${of}`,
    secretAccessKey: `the secret access key ${of}`,
    sessionToken: `the session token ${of}`,
  };
}
