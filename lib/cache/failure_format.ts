// Pure: no I/O.
import { AssumeRoleError, InterruptedError } from "../errors.ts";
import type { FailureFormat } from "../system/lock.ts";

/**
 * The text format of a failure to obtain credentials, for the processes that wait for
 * the same credentials. The text has the error's message and hint, which contain no
 * secret. An interruption by a signal has no text, so that the next waiting process
 * tries to obtain the credentials itself.
 */
export const FAILURE_FORMAT: FailureFormat = {
  format: (error) => {
    if (!(error instanceof AssumeRoleError)) return undefined;
    if (error instanceof InterruptedError) return undefined;
    const { message, hint } = error;
    return JSON.stringify({ message, hint });
  },
  parse: (text) => {
    const { message, hint } = JSON.parse(text);
    return new AssumeRoleError(message, { hint });
  },
};
