import { AssumeRoleError } from "../errors.ts";
import { reserveFiles } from "./signals.ts";

/** Permissions of a worker; anything that is left out is denied. */
export interface WorkerPermissions {
  readonly net?: string[];
  readonly read?: (string | URL)[];
  readonly env?: string[];
  readonly sys?: (
    | "hostname"
    | "osRelease"
    | "homedir"
    | "uid"
    | "gid"
  )[];
}

/** The number of files that Deno opens for a worker and its connections. */
const WORKER_FILES = 12;

/** The first message to a worker. */
export interface WorkerStart<T> {
  /** The kind of the worker's task, so that the worker can load the modules at once. */
  readonly kind: T;
  /** A port that the worker must keep, and that closes when the worker has ended. */
  readonly lifeline: MessagePort;
}

/** Functions that receive what a worker sends. */
export interface WorkerEvents {
  readonly onMessage: (message: unknown) => void;
  /** The worker has failed; the reason is text of the worker. */
  readonly onFailure: (reason: string) => void;
}

/** The ends of workers that are to end. */
const endings = new Set<Promise<void>>();

/**
 * Waits until no code runs of the workers that are to end.
 *
 * @throws {AssumeRoleError} If a worker does not end
 */
export async function workersEnded(): Promise<void> {
  await Promise.all(endings);
}

/** The time in which a worker must end; code that is busy cannot be interrupted. */
const END_TIMEOUT_MS = 5000;

const UNREADABLE = "an unreadable message";

/** The greatest number of characters of a worker's reason. */
const MAX_REASON = 1000;

/** Reads a message, which is JSON: Deno can end the process while it reads other values. */
function readMessage(data: unknown): unknown {
  if (typeof data !== "string") throw new TypeError("The message is no text");
  return JSON.parse(data);
}

function isFailure(
  message: unknown,
): message is { readonly uncaught: unknown } {
  return typeof message === "object" && message !== null &&
    "uncaught" in message;
}

/** Converts no value to text: such a conversion can fail, or use much time. */
function toReason(reason: unknown): string {
  return typeof reason === "string" ? reason.slice(0, MAX_REASON) : UNREADABLE;
}

/** A worker that has only the given permissions. */
export class RestrictedWorker {
  readonly #worker: Worker;
  readonly #started: Promise<{ readonly ended: Promise<void> }>;
  #events: WorkerEvents | undefined;
  /** The reason of a failure that no function has received. */
  #failure: string | undefined;
  #ending: Promise<void> | undefined;

  /**
   * Starts a worker.
   *
   * @param kind the property `kind` of the first message to the worker
   * @throws {Error} If this process can open too few files for a worker
   */
  constructor(module: URL, permissions: WorkerPermissions, kind: unknown) {
    const worker = startWorker(module, permissions);
    worker.onmessage = ({ data }) => {
      try {
        const message = readMessage(data);
        if (isFailure(message)) this.#fail(toReason(message.uncaught));
        else if (this.#events === undefined) this.#fail(UNREADABLE);
        else this.#events.onMessage(message);
      } catch {
        this.#fail(UNREADABLE);
      }
    };
    worker.onmessageerror = () => this.#fail(UNREADABLE);
    worker.onerror = (event) => {
      event.preventDefault();
      this.#fail(toReason(event.message));
    };
    this.#worker = worker;
    this.#started = sendStart(worker, kind);
  }

  /** Sets the functions that receive what the worker sends. */
  listen(events: WorkerEvents): void {
    this.#events = events;
    if (this.#failure !== undefined) events.onFailure(this.#failure);
  }

  async send(message: unknown): Promise<void> {
    await this.#started;
    this.#worker.postMessage(message);
  }

  /**
   * Terminates the worker, and waits until no code of the worker runs any more.
   * `Worker.terminate()` alone does not wait, and does not interrupt code that is busy.
   *
   * @throws {AssumeRoleError} If the worker does not end within five seconds
   */
  end(): Promise<void> {
    return this.#ending ??= track(this.#end());
  }

  /** Reports a failure. A worker that fails before it has a task is terminated at once. */
  #fail(reason: string): void {
    if (this.#events !== undefined) return this.#events.onFailure(reason);
    this.#failure ??= reason;
    this.end().catch(() => {}); // the next call of `end()` reports the error
  }

  async #end(): Promise<void> {
    const { ended } = await this.#started;
    this.#worker.terminate();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const timeout = new Promise<never>((_, reject) => {
      const error = new AssumeRoleError("Cannot stop the AWS SDK: it is busy");
      timer = setTimeout(() => reject(error), END_TIMEOUT_MS);
    });
    await Promise.race([ended, timeout]).finally(() => clearTimeout(timer));
  }
}

/** Adds an end to those that `workersEnded()` waits for, until the worker has ended. */
function track(ending: Promise<void>): Promise<void> {
  endings.add(ending);
  ending.then(() => endings.delete(ending), () => {});
  return ending;
}

/** Sends the first message. Only Node's ports report that the other end is closed. */
async function sendStart(
  worker: Worker,
  kind: unknown,
): Promise<{ readonly ended: Promise<void> }> {
  const { MessageChannel } = await import("node:worker_threads");
  const { port1, port2 } = new MessageChannel();
  const ended = new Promise<void>((resolve) => port1.once("close", resolve));
  port1.on("message", () => {}); // a port without a listener does not report its end
  const lifeline = port2 as unknown as MessagePort;
  worker.postMessage({ kind, lifeline }, [lifeline]);
  return { ended };
}

/**
 * Starts a worker that has only these permissions.
 *
 * @throws {Error} If this process can open too few files for a worker
 */
function startWorker(
  module: URL,
  { net = [], read = [], env = [], sys = [] }: WorkerPermissions,
): Worker {
  reserveFiles(WORKER_FILES);
  return new Worker(module, {
    type: "module",
    deno: {
      permissions: {
        net: net.length > 0 ? net : false,
        read: read.length > 0 ? read : false,
        run: false,
        sys,
        env: env.length > 0 ? env : false,
        ffi: false,
        import: false,
        write: false,
      },
    },
  });
}
