import { fstatSync } from "node:fs";
import { AssumeRoleError } from "../errors.ts";
import { writeAll } from "./atomic_write.ts";
import { isStreamOf } from "./is_stream_of.ts";
import { reasonOf } from "./os_error.ts";

/** Variables with the paths of files through which a step passes on data, or is shown. */
const FILE_VARIABLES = [
  "GITHUB_ENV",
  "GITHUB_OUTPUT",
  "GITHUB_STATE",
  "GITHUB_PATH",
  "GITHUB_STEP_SUMMARY",
];

const STDOUT = 1;

type Env = Readonly<Record<string, string>>;

/** The file `$GITHUB_ENV` of a job of GitHub Actions, open for appending. */
export class GithubEnvFile implements Disposable {
  readonly #path: string;
  readonly #file: Deno.FsFile;

  private constructor(path: string, file: Deno.FsFile) {
    this.#path = path;
    this.#file = file;
  }

  /**
   * Opens the file.
   *
   * @throws {AssumeRoleError} If `GITHUB_ENV` is not set, or the file cannot be opened, or
   * stdout is closed, the null device or a file of GitHub Actions
   */
  static open(env: Env): GithubEnvFile {
    const path = env.GITHUB_ENV;
    if (!path) {
      throw new AssumeRoleError(
        "Cannot use '--format github': GITHUB_ENV is not set",
        {
          hint:
            "use the format in a step of GitHub Actions, or another format, such as '--format env'",
        },
      );
    }
    const stdout = variableOfStdout(env);
    if (stdout !== undefined) {
      throw new AssumeRoleError(
        `Cannot use '--format github': stdout is the file $${stdout}, and must be the log`,
        {
          hint:
            `leave out '>> "$${stdout}"': assume-role appends to $GITHUB_ENV itself`,
        },
      );
    }
    if (isStdoutDiscarded()) {
      throw new AssumeRoleError(
        "Cannot use '--format github': stdout is closed or /dev/null, and must be the log",
        {
          hint:
            "leave out '>/dev/null': assume-role prints only the commands that hide the keys in the log",
        },
      );
    }
    try {
      const { isFile, isDirectory } = Deno.statSync(path);
      if (isDirectory) throw new Deno.errors.IsADirectory();
      // Opening a pipe would wait for a reader.
      if (!isFile) throw new Error("the file is not a regular file");
      return new GithubEnvFile(
        path,
        Deno.openSync(path, { read: true, append: true }),
      );
    } catch (error) {
      throw appendError(path, error);
    }
  }

  /**
   * Appends lines to the file.
   *
   * @throws {AssumeRoleError} If the file cannot be written to; the file has its old content
   * then
   */
  append(text: string): void {
    try {
      const { size } = this.#file.statSync();
      const content = this.#unfinishedLine(size) + text;
      try {
        writeAll(this.#file, new TextEncoder().encode(content));
      } catch (error) {
        this.#file.truncateSync(size);
        throw error;
      }
    } catch (error) {
      throw appendError(this.#path, error);
    }
  }

  [Symbol.dispose](): void {
    this.#file.close();
  }

  /** Returns a line end if the last line of the file has none. */
  #unfinishedLine(size: number): string {
    if (size === 0) return "";
    this.#file.seekSync(-1, Deno.SeekMode.End);
    const last = new Uint8Array(1);
    this.#file.readSync(last);
    return last[0] === 10 ? "" : "\n";
  }
}

/** Returns the variable of GitHub Actions that names the file that stdout is, if any. */
export function variableOfStdout(env: Env): string | undefined {
  return FILE_VARIABLES.find((name) => {
    const path = env[name];
    return Boolean(path) && isStreamOf(STDOUT, path!);
  });
}

/** Whether stdout is the null device. The runtime replaces a closed stdout by this device. */
function isStdoutDiscarded(): boolean {
  try {
    return fstatSync(STDOUT).isCharacterDevice() && !Deno.stdout.isTerminal();
  } catch {
    return false; // on some systems, stdout has no metadata
  }
}

function appendError(path: string, error: unknown): AssumeRoleError {
  return new AssumeRoleError(
    `Cannot append to ${path}, the file of GITHUB_ENV: ${reasonOf(error)}`,
    { cause: error },
  );
}
