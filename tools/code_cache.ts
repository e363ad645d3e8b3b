/**
 * Compiles scripts with V8, and writes V8's compiled code of each. The Deno that compiles the
 * executable runs this script with the V8 flags of the executable, because V8 accepts
 * compiled code only from the same version with the same flags.
 *
 * The arguments are pairs of files: a script, and the file to write. This script imports no
 * package, because that Deno may have none.
 */
import { Script } from "node:vm";

for (let at = 0; at < Deno.args.length; at += 2) {
  const source = Deno.readTextFileSync(Deno.args[at]!);
  const code: Uint8Array = new Script(source).createCachedData();
  Deno.writeFileSync(Deno.args[at + 1]!, code);
}
