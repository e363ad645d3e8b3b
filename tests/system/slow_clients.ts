/**
 * A program for the tests: clients that send nothing, or a byte a second. Prints
 * a line when they have connected, or wait in the queue of the server.
 */
const [port = 0, count = 0] = Deno.args.map(Number);

async function run(isSilent: boolean): Promise<void> {
  const connection = await Deno.connect({ hostname: "127.0.0.1", port });
  if (isSilent) return;
  setInterval(() => {
    connection.write(new Uint8Array([65])).catch(() => {}); // the server has closed it
  }, 1000);
}

for (let index = 0; index < count; index++) run(index % 2 === 0);
setTimeout(() => {
  Deno.stdout.writeSync(new TextEncoder().encode("connected\n"));
}, 100);
setInterval(() => {}, 1000); // keeps the process running
