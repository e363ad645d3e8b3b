/**
 * Starts a program on the console of this process, types, and ends with the program's status.
 * Arguments, in JSON: the argv, the streams, and the port from which the texts to type come.
 */
import { pressCtrlC, startOnConsole, typeKeys } from "./native.ts";

const [argv, streams, port] = Deno.args.map((text) => JSON.parse(text));
Deno.addSignalListener("SIGINT", () => {}); // wait for the program after Ctrl-C, too
const connection = await Deno.connect({ hostname: "127.0.0.1", port });
const { status } = startOnConsole(argv, streams);
typeAll(connection.readable);
Deno.exit(await status);

/** Types what arrives: each line is the JSON of a text, or `null` for Ctrl-C. */
async function typeAll(stream: ReadableStream<Uint8Array>): Promise<void> {
  let rest = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop()!;
    for (const line of lines) {
      const typed = JSON.parse(line);
      if (typed === null) pressCtrlC();
      else typeKeys(typed);
    }
  }
}
