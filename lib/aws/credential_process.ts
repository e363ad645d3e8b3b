import { AsyncLocalStorage } from "node:async_hooks";
import { exec } from "node:child_process";

type Variables = Readonly<Record<string, string>>;
type Callback = (
  error: Error | null,
  output: { readonly stdout: string; readonly stderr: string },
) => void;

/** Work of the SDK that may run a `credential_process`. */
interface Work {
  readonly env: Variables;
  /** The failure of the program, which the SDK's default chain ignores. */
  failure?: Error;
}

const currentWork = new AsyncLocalStorage<Work>();

/**
 * Runs work of the AWS SDK. A `credential_process` that the work starts gets the
 * given environment. The environment of this process is not changed, because it is
 * shared with other threads and, in the library, with the importing program.
 *
 * @throws {Error} If the program fails, also if the SDK finds other credentials
 */
export async function withProcessEnvironment<T>(
  env: Variables,
  work: () => Promise<T>,
): Promise<T> {
  const { externalDataInterceptor } = await import("@smithy/core/config");
  externalDataInterceptor.interceptToken("exec", execWithEnvironment);
  const current: Work = { env };
  // The SDK's error may lack the reason, and another identity must not be used.
  const fail = (error: unknown) => {
    throw current.failure ?? error;
  };
  const result = await currentWork.run(current, work).catch(fail);
  return current.failure === undefined ? result : fail(undefined);
}

/** Replaces `exec()` in the SDK, which gives it a command line and a callback. */
function execWithEnvironment(commandLine: string, callback: Callback): void {
  const work = currentWork.getStore();
  exec(
    commandLine,
    { ...work && { env: work.env } },
    (error, stdout, stderr) => {
      if (work !== undefined && error !== null) work.failure = error;
      callback(error, { stdout, stderr });
    },
  );
}
