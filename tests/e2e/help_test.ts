/** `-h` and `--help`. */
import { assert, assertEquals } from "@std/assert";
import { e2e } from "../mod.ts";

e2e("-h prints the most used options, --help prints all", {
  offline: true,
}, async ({ run }) => {
  const help = async (args: string) => {
    const { status, stdout, stderr } = await run(args);
    assertEquals([status, stderr], [0, ""], args);
    return stdout;
  };
  const [short, long] = [await help("-h"), await help("--help")];
  assert(short.split("\n").length < 30 && long.split("\n").length > 50);
  for (const args of ["-vh", "-r x -h", "-h -- --help", "-h ls --help"]) {
    assertEquals(await help(args), short, args);
  }
  for (const args of ["-h --help", "--help -- -h", "-r x --help ls"]) {
    assertEquals(await help(args), long, args);
  }
});
