/**
 * The tasks of the worker.
 *
 * assume-role's own modules for all tasks are loaded together. The packages of the SDK
 * are large, so each task imports only the packages that it needs. Two worker modules, one
 * for each task, would not be faster: the fastest of 90 to 100 runs with an empty cache
 * takes the same time (within 2 %), both from source and in the executable.
 */
import { promises } from "node:fs";
import process from "node:process";
import { createAwsClient } from "../aws/client.ts";
import type { SignInClientInput } from "../aws/sign_in_client.ts";
import { findBase } from "../aws/find_base.ts";
import { createFetch } from "../system/http_client.ts";
import { limitNodeAnswers } from "./limit_node_answers.ts";
import { RemoteFetch } from "./remote_fetch.ts";
import {
  type Call,
  type RefreshedToken,
  type Reply,
  type SdkAnswer,
  type SdkRequest,
  type Task,
  toFailure,
} from "./rpc.ts";

type Methods = Readonly<
  Partial<Record<Call["method"], (input: never) => Promise<unknown>>>
>;

/** A task that is ready for calls. */
export interface PreparedTask {
  readonly call: (call: Call) => Promise<Reply>;
  /** Receives the answer to a request that the task has sent to the process. */
  readonly receive: (answer: SdkAnswer) => void;
}

/** Loads the packages of the SDK that tasks of a kind always need. */
export async function preload(kind: Task["kind"]): Promise<void> {
  if (kind === "client") await import("../aws/sts_package.ts");
}

/**
 * Prepares a task.
 *
 * @param send sends a token that the SDK has refreshed, or a request to AWS
 */
export function prepare(
  task: Task,
  send: (message: RefreshedToken | SdkRequest) => void,
): PreparedTask {
  const remote = new RemoteFetch(send);
  const methods = createMethods(task, remote, send);
  return {
    call: async ({ id, method, input }) => {
      try {
        const run = methods[method];
        if (run === undefined) throw new Error(`Cannot call ${method} here`);
        return { id, output: await run(input as never) };
      } catch (error) {
        return { id, failure: toFailure(error) };
      }
    },
    receive: (answer) => remote.receive(answer),
  };
}

function createMethods(
  task: Task,
  { fetch: remoteFetch }: RemoteFetch,
  send: (token: RefreshedToken) => void,
): Methods {
  const now = Date.now;
  if (task.kind === "client") {
    return {
      ...createAwsClient({ ...task.settings, fetch: remoteFetch, now }),
    };
  }
  const { query } = task;
  // The SDK reads the user's variables from `process.env`, which is still empty.
  Object.assign(process.env, query.env, query.permissions.variables);
  const fetch = createFetch(query.caCertificates);
  if (task.kind === "sign-in") {
    const { ssoRegion: region } = task.query;
    return signInMethods({ ...query, region, fetch, now });
  }
  // The SDK saves a refreshed token. This worker may not write files, so send the token to
  // the process, which saves the token atomically.
  const writeFile = (_path: unknown, text: unknown) => {
    send({ refreshedToken: String(text) });
    return Promise.resolve();
  };
  Object.assign(promises, { writeFile });
  return {
    findBase: async () => {
      if (query.source !== undefined) await limitNodeAnswers();
      return await findBase({ ...query, isShared: false, fetch, now });
    },
  };
}

/** Creates the methods of a sign-in, whose module is loaded only then: few runs sign in. */
function signInMethods(input: SignInClientInput): Methods {
  const loading = import("../aws/sign_in_client.ts").then((
    { createSignInClient },
  ) => createSignInClient(input));
  loading.catch(() => {}); // each call reports a failure
  return {
    findOrigin: async () => await (await loading).findOrigin(),
    registerClient: async (input) =>
      await (await loading).registerClient(input),
    startDeviceAuthorization: async (input) =>
      await (await loading).startDeviceAuthorization(input),
    createToken: async (input) => await (await loading).createToken(input),
  };
}
