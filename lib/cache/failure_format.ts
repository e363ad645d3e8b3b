// Pure: no I/O.
import { AssumeRoleError, InterruptedError } from "../errors.ts";
import type { FailureFormat } from "../system/lock.ts";

/**
 * The format in which a failure to obtain credentials is passed on to the waiting
 * processes: message and hint, which contain no secret. If a signal ended the
 * process, nothing is passed on, so that the next process takes over.
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
