import { INCOMPLETE_ANSWER } from "../aws/errors/match.ts";
import { withoutSecrets } from "../aws/errors/translate.ts";
import type { SigningCredentials } from "../aws/credentials.ts";
import { AssumeRoleError, AwsError } from "../errors.ts";
import type { AwsConnection } from "../aws/sdk_interface.ts";
import type { AwsClient } from "../aws/sts_types.ts";
import { SecretHider } from "../settings/hide_secrets.ts";

/**
 * Length below which a secret is not searched for in answers. Test services use keys such
 * as `test`, and such a word is a part of many names.
 */
const MIN_LENGTH = 16;
/** Matches a one-time code. */
const CODE = /^\d{6}$/;

/**
 * Guards a connection to AWS: hides the secrets that were sent in all errors, and refuses
 * an answer that repeats such a secret in a value, which would be shown, saved or passed
 * to a command.
 *
 * @param secrets the secrets that every request of the connection can contain
 */
export function guardConnection(
  connection: AwsConnection,
  secrets: readonly (string | undefined)[],
): AwsConnection {
  const sent = [...secrets];
  const guard = <I extends unknown[], O>(
    call: (...input: I) => Promise<O>,
    secretsIn: (...input: I) => readonly string[] = () => [],
  ) =>
  async (...input: I): Promise<O> => {
    sent.push(...secretsIn(...input));
    const long = longSecrets(sent);
    const codes = sent.filter((secret = "") => CODE.test(secret));
    let output: O;
    try {
      output = await call(...input);
    } catch (error) {
      throw hideInError(error, [...long, ...codes]);
    }
    refuseRepeated(output, long, withoutNamed(codes, input));
    return output;
  };
  const guarded: AwsClient = {
    getCallerIdentity: guard(connection.getCallerIdentity),
    getUserName: guard(connection.getUserName),
    listMfaDevices: guard(connection.listMfaDevices),
    assumeRole: guard(
      connection.assumeRole,
      ({ mfa }) => mfa === undefined ? [] : [mfa.code],
    ),
    getSessionToken: guard(connection.getSessionToken, ({ mfa }) => [mfa.code]),
    assumeRoleWithWebIdentity: guard(
      connection.assumeRoleWithWebIdentity,
      ({ webIdentityToken }) => [webIdentityToken],
    ),
  };
  return {
    ...guarded,
    [Symbol.asyncDispose]: () => connection[Symbol.asyncDispose](),
  };
}

/** Hides secrets in the texts of an error that AWS or the SDK may have written. */
function hideInError(
  error: unknown,
  secrets: readonly (string | undefined)[],
): unknown {
  if (!(error instanceof AwsError)) {
    return error instanceof AssumeRoleError
      ? error
      : withoutSecrets(error, secrets);
  }
  const hider = new SecretHider(secrets);
  const hide = (text: string | undefined) => text && hider.hide(text);
  const { message, code, requestId, hint, cause, isBaseMissing } = error;
  return new AwsError(hider.hide(message), {
    code: hider.hide(code),
    requestId: hide(requestId),
    hint: hide(hint),
    isBaseMissing,
    cause: cause instanceof Error
      ? Object.assign(new Error(hider.hide(cause.message)), {
        name: cause.name,
      })
      : cause,
  });
}

function longSecrets(
  secrets: readonly (string | undefined)[],
): readonly string[] {
  return secrets.filter((secret) => secret !== undefined)
    .filter((secret) => secret.length >= MIN_LENGTH);
}

/** Leaves out codes that are also a part of a name in the request, such as a user's name. */
function withoutNamed(
  codes: readonly (string | undefined)[],
  input: unknown,
): readonly (string | undefined)[] {
  const texts = textsIn(input);
  return codes.filter((code = "") =>
    texts.filter((text) => text.includes(code)).length <= 1
  );
}

/**
 * Refuses an answer that repeats a secret: as it is or encoded, but in credentials only as
 * it is, because the search for encoded secrets in a long session token takes long. Codes
 * are not searched for in credentials, whose random text can have the digits of a code.
 *
 * @throws {AwsError} If a value of the answer has a secret.
 */
export function refuseRepeated(
  output: unknown,
  given: readonly (string | undefined)[],
  codes: readonly (string | undefined)[] = [],
): void {
  const secrets = longSecrets(given);
  // Session tokens have parts in common, so search for whole secrets.
  const isSecret = new SecretHider(secrets, "whole");
  const isCode = new SecretHider(codes, "whole");
  const { accessKeyId, secretAccessKey, sessionToken, ...names } =
    (typeof output === "object" ? output : { output }) as SigningCredentials;
  const credentials = textsIn([accessKeyId, secretAccessKey, sessionToken]);
  const isRepeated =
    secrets.some((secret) =>
      credentials.some((text) => text.includes(secret))
    ) ||
    textsIn(names).some((text) => isSecret.isIn(text) || isCode.isIn(text));
  if (!isRepeated) return;
  throw new AwsError(
    "Cannot use AWS's answer: the answer repeats a secret of the request",
    {
      code: INCOMPLETE_ANSWER,
      hint:
        "check the configured endpoint, and for a proxy between this machine and AWS",
    },
  );
}

/** Lists the texts in a value, in its members and in its items. */
function textsIn(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null
    ? Object.values(value).flatMap(textsIn)
    : [];
}
