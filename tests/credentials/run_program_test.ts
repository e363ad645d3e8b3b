/** Programs of the user, such as a `credential_process`: their error output. */
import { assertEquals } from "@std/assert";
import { runProgram } from "../../lib/credentials/run_program.ts";
import { unix } from "../guards.ts";

const ERROR = "assume-role: error: Cannot do that: a loop\n";
const HINT = "assume-role: hint: end the loop\n";

/** Runs a script that fails; returns the text that was shown, and the reason and hint. */
async function run(script: string) {
  const shown: string[] = [];
  const { lastWords } = await runProgram(
    ["/bin/sh", "-c", `${script}; exit 125`],
    {},
    { showText: (text) => void shown.push(text) },
  );
  return [shown.join(""), lastWords?.reason, lastWords?.hint];
}

Deno.test(
  "the error of another assume-role that ends late is not shown before the outer error",
  unix,
  async () => {
    const script = `printf '${ERROR}${HINT}' >&2; sleep 0.7`;
    assertEquals(await run(script), [
      "",
      "Cannot do that: a loop",
      "end the loop",
    ]);
  },
);

Deno.test(
  "text after the error of another assume-role is shown while the program runs",
  unix,
  async () => {
    const script =
      `printf '${ERROR}' >&2; sleep 0.4; echo 'trying again' >&2; sleep 0.7`;
    const [shown] = await run(script);
    assertEquals(shown?.split("\n").filter((line) => line !== "").length, 2);
  },
);
