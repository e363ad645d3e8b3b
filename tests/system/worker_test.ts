import { assertEquals } from "@std/assert";
import { RestrictedWorker } from "../../lib/system/worker.ts";

/** Starts a worker without permissions, and waits for its first message. */
async function start(code: string, task: unknown): Promise<RestrictedWorker> {
  const module = new URL(`data:text/javascript,${encodeURIComponent(code)}`);
  const { promise, resolve } = Promise.withResolvers<unknown>();
  const worker = new RestrictedWorker(module, {}, task, {
    onMessage: resolve,
    onFailure: resolve,
  });
  assertEquals(await promise, "ready");
  return worker;
}

Deno.test("end() waits until code of the worker that is busy has ended", async () => {
  const shared = new Int32Array(new SharedArrayBuffer(4));
  const code = `onmessage = ({ data: { task, lifeline } }) => {
    globalThis.kept = lifeline;
    setTimeout(() => {
      postMessage("ready");
      for (const end = Date.now() + 500; Date.now() < end;);
      Atomics.store(task, 0, 1);
    });
  };`;
  const worker = await start(code, shared);
  assertEquals(Atomics.load(shared, 0), 0);
  await worker.end();
  assertEquals(Atomics.load(shared, 0), 1);
});

Deno.test("end() can be called again, and ends a worker that waits", async () => {
  const code = `onmessage = ({ data: { lifeline } }) => {
    globalThis.kept = lifeline;
    setInterval(() => {}, 1);
    postMessage("ready");
  };`;
  const worker = await start(code, undefined);
  await Promise.all([worker.end(), worker.end()]);
  await worker.end();
});

Deno.test("an uncaught error that the worker reports is a failure of the worker", async () => {
  const code = `onmessage = ({ data: { lifeline } }) => {
    globalThis.kept = lifeline;
    postMessage({ uncaught: "the reason" });
  };`;
  const module = new URL(`data:text/javascript,${encodeURIComponent(code)}`);
  const { promise, resolve } = Promise.withResolvers<string>();
  const worker = new RestrictedWorker(module, {}, undefined, {
    onMessage: () => resolve("no failure"),
    onFailure: resolve,
  });
  assertEquals(await promise, "the reason");
  await worker.end();
});
