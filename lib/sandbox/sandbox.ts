import type { AwsClient } from "../aws/client.ts";
import { hostsOf } from "../aws/hosts.ts";
import type {
  AwsConnection,
  BaseQuery,
  ConnectionSettings,
  Sdk,
} from "../aws/sdk.ts";
import { ConfigError } from "../errors.ts";
import { startWorker, type WorkerPermissions } from "../system/worker.ts";
import { fromFailure, type Reply } from "./rpc.ts";

type WorkerName = "client_worker" | "base_worker";

/** A worker's module, in the sources or in the bundle of the executable. */
function moduleOf(name: WorkerName): URL {
  const isSource = import.meta.url.endsWith("/sandbox.ts");
  const path = isSource ? `./${name}.ts` : `./lib/sandbox/${name}.js`;
  return new URL(path, import.meta.url);
}

/** What the SDK insists on to name the system in its requests. */
const SYSTEM = ["uid", "osRelease"] as const;
/** What it reads past the environment that it is given, to name itself. */
const HARMLESS = ["AWS_EXECUTION_ENV"] as const;

/** The AWS SDK behind bars: its code reaches what it is to call, and no more. */
export const SANDBOXED_SDK: Sdk = {
  connect,
  findBase: async (query) => {
    using sandbox = new Sandbox("base_worker", query, {
      net: [...query.permissions.net],
      read: [...query.permissions.read],
      write: [...query.permissions.write],
      // A program gets the user's whole environment.
      run: query.permissions.run,
      env: query.permissions.run || [...HARMLESS],
      sys: [...SYSTEM, "homedir", "hostname"],
    });
    return await sandbox.call("findBase") as Awaited<
      ReturnType<Sdk["findBase"]>
    >;
  },
};

function connect(settings: ConnectionSettings): AwsConnection {
  const imprison = (service: "sts" | "iam") =>
    new Sandbox("client_worker", settings, {
      net: [...hostsOf(service, settings)],
      sys: [...SYSTEM],
    });
  // IAM is asked for MFA devices only, by a worker of its own.
  const jails = new Map([["sts", imprison("sts")]]);
  const call =
    (service: "sts" | "iam", method: keyof AwsClient) => (input?: unknown) => {
      const sandbox = jails.get(service) ?? imprison(service);
      jails.set(service, sandbox);
      // What comes back is what the same method gave there.
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
      jails.forEach((sandbox) => sandbox[Symbol.dispose]()),
  };
}

/**
 * Starts the worker; it can have no permission that we have not.
 *
 * @throws {ConfigError} where it is to reach what we may not
 */
function start(name: WorkerName, permissions: WorkerPermissions): Worker {
  try {
    return startWorker(moduleOf(name), permissions);
  } catch (error) {
    const { net = [] } = permissions;
    throw new ConfigError(
      `Cannot call ${
        net.join(", ")
      }: assume-role may reach AWS and this machine only`,
      {
        hint:
          "for another address, run it by 'deno run --allow-net': see 'Permissions' in the README",
        cause: error,
      },
    );
  }
}

/** One worker, and the calls to it that are not answered yet. */
class Sandbox implements Disposable {
  readonly #worker: Worker;
  readonly #pending = new Map<
    number,
    PromiseWithResolvers<unknown>
  >();

  /** Why it does not answer any more. */
  #failure: Error | undefined;

  /** @param purpose what the worker is told first */
  constructor(
    name: WorkerName,
    purpose: ConnectionSettings | BaseQuery,
    permissions: WorkerPermissions,
  ) {
    this.#worker = start(name, permissions);
    this.#worker.onmessage = ({ data }: MessageEvent<Reply>) => {
      const pending = this.#pending.get(data.id);
      if ("failure" in data) pending?.reject(fromFailure(data.failure));
      else pending?.resolve(data.output);
    };
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.#failure = new Error(`the AWS SDK cannot run: ${event.message}`);
      this.#pending.forEach(({ reject }) => reject(this.#failure));
    };
    this.#worker.postMessage(purpose);
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
