import type {
  ConsoleProgram,
  ConsoleResult,
  PipedProgram,
  PipedResult,
  Request,
  Response,
} from "./requests.ts";

/** Runs programs on Windows through the program `agent.ts`. */
export class Agent {
  readonly #process: Deno.ChildProcess;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #pending = new Map<number, (response: Response) => void>();
  readonly #reading: Promise<void>;
  #count = 0;

  /** @param argv starts `agent.ts` */
  constructor(
    [path, ...args]: readonly string[],
    env: Readonly<Record<string, string>>,
  ) {
    this.#process = new Deno.Command(path!, {
      args,
      env: { ...env },
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    this.#writer = this.#process.stdin.getWriter();
    this.#reading = this.#read();
  }

  async runPiped(piped: PipedProgram): Promise<PipedResult> {
    return await this.#send({ id: ++this.#count, piped }) as PipedResult;
  }

  async runOnConsole(console: ConsoleProgram): Promise<ConsoleResult> {
    return await this.#send({ id: ++this.#count, console }) as ConsoleResult;
  }

  /** Waits for the end of the agent. */
  async close(): Promise<void> {
    await this.#writer.close();
    await this.#reading;
    await this.#process.status;
  }

  async #send(request: Request): Promise<Response["result"]> {
    const { promise, resolve } = Promise.withResolvers<Response>();
    this.#pending.set(request.id, resolve);
    const line = `${JSON.stringify(request)}\n`;
    await this.#writer.write(new TextEncoder().encode(line));
    const { result, error } = await promise;
    if (error !== undefined) throw new Error(error);
    return result;
  }

  async #read(): Promise<void> {
    let rest = "";
    const text = this.#process.stdout.pipeThrough(new TextDecoderStream());
    for await (const part of text) {
      const lines = (rest + part).split("\n");
      rest = lines.pop()!;
      for (const line of lines) {
        const response: Response = JSON.parse(line);
        this.#pending.get(response.id)?.(response);
      }
    }
    // Fail the requests that the agent did not answer.
    for (const [id, resolve] of this.#pending) {
      resolve({ id, error: "the agent has ended" });
    }
  }
}
