import type { AwsClient } from "../aws/sts_types.ts";
import { hostsOf } from "../aws/hosts.ts";
import type {
  AwsConnection,
  ConnectionSettings,
  OnTokenRefresh,
  Sdk,
} from "../aws/sdk_interface.ts";
import { refuseDeniedHosts } from "../system/net_permission.ts";
import { startWorker, type WorkerPermissions } from "../system/worker.ts";
import {
  fromFailure,
  type RefreshedToken,
  type Reply,
  type Task,
} from "./rpc.ts";

/** The module of the worker, in the sources or in the bundle of the executable. */
const WORKER = new URL(
  import.meta.url.endsWith(".ts") ? "./worker.ts" : "./lib/sandbox/worker.js",
  import.meta.url,
);

/** The permissions that the SDK needs to describe the system in its requests. */
const SYSTEM = ["uid", "osRelease"] as const;
/** The variable that the SDK reads to describe the system in its requests. */
const SYSTEM_VARIABLES = ["AWS_EXECUTION_ENV"] as const;

/** The AWS SDK in workers that have only the permissions of their tasks. */
export const SANDBOXED_SDK: Sdk = {
  connect,
  findBase: async (query, onTokenRefresh) => {
    using sandbox = new Sandbox({ kind: "base", query }, {
      net: [...query.permissions.net],
      read: [...query.permissions.read],
      env: [...SYSTEM_VARIABLES],
      sys: [...SYSTEM, "homedir", "hostname"],
    }, onTokenRefresh);
    return await sandbox.call("findBase") as Awaited<
      ReturnType<Sdk["findBase"]>
    >;
  },
};

function connect(settings: ConnectionSettings): AwsConnection {
  const startSandbox = (service: "sts" | "iam") =>
    new Sandbox({ kind: "client", settings }, {
      net: [...hostsOf(service, settings)],
      sys: [...SYSTEM],
    });
  // IAM has a worker of its own, which starts at the first call: few runs need IAM.
  const sandboxes = new Map([["sts", startSandbox("sts")]]);
  const call =
    (service: "sts" | "iam", method: keyof AwsClient) => (input?: unknown) => {
      const sandbox = sandboxes.get(service) ?? startSandbox(service);
      sandboxes.set(service, sandbox);
      // The output has the type that the same method of AwsClient returns.
      // deno-lint-ignore no-explicit-any
      return sandbox.call(method, input) as Promise<any>;
    };
  return {
    getCallerIdentity: call("sts", "getCallerIdentity"),
    assumeRole: call("sts", "assumeRole"),
    assumeRoleWithWebIdentity: call("sts", "assumeRoleWithWebIdentity"),
    getSessionToken: call("sts", "getSessionToken"),
    listMfaDevices: call("iam", "listMfaDevices"),
    getUserName: call("iam", "getUserName"),
    [Symbol.dispose]: () =>
      sandboxes.forEach((sandbox) => sandbox[Symbol.dispose]()),
  };
}

/**
 * Starts a worker with a part of the permissions of this process.
 *
 * @throws {ConfigError} If the process may not connect to the worker's hosts.
 */
function start(permissions: WorkerPermissions): Worker {
  try {
    return startWorker(WORKER, permissions);
  } catch (error) {
    refuseDeniedHosts(permissions.net ?? []);
    throw error;
  }
}

/** A worker with its pending calls. */
class Sandbox implements Disposable {
  readonly #worker: Worker;
  readonly #pending = new Map<
    number,
    PromiseWithResolvers<unknown>
  >();

  /** The reason why the worker has ended. */
  #failure: Error | undefined;

  constructor(
    task: Task,
    permissions: WorkerPermissions,
    onTokenRefresh?: OnTokenRefresh,
  ) {
    this.#worker = start(permissions);
    this.#worker.onmessage = (
      { data }: MessageEvent<Reply | RefreshedToken>,
    ) => {
      if ("refreshedToken" in data) {
        onTokenRefresh?.(data.refreshedToken);
        return;
      }
      const pending = this.#pending.get(data.id);
      if ("failure" in data) pending?.reject(fromFailure(data.failure));
      else pending?.resolve(data.output);
    };
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.#failure = new Error(`the AWS SDK cannot run: ${event.message}`);
      this.#pending.forEach(({ reject }) => reject(this.#failure));
    };
    this.#worker.postMessage(task);
  }

  async call(method: string, input?: unknown): Promise<unknown> {
    if (this.#failure !== undefined) throw this.#failure;
    const id = this.#pending.size + 1;
    const pending = Promise.withResolvers<unknown>();
    this.#pending.set(id, pending);
    this.#worker.postMessage({ id, method, input });
    return await pending.promise;
  }

  [Symbol.dispose](): void {
    this.#worker.terminate();
  }
}
