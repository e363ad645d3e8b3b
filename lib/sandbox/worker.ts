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
import type { PreparedTask } from "./run_task.ts";
import { type Call, type SdkAnswer, type Task, toFailure } from "./rpc.ts";

/** A message of the process. */
type Message =
  | WorkerStart<Task["kind"]>
  | { readonly task: Task }
  | SdkAnswer
  | Call;

const { postMessage } = self;
let lifeline: MessagePort | undefined;
let modules: Promise<typeof import("./run_task.ts")> | undefined;
let prepared: Promise<PreparedTask> | undefined;

self.onmessage = async ({ data }: MessageEvent<Message>) => {
  if ("lifeline" in data) {
    if (lifeline !== undefined) return; // The SDK can send such a message, too.
    // Keep the port out of reach of the SDK: the port closes when this worker has ended.
    lifeline = data.lifeline;
    modules = import("./run_task.ts");
    modules.then(({ preload }) => preload(data.kind)).catch(() => {});
  } else if ("task" in data) {
    prepared ??= modules?.then(({ prepare }) =>
      prepare(data.task, postMessage)
    );
    prepared?.catch(() => {}); // each call reports the error
  } else if ("answer" in data) {
    (await prepared)?.receive(data);
  } else {
    await answer(data);
  }
};

async function answer(call: Call): Promise<void> {
  if (prepared === undefined) return;
  try {
    postMessage(await (await prepared).call(call));
  } catch (error) {
    postMessage({ id: call.id, failure: toFailure(error) });
  }
}
