import { join } from "@std/path/join";

/** A test program in a process that may open only a limited number of files. */
export class Program implements AsyncDisposable {
  readonly #process: Deno.ChildProcess;
  readonly #lines: ReadableStreamDefaultReader<string>;

  constructor(name: string, args: readonly unknown[], maxFiles: number) {
    this.#process = new Deno.Command("sh", {
      args: [
        "-c",
        `ulimit -n ${maxFiles}; exec "$@"`,
        "sh",
        Deno.execPath(),
        "run",
        "--quiet",
        "--allow-net=127.0.0.1",
        join(import.meta.dirname!, "..", "fixtures", name),
        ...args.map(String),
      ],
      stdout: "piped",
    }).spawn();
    this.#lines = this.#process.stdout
      .pipeThrough(new TextDecoderStream()).getReader();
  }

  /** Reads a line that the program prints. */
  async line(): Promise<string> {
    return (await this.#lines.read()).value!.trim();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#process.kill();
    await this.#lines.cancel();
    await this.#process.status;
  }
}
