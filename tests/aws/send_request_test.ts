import { assert, assertEquals, assertRejects } from "@std/assert";
import type { Fetch } from "../../lib/aws/fetch.ts";
import {
  readSuccess,
  RequestError,
  sendRequest,
} from "../../lib/aws/send_request.ts";

const START = 1_000_000;

type Step = (signal: AbortSignal) => Response;

const answer = (status: number, headers = {}, text = "<html>"): Step => () =>
  new Response(text, { status, headers });
const good = answer(200, {}, '{"value":"good"}');
const dropped: Step = () => {
  throw new TypeError("connection reset by peer");
};

/** Sends a request to a server that answers with each step in turn. */
async function send(
  steps: readonly Step[],
  timeouts = { attemptMs: 50, callMs: 30_000 },
) {
  const delays: number[] = [];
  let time = START;
  let attempts = 0;
  const fetch: Fetch = async (input, init) => {
    assertEquals(await new Request(input).text(), "body");
    return steps[attempts++]!(init!.signal!);
  };
  const result = await sendRequest(
    () => new Request("https://host.test/", { method: "POST", body: "body" }),
    (answer) => readSuccess(answer, "value"),
    {
      fetch,
      timeouts,
      now: () => time,
      random: () => 0.5,
      sleep: (milliseconds) => {
        delays.push(milliseconds);
        time += milliseconds;
        return Promise.resolve();
      },
    },
  ).catch((error) => error);
  return { result, attempts, delays };
}

Deno.test("sendRequest() repeats a request after a failure that can pass", async () => {
  for (
    const [step, delay] of [
      [answer(500), 50],
      [answer(502), 50],
      [answer(503), 500],
      [answer(429), 500],
      [answer(408), 50],
      [dropped, 50],
      [answer(200, {}, ""), 50],
      [answer(200, {}, '{"value":"go'), 50],
      [answer(200, {}, "{}"), 50],
    ] as const
  ) {
    assertEquals(await send([step, good]), {
      result: "good",
      attempts: 2,
      delays: [delay],
    });
  }
});

Deno.test("sendRequest() makes three attempts, with a delay that doubles", async () => {
  const { result, attempts, delays } = await send(Array(3).fill(answer(503)));
  assert(result instanceof RequestError);
  assertEquals([result.message, result.attempts], ["503", 3]);
  assertEquals([attempts, delays], [3, [500, 1000]]);
});

Deno.test("sendRequest() does not repeat a request after a failure that cannot pass", async () => {
  const untrusted: Step = () => {
    throw new TypeError("invalid peer certificate: UnknownIssuer");
  };
  const refused: Step = () => {
    throw new Deno.errors.NotCapable("Requires net access");
  };
  for (
    const step of [
      answer(400),
      answer(401),
      answer(403),
      answer(302),
      answer(501),
      untrusted,
      refused,
    ]
  ) {
    const { result, attempts } = await send([step]);
    assert(result instanceof RequestError);
    assertEquals([attempts, result.attempts], [1, 1]);
  }
});

Deno.test("sendRequest() waits as long as Retry-After says, unless that is longer than the call", async () => {
  const seconds = answer(429, { "retry-after": "7" });
  assertEquals((await send([seconds, good])).delays, [7000]);
  const date = new Date(START + 9000).toUTCString();
  const dated = answer(503, { "retry-after": date });
  assertEquals((await send([dated, good])).delays, [9000]);
  const invalid = answer(503, { "retry-after": "soon" });
  assertEquals((await send([invalid, good])).delays, [500]);
  const long = answer(429, { "retry-after": "3600" });
  const { result, delays } = await send([long]);
  assertEquals([(result as Error).message, delays], ["429", []]);
});

Deno.test("sendRequest() limits the time of an attempt and of the call, also while the body arrives", async () => {
  const silent: Step = (signal) =>
    new Response(
      new ReadableStream({
        start: (controller) => {
          controller.enqueue(new Uint8Array(1));
          const stop = () => controller.error(signal.reason);
          signal.addEventListener("abort", stop);
        },
      }),
    );
  const { result, attempts } = await send([silent, silent, silent]);
  assertEquals(
    [(result as Error).message, attempts],
    ["no answer within 50 ms", 3],
  );
  // The call has time for one attempt only, and for no delay.
  const timeouts = { attemptMs: 50, callMs: 40 };
  assertEquals((await send([silent], timeouts)).attempts, 1);
});

Deno.test("sendRequest() refuses a body of more than 1 MiB without another attempt", async () => {
  const endless: Step = () =>
    new Response(
      new ReadableStream({ pull: (c) => c.enqueue(new Uint8Array(65_536)) }),
    );
  const { result, attempts } = await send([endless]);
  assertEquals([(result as Error).name, attempts], ["TooLargeAnswer", 1]);
});

Deno.test("sendRequest() does not change an error of the reader", async () => {
  const error = new RangeError("no");
  await assertRejects(
    () =>
      sendRequest(() => new Request("https://host.test/"), () => {
        throw error;
      }, {
        fetch: () => Promise.resolve(new Response("text")),
        now: Date.now,
      }),
    RangeError,
  );
});
