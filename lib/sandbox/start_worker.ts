import { RestrictedWorker, type WorkerPermissions } from "../system/worker.ts";
import type { Task } from "./rpc.ts";

/** The module of the worker, in the sources or in the bundle of the executable. */
const WORKER = new URL(
  import.meta.url.endsWith(".ts") ? "./worker.ts" : "./lib/sandbox/worker.js",
  import.meta.url,
);

/** The modules that the worker imports; an executable contains the modules. */
const SOURCES = import.meta.url.endsWith(".ts")
  ? [new URL("..", import.meta.url)]
  : [];

/** The permissions that the SDK needs to describe the system in its requests. */
const SYSTEM = ["uid", "osRelease"] as const;

/**
 * Starts a worker with a part of the permissions of this process.
 *
 * @param permissions the permissions in addition to those that every worker needs
 */
export function startWorker(
  kind: Task["kind"],
  { read = [], sys = [], ...others }: WorkerPermissions = {},
): RestrictedWorker {
  return new RestrictedWorker(WORKER, {
    ...others,
    read: [...read, ...SOURCES],
    sys: [...SYSTEM, ...sys],
  }, kind);
}

/**
 * A worker for STS that starts before its task is known, so that the worker loads the AWS SDK
 * while the plan is made.
 */
export class EarlyWorker implements AsyncDisposable {
  #worker: RestrictedWorker | undefined;

  constructor() {
    try {
      this.#worker = startWorker("client");
    } catch {
      // The run may need no worker. A run that needs one tries again, and reports the error.
    }
  }

  /** Returns the worker at the first call; the caller must end the worker. */
  take(): RestrictedWorker | undefined {
    const worker = this.#worker;
    this.#worker = undefined;
    return worker;
  }

  /** Ends the worker, if nothing has used the worker, and waits until it has ended. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.take()?.end();
  }
}
