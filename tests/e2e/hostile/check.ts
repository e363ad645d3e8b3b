/** Shared parts of the tests of hostile inputs. */
import { ALICE, type E2e, e2e, type TestHome, unix } from "../../mod.ts";
import { STARTS } from "../starting_points/starting_point.ts";
import { observe } from "./observe.ts";
import { assertClean, HOSTILE, Secrets } from "./values.ts";

/** A password that no output may repeat. */
export const PASSWORD = "S3cret-of-the-proxy";
/** A secret that no output may repeat. */
export const SECRET = "the+Secret/of-a-file/0123456789";
/** A URL with a password, and hostile text at its end. */
export const URL_WITH_PASSWORD = `http://me:${PASSWORD}@127.0.0.1:2/${HOSTILE}`;

/** Runs each command, and checks everything that the command shows. */
export async function check(
  home: TestHome,
  runs: readonly (readonly string[])[],
  what: string,
  env: Readonly<Record<string, string>> = {},
): Promise<void> {
  const secrets = new Secrets([PASSWORD, SECRET, ALICE.secretAccessKey]);
  for (const args of runs) {
    home.removeCache();
    const { stdout, stderr } = await observe(home, args, env);
    const context = `${what}, ${args.join(" ")}`;
    assertClean(stdout, context);
    assertClean(stderr, context);
    secrets.refuse(stdout + stderr, context);
  }
}

/** Registers a test of hostile inputs. */
export function hostileTest(
  name: string,
  test: (context: E2e) => Promise<void>,
): void {
  e2e(`no input controls the terminal or shows a secret: ${name}`, {
    ...unix,
    world: STARTS,
  }, test);
}
