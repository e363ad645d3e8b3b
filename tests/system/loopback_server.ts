/** A program for the tests: our server on loopback, or that of Deno. */
import { serveOnLoopback } from "../../lib/server/http_server.ts";

const handler = () => new Response("served");

function printLine(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
}

if (Deno.args[0] === "ours") {
  printLine(serveOnLoopback(() => Promise.resolve(handler())).url);
} else {
  const server = Deno.serve({
    hostname: "127.0.0.1",
    port: 0,
    onListen: ({ port }) => printLine(`http://127.0.0.1:${port}/`),
  }, handler);
  server.finished.catch(({ message }) => printLine(message));
  setInterval(() => {}, 1000); // keeps the process running without a server
}
