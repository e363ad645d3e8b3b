/// <reference lib="deno.worker" />
/**
 * The worker that runs the AWS SDK. Each worker has a single task, which the first
 * message names, and only the permissions of that task.
 *
 * assume-role's own modules for both tasks are loaded at the start, because a worker
 * without `read` permission cannot import them later when assume-role runs from source.
 * The packages of the SDK are large, so each task imports only the packages that it
 * needs. Two worker modules, one for each task, would not be faster: the fastest of 90 to
 * 100 runs with an empty cache takes the same time (within 2 %), both from source and in
 * the executable.
 */
import process from "./empty_env.ts"; // before all modules of the SDK
import { promises } from "node:fs";
import { createAwsClient } from "../aws/client.ts";
import { findBase } from "../aws/find_base.ts";
import { createFetch } from "../system/http_client.ts";
import { limitNodeAnswers } from "./limit_node_answers.ts";
import { type Call, type Task, toFailure } from "./rpc.ts";

type Methods = Readonly<
  Partial<Record<Call["method"], (input: never) => Promise<unknown>>>
>;

let methods: Methods | undefined;

self.onmessage = async ({ data }: MessageEvent<Task | Call>) => {
  if ("kind" in data) {
    methods = prepare(data);
    return;
  }
  const { id, method, input } = data;
  try {
    const run = methods?.[method];
    if (run === undefined) throw new Error(`Cannot call ${method} here`);
    self.postMessage({ id, output: await run(input as never) });
  } catch (error) {
    self.postMessage({ id, failure: toFailure(error) });
  }
};

function sendToken(_path: unknown, refreshedToken: unknown): Promise<void> {
  self.postMessage({ refreshedToken: String(refreshedToken) });
  return Promise.resolve();
}

function prepare(task: Task): Methods {
  const now = Date.now;
  if (task.kind === "client") {
    const { settings } = task;
    const fetch = createFetch(settings.caCertificates);
    return { ...createAwsClient({ ...settings, fetch, now }) };
  }
  const { query } = task;
  // The SDK reads the user's variables from `process.env`, which is still empty.
  const env = { ...query.env, ...query.permissions.variables };
  Object.assign(process, { env });
  // The SDK saves a refreshed token. This worker may not write files, so send the token to
  // the process, which saves the token atomically.
  Object.assign(promises, { writeFile: sendToken });
  const fetch = createFetch(query.caCertificates);
  return {
    findBase: async () => {
      if (query.source !== undefined) await limitNodeAnswers();
      return await findBase({ ...query, isShared: false, fetch, now });
    },
  };
}
