import type { AwsClient } from "../aws/sts_types.ts";
import { hostsOf } from "../aws/hosts.ts";
import type {
  AwsConnection,
  ConnectionSettings,
  OnTokenRefresh,
  Sdk,
  SignInQuery,
} from "../aws/sdk_interface.ts";
import type { SignInConnection } from "../aws/sign_in_types.ts";
import { refuseDeniedHosts } from "../system/net_permission.ts";
import {
  RestrictedWorker,
  type WorkerEvents,
  type WorkerPermissions,
} from "../system/worker.ts";
import {
  type Outputs,
  parseMessage,
  parseOutput,
  toText,
  unexpectedMessage,
} from "./check_message.ts";
import {
  type Call,
  fromFailure,
  type RefreshedToken,
  type Task,
} from "./rpc.ts";

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
/** The variable that the SDK reads to describe the system in its requests. */
const SYSTEM_VARIABLES = ["AWS_EXECUTION_ENV"] as const;

/** The greatest number of tokens that a worker may send: the SDK refreshes a token once. */
const MAX_TOKENS = 1;

/** The AWS SDK in workers that have only the permissions of their tasks. */
export const SANDBOXED_SDK: Sdk = {
  connect,
  findBase: async (query, onTokenRefresh) => {
    await using sandbox = new Sandbox({ kind: "base", query }, {
      net: [...query.permissions.net],
      read: [...query.permissions.read, ...SOURCES],
      env: [...SYSTEM_VARIABLES],
      sys: [...SYSTEM, "homedir", "hostname"],
    }, onTokenRefresh);
    return await sandbox.call("findBase");
  },
  connectSignIn,
};

function connect(settings: ConnectionSettings): AwsConnection {
  const startSandbox = (service: "sts" | "iam") =>
    new Sandbox({ kind: "client", settings }, {
      net: [...hostsOf(service, settings)],
      read: [...SOURCES],
      sys: [...SYSTEM],
    });
  // IAM has a worker of its own, which starts at the first call: few runs need IAM.
  const sandboxes = new Map([["sts", startSandbox("sts")]]);
  const call =
    <M extends keyof AwsClient>(service: "sts" | "iam", method: M) =>
    (input?: unknown) => {
      const sandbox = sandboxes.get(service) ?? startSandbox(service);
      sandboxes.set(service, sandbox);
      return sandbox.call(method, input);
    };
  return {
    getCallerIdentity: call("sts", "getCallerIdentity"),
    assumeRole: call("sts", "assumeRole"),
    assumeRoleWithWebIdentity: call("sts", "assumeRoleWithWebIdentity"),
    getSessionToken: call("sts", "getSessionToken"),
    listMfaDevices: call("iam", "listMfaDevices"),
    getUserName: call("iam", "getUserName"),
    [Symbol.asyncDispose]: async () => {
      await Promise.all(
        Array.from(sandboxes.values(), (it) => it[Symbol.asyncDispose]()),
      );
    },
  };
}

function connectSignIn(query: SignInQuery): SignInConnection {
  const sandbox = new Sandbox({ kind: "sign-in", query }, {
    net: [...query.permissions.token?.sso?.hosts ?? []],
    read: [...SOURCES],
    env: [...SYSTEM_VARIABLES],
    sys: [...SYSTEM, "homedir", "hostname"],
  });
  return {
    findOrigin: () => sandbox.call("findOrigin"),
    registerClient: (input) => sandbox.call("registerClient", input),
    startDeviceAuthorization: (input) =>
      sandbox.call("startDeviceAuthorization", input),
    createToken: (input) => sandbox.call("createToken", input),
    [Symbol.asyncDispose]: () => sandbox[Symbol.asyncDispose](),
  };
}

/**
 * Starts a worker with a part of the permissions of this process.
 *
 * @throws {ConfigError} If this process may not connect to the worker's hosts.
 */
function start(
  ...[permissions, ...rest]: [
    permissions: WorkerPermissions,
    task: Task,
    events: WorkerEvents,
  ]
): RestrictedWorker {
  try {
    return new RestrictedWorker(WORKER, permissions, ...rest);
  } catch (error) {
    refuseDeniedHosts(permissions.net ?? []);
    throw error;
  }
}

/** A call to a worker that has no answer yet. */
interface PendingCall {
  readonly resolve: (output: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** A worker with its pending calls. */
class Sandbox implements AsyncDisposable {
  readonly #worker: RestrictedWorker;
  readonly #onTokenRefresh: OnTokenRefresh | undefined;
  readonly #pending = new Map<number, PendingCall>();
  #calls = 0;
  #tokens = 0;
  /** The reason why the worker is no longer used. */
  #failure: Error | undefined;

  constructor(
    task: Task,
    permissions: WorkerPermissions,
    onTokenRefresh?: OnTokenRefresh,
  ) {
    this.#onTokenRefresh = onTokenRefresh;
    this.#worker = start(permissions, task, {
      onMessage: (message) => this.#receive(message),
      onFailure: (reason) =>
        this.#fail(new Error(`the AWS SDK cannot run: ${toText(reason)}`)),
    });
  }

  async call<M extends Call["method"]>(
    method: M,
    input?: unknown,
  ): Promise<Outputs[M]> {
    if (this.#failure !== undefined) throw this.#failure;
    const id = ++this.#calls;
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    this.#pending.set(id, { resolve, reject });
    await this.#worker.send({ id, method, input });
    return parseOutput(method, await promise);
  }

  /** Terminates the worker, and waits until the worker has ended, unless it has failed. */
  async [Symbol.asyncDispose](): Promise<void> {
    const ended = this.#worker.end();
    if (this.#failure === undefined) await ended;
    else ended.catch(() => {});
  }

  /**
   * Handles a message of the worker. A message that the SDK cannot have caused ends the
   * use of the worker, so that a flood of messages has no effect.
   */
  #receive(data: unknown): void {
    if (this.#failure !== undefined) return;
    try {
      const message = parseMessage(data);
      if ("refreshedToken" in message) return this.#saveToken(message);
      const call = this.#pending.get(message.id);
      if (call === undefined) throw unexpectedMessage();
      this.#pending.delete(message.id);
      if ("failure" in message) call.reject(fromFailure(message.failure));
      else call.resolve(message.output);
    } catch (error) {
      this.#fail(error as Error);
    }
  }

  #saveToken({ refreshedToken }: RefreshedToken): void {
    if (++this.#tokens > MAX_TOKENS || this.#pending.size === 0) {
      throw unexpectedMessage();
    }
    this.#onTokenRefresh?.(refreshedToken);
  }

  /** Rejects all calls, and terminates the worker without waiting for its end. */
  #fail(error: Error): void {
    if (this.#failure !== undefined) return;
    this.#failure = error;
    this.#worker.end().catch(() => {});
    this.#pending.forEach(({ reject }) => reject(error));
  }
}
