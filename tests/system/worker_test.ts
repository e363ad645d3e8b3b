import { assertEquals } from "@std/assert";
import { RestrictedWorker, workersEnded } from "../../lib/system/worker.ts";

/** A worker that is busy for half a second. */
const BUSY = `onmessage = ({ data: { kind, lifeline } }) => {
  globalThis.kept = lifeline;
  setTimeout(() => {
    postMessage(JSON.stringify("ready"));
    for (const end = Date.now() + 500; Date.now() < end;);
    Atomics.store(kind, 0, 1);
  });
};`;

/** A worker that waits for messages. */
const WAITING = `onmessage = ({ data: { lifeline } }) => {
  globalThis.kept = lifeline;
  setInterval(() => {}, 1);
  postMessage(JSON.stringify("ready"));
};`;

/** Starts a worker without permissions, and waits for its first message. */
async function start(code: string, kind: unknown): Promise<RestrictedWorker> {
  const module = new URL(`data:text/javascript,${encodeURIComponent(code)}`);
  const { promise, resolve } = Promise.withResolvers<unknown>();
  const worker = new RestrictedWorker(module, {}, kind);
  worker.listen({ onMessage: resolve, onFailure: resolve });
  assertEquals(await promise, "ready");
  return worker;
}

Deno.test("end() waits until code of the worker that is busy has ended", async () => {
  const shared = new Int32Array(new SharedArrayBuffer(4));
  const worker = await start(BUSY, shared);
  assertEquals(Atomics.load(shared, 0), 0);
  await worker.end();
  assertEquals(Atomics.load(shared, 0), 1);
});

Deno.test("workersEnded() waits for busy workers that are to end, and for no other worker", async () => {
  const other = await start(WAITING, undefined);
  const shared = new Int32Array(new SharedArrayBuffer(4));
  const worker = await start(BUSY, shared);
  worker.end();
  await workersEnded();
  assertEquals(Atomics.load(shared, 0), 1);
  await other.end();
});

Deno.test("end() can be called again, and ends a worker that waits", async () => {
  const worker = await start(WAITING, undefined);
  await Promise.all([worker.end(), worker.end()]);
  await worker.end();
});

Deno.test("a worker that sends a message before anybody listens is terminated", async () => {
  const code = `onmessage = ({ data: { kind, lifeline } }) => {
    globalThis.kept = lifeline;
    setInterval(() => {
      Atomics.add(kind, 0, 1);
      postMessage("{}");
    }, 1);
  };`;
  const module = new URL(`data:text/javascript,${encodeURIComponent(code)}`);
  const shared = new Int32Array(new SharedArrayBuffer(4));
  const worker = new RestrictedWorker(module, {}, shared);
  let isEnded = false;
  for (let turn = 0; turn < 100 && !isEnded; turn++) {
    const before = Atomics.load(shared, 0);
    await new Promise((resolve) => setTimeout(resolve, 200));
    isEnded = before > 0 && Atomics.load(shared, 0) === before;
  }
  assertEquals(isEnded, true);
  const { promise, resolve } = Promise.withResolvers<unknown>();
  worker.listen({ onMessage: resolve, onFailure: resolve });
  assertEquals(await promise, "an unreadable message");
  await worker.send("x");
  await worker.end();
});

for (
  const [name, message, reason] of [
    ["an uncaught error that the worker reports", `'{"uncaught":"x"}'`, "x"],
    [
      "a long reason",
      `JSON.stringify({ uncaught: "x".repeat(1e6) })`,
      "x".repeat(1000),
    ],
    ["a reason that is no text", `'{"uncaught":{"toString":1}}'`, undefined],
    ["a reason that is null", `'{"uncaught":null}'`, undefined],
    ["a message that is no text", `{ uncaught: { toString: 1 } }`, undefined],
    ["a message that is an endless list", `[new Array(2 ** 30)]`, undefined],
    ["a message that is no JSON", `"{"`, undefined],
    ["a message that the caller refuses", `"{}"`, undefined],
  ] as const
) {
  Deno.test(`${name} is a failure of the worker`, async () => {
    const code = `onmessage = ({ data: { lifeline } }) => {
      globalThis.kept = lifeline;
      postMessage(${message});
    };`;
    const module = new URL(`data:text/javascript,${encodeURIComponent(code)}`);
    const { promise, resolve } = Promise.withResolvers<string>();
    const worker = new RestrictedWorker(module, {}, undefined);
    worker.listen({
      onMessage: () => {
        throw new Error("refused");
      },
      onFailure: resolve,
    });
    assertEquals(await promise, reason ?? "an unreadable message");
    await worker.end();
  });
}
