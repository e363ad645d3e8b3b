/**
 * JSON files of sign-ins and other base credentials that try to control the terminal, to forge
 * lines or to repeat secrets.
 */
import { join } from "@std/path/join";
import { hostileTest, SECRET } from "./hostile/check.ts";
import { findLeaves } from "./hostile/leaves.ts";
import { isChosen, observe } from "./hostile/observe.ts";
import { assertClean, HOSTILE, Secrets } from "./hostile/values.ts";
import { ROWS } from "./starting_points/rows.ts";

const SECRET_NAME = /secret|token$|dpopkey/i;

/** Lists the JSON files below a directory. */
function jsonFiles(directory: string): readonly string[] {
  return [...Deno.readDirSync(directory)].flatMap(({ name, isDirectory }) => {
    const path = join(directory, name);
    if (isDirectory) return jsonFiles(path);
    return name.endsWith(".json") ? [path] : [];
  });
}

/** Rows whose files are read in the same way as those of other rows. */
const SAME_FILES =
  /^(?:granted|aws-sso|saml2aws|.* with spaces and quotes .*)$/;

for (const { name, ignore, start } of ROWS) {
  if (ignore || SAME_FILES.test(name)) continue;
  hostileTest(`files of ${name}`, async (context) => {
    const { home } = context;
    const { env = {}, profile, options = [] } = await start(context);
    const named = profile === undefined ? [] : ["--profile", profile];
    const args = [...options, ...named, "-v", "-r", "end"];
    const runs = [[...args, "--whoami"], [...args, "--list"], [
      ...args,
      "true",
    ]];
    await observe(home, runs[0]!, env);
    const credentials = home.readHome(".aws/credentials");
    for (const path of jsonFiles(home.path)) {
      const text = Deno.readTextFileSync(path);
      const { names, replace } = findLeaves(text);
      for (const [index, leaf] of names.entries()) {
        if (!isChosen(index)) continue;
        const secret = SECRET_NAME.test(leaf) ? SECRET : "";
        home.writeHome(".aws/credentials", credentials);
        for (const args of runs) {
          Deno.writeTextFileSync(path, replace(index, () => secret + HOSTILE));
          const { stdout, stderr } = await observe(home, args, env);
          const what = `${leaf} of ${path}, ${args}`;
          assertClean(stdout, what);
          assertClean(stderr, what);
          new Secrets([SECRET]).refuse(stdout + stderr, what);
        }
      }
      Deno.writeTextFileSync(path, text);
    }
  });
}
