import { AsyncLocalStorage } from "node:async_hooks";
import { exec } from "node:child_process";
import { platform } from "node:os";
import { splitWords } from "./ini_sections.ts";

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
  const quoted = quoteWords(commandLine);
  exec(
    quoted,
    { ...work && { env: work.env } },
    (error, stdout, stderr) => {
      if (error !== null) {
        error.message = error.message.replace(quoted, () => commandLine);
        if (work !== undefined) work.failure = error;
      }
      callback(error, { stdout, stderr });
    },
  );
}

/**
 * Quotes the words of a command line, so that the shell expands nothing: the AWS CLI splits
 * a command line into words and starts the program without a shell. On Windows and for an
 * unclosed quote, returns the command line unchanged.
 */
function quoteWords(commandLine: string): string {
  if (platform() === "win32") return commandLine;
  const words = splitWords(commandLine) ?? [];
  return words.length === 0
    ? commandLine
    : words.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ");
}
