/// <reference lib="deno.worker" />
/**
 * The worker that runs the AWS SDK. Each worker has a single task, which the first
 * message names, and only the permissions of that task.
 *
 * The lockdown is the first import, and the other imports have no code of the SDK: imports
 * are linked before the lockdown can limit them.
 */
import "../system/lockdown.ts";
import type { WorkerStart } from "../system/worker.ts";
import { type Call, type Reply, type Task, toFailure } from "./rpc.ts";

const { postMessage } = self;
let lifeline: WorkerStart<Task>["lifeline"] | undefined;
let answer: Promise<(call: Call) => Promise<Reply>> | undefined;

self.onmessage = async (
  { data }: MessageEvent<WorkerStart<Task> | Call>,
) => {
  if ("lifeline" in data) {
    if (lifeline !== undefined) return; // The SDK can send such a message, too.
    // Keep the port out of reach of the SDK: the port closes when this worker has ended.
    lifeline = data.lifeline;
    answer = prepareTask(data.task);
    answer.catch(() => {}); // each call reports the error
    return;
  }
  if (lifeline === undefined || answer === undefined) return;
  try {
    postMessage(await (await answer)(data));
  } catch (error) {
    postMessage({ id: data.id, failure: toFailure(error) });
  }
};

async function prepareTask(
  task: Task,
): Promise<(call: Call) => Promise<Reply>> {
  const { prepare } = await import("./run_task.ts");
  return prepare(task, postMessage);
}
