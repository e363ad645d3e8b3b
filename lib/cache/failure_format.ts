// Pure: no I/O.
import { AssumeRoleError, InterruptedError } from "../errors.ts";
import type { FailureFormat } from "../system/lock.ts";

/**
 * How the failure to obtain credentials is passed on to the processes that
 * waited for them: its line and its hint, which never hold a secret. That a
 * signal ended one process is no concern of the others: the next takes over.
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
