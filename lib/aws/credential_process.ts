import { AsyncLocalStorage } from "node:async_hooks";
import { exec } from "node:child_process";

type Variables = Readonly<Record<string, string>>;
type Callback = (
  error: Error | null,
  output: { readonly stdout: string; readonly stderr: string },
) => void;

/** A task of the SDK that may start a `credential_process`. */
interface Work {
  readonly env: Variables;
  /** The error of the `credential_process`. The SDK's default chain ignores this error. */
  failure?: Error;
}

const currentWork = new AsyncLocalStorage<Work>();

/**
 * Runs a task of the AWS SDK. A `credential_process` that the SDK starts during the task
 * gets the environment `env`. The environment of this process stays unchanged, because
 * other threads use the same environment. If assume-role is used as a library, the program
 * that imports the library uses the same environment, too.
 *
 * @throws {Error} If the `credential_process` fails, even if the SDK then finds
 * credentials in another source.
 */
export async function withProcessEnvironment<T>(
  env: Variables,
  work: () => Promise<T>,
): Promise<T> {
  const { externalDataInterceptor } = await import("@smithy/core/config");
  externalDataInterceptor.interceptToken("exec", execWithEnvironment);
  const current: Work = { env };
  // Prefer the error of the credential_process, because the SDK's error may lack the
  // reason. Discard credentials that the SDK then found in another source, because these
  // credentials can have another identity.
  const fail = (error: unknown) => {
    throw current.failure ?? error;
  };
  const result = await currentWork.run(current, work).catch(fail);
  return current.failure === undefined ? result : fail(undefined);
}

/** Runs a command line for the SDK, which calls this function instead of `exec()`. */
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
