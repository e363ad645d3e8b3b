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
 * given environment. The environment of this process stays unchanged, because other
 * threads and, in the library, the importing program use the same environment.
 *
 * @throws {Error} If the `credential_process` fails, even if the SDK then finds other
 * credentials.
 */
export async function withProcessEnvironment<T>(
  env: Variables,
  work: () => Promise<T>,
): Promise<T> {
  const { externalDataInterceptor } = await import("@smithy/core/config");
  externalDataInterceptor.interceptToken("exec", execWithEnvironment);
  const current: Work = { env };
  // Prefer the program's error, because the SDK's error may lack the reason. If the
  // program failed, credentials that the SDK found elsewhere are for another identity.
  const fail = (error: unknown) => {
    throw current.failure ?? error;
  };
  const result = await currentWork.run(current, work).catch(fail);
  return current.failure === undefined ? result : fail(undefined);
}

/** Replaces the `exec()` that the SDK calls with a command line and a callback. */
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
