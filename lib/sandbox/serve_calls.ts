/// <reference lib="deno.worker" />
import { type Call, toFailure } from "./rpc.ts";

/** What a worker can be asked to do. */
type Answers = Readonly<
  Partial<Record<Call["method"], (input: never) => Promise<unknown>>>
>;

/**
 * Answers the calls to a worker. The first message to it tells what it is for.
 *
 * @param prepare makes of that what it can be asked to do
 */
export function serveCalls<P>(prepare: (purpose: P) => Answers): void {
  let answers: Answers | undefined;
  self.onmessage = async ({ data }: MessageEvent<P | Call>) => {
    if (answers === undefined) {
      answers = prepare(data as P);
      return;
    }
    const { id, method, input } = data as Call;
    try {
      const answer = answers[method];
      if (answer === undefined) throw new Error("this is not what it is for");
      self.postMessage({ id, output: await answer(input as never) });
    } catch (error) {
      self.postMessage({ id, failure: toFailure(error) });
    }
  };
}
