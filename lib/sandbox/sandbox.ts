import { MAX_ATTEMPTS } from "../aws/retry.ts";
import type { AwsClient } from "../aws/sts_types.ts";
import type {
  AwsConnection,
  ConnectionSettings,
  OnTokenRefresh,
  Sdk,
  SignInQuery,
} from "../aws/sdk_interface.ts";
import type { SignInConnection } from "../aws/sign_in_types.ts";
import { AssumeRoleError } from "../errors.ts";
import { refuseDeniedHosts } from "../system/net_permission.ts";
import type { RestrictedWorker, WorkerPermissions } from "../system/worker.ts";
import {
  type Outputs,
  parseMessage,
  parseOutput,
  toText,
} from "./check_message.ts";
import { unexpectedMessage } from "./damaged_sdk.ts";
import { RequestSender } from "./request_sender.ts";
import { type EarlyWorker, startWorker } from "./start_worker.ts";
import {
  type Call,
  fromFailure,
  type RefreshedToken,
  type SdkRequest,
  type Task,
} from "./rpc.ts";

/** The variable that the SDK reads to describe the system in its requests. */
const SYSTEM_VARIABLES = ["AWS_EXECUTION_ENV"] as const;

/**
 * The greatest number of requests without an answer, for each call: the SDK sends one, and may
 * have given up the attempts before.
 */
const MAX_REQUESTS = MAX_ATTEMPTS;

/** The greatest number of tokens that a worker may send: the SDK refreshes a token once. */
const MAX_TOKENS = 1;

/**
 * The AWS SDK in workers that have only the permissions of their tasks.
 *
 * @param early a worker for the first connection, if one was started
 */
export const sandboxedSdk = (early?: EarlyWorker): Sdk => ({
  connect: (settings) => connect(settings, early),
  findBase: async (query, onTokenRefresh) => {
    await using sandbox = new Sandbox(
      start("base", {
        net: [...query.permissions.net],
        read: [...query.permissions.read],
        env: [...SYSTEM_VARIABLES],
        sys: ["homedir", "hostname"],
      }),
      { kind: "base", query },
      { onTokenRefresh },
    );
    return await sandbox.call("findBase");
  },
  connectSignIn,
});

function connect(
  settings: ConnectionSettings,
  early: EarlyWorker | undefined,
): AwsConnection {
  const open = (service: "sts" | "iam") => {
    const sender = new RequestSender(service, settings);
    const worker = early?.take() ?? startWorker("client");
    return new Sandbox(worker, { kind: "client", settings }, { sender });
  };
  // IAM has a worker of its own, which starts at the first call: few runs need IAM.
  const sandboxes = new Map([["sts", open("sts")]]);
  const call =
    <M extends keyof AwsClient>(service: "sts" | "iam", method: M) =>
    (input?: unknown) => {
      const sandbox = sandboxes.get(service) ?? open(service);
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
  const sandbox = new Sandbox(
    start("sign-in", {
      net: [...query.permissions.token?.sso?.hosts ?? []],
      env: [...SYSTEM_VARIABLES],
      sys: ["homedir", "hostname"],
    }),
    { kind: "sign-in", query },
  );
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
  kind: Task["kind"],
  permissions: WorkerPermissions,
): RestrictedWorker {
  try {
    return startWorker(kind, permissions);
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

/** Services of this process for a worker, besides calls. */
interface Services {
  readonly onTokenRefresh?: OnTokenRefresh | undefined;
  /** Sends the requests of the worker; absent if the worker may use the network itself. */
  readonly sender?: RequestSender;
}

/** A worker with its pending calls. */
class Sandbox implements AsyncDisposable {
  readonly #worker: RestrictedWorker;
  readonly #services: Services;
  readonly #pending = new Map<number, PendingCall>();
  #calls = 0;
  #tokens = 0;
  #requests = 0;
  /** The reason why the worker is no longer used. */
  #failure: Error | undefined;
  /** Whether a call has thrown this reason. */
  #isReported = false;

  constructor(worker: RestrictedWorker, task: Task, services: Services = {}) {
    this.#services = services;
    this.#worker = worker;
    worker.listen({
      onMessage: (message) => this.#receive(message),
      onFailure: (reason) =>
        this.#fail(new Error(`the AWS SDK cannot run: ${toText(reason)}`)),
    });
    worker.send({ task }).catch(() => {}); // each call reports the error
  }

  async call<M extends Call["method"]>(
    method: M,
    input?: unknown,
  ): Promise<Outputs[M]> {
    if (this.#failure !== undefined) {
      this.#isReported = true;
      throw this.#failure;
    }
    const id = ++this.#calls;
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    this.#pending.set(id, { resolve, reject });
    await this.#worker.send({ id, method, input });
    return parseOutput(method, await promise);
  }

  /**
   * Terminates the worker, and waits until the worker has ended, unless a call has failed
   * because of the worker.
   *
   * @throws {AssumeRoleError} If the worker does not end, or has sent a message that the SDK
   * cannot have caused after the last call
   */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#services.sender?.stop();
    const ended = this.#worker.end();
    ended.catch(() => {});
    if (this.#isReported) return;
    if (this.#failure instanceof AssumeRoleError) throw this.#failure;
    await ended;
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
      if ("request" in message) return void this.#sendRequest(message);
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
    this.#services.onTokenRefresh?.(refreshedToken);
  }

  async #sendRequest(request: SdkRequest): Promise<void> {
    const { sender } = this.#services;
    const limit = MAX_REQUESTS * this.#pending.size;
    try {
      if (sender === undefined || this.#requests >= limit) {
        throw unexpectedMessage();
      }
      this.#requests++;
      const answer = await sender.send(request);
      this.#requests--;
      await this.#worker.send(answer);
    } catch (error) {
      this.#fail(error as Error);
    }
  }

  /** Rejects all calls, and terminates the worker without waiting for its end. */
  #fail(error: Error): void {
    if (this.#failure !== undefined) return;
    this.#failure = error;
    this.#isReported = this.#pending.size > 0;
    this.#worker.end().catch(() => {});
    this.#pending.forEach(({ reject }) => reject(error));
  }
}
