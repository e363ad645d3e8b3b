import {
  type BrowserCommand,
  type BrowserSources,
  type BrowserValues,
  chosenBrowsers,
  PAGE,
  SIGN_IN,
} from "../plan/browser_commands.ts";
import { findOpeners, type Opener, pageAddress } from "../system/browser.ts";
import { isFile } from "../system/files.ts";
import { isAbsolute } from "../system/path.ts";

/** A way to open the page, and the URL to which the page leads. */
export interface BrowserAttempt {
  readonly opener: Opener;
  readonly url: string;
}

/**
 * Finds the ways to open a URL: in the browsers that the user chose or, if the user chose
 * none, in the browser of the desktop.
 *
 * @throws {ConfigError} If the command line of a browser cannot be used
 */
export function browserAttempts(
  url: string,
  sources: Omit<BrowserSources, "isFile">,
  values: BrowserValues,
): readonly BrowserAttempt[] {
  const { env } = sources;
  const chosen = chosenBrowsers({
    ...sources,
    isFile: (path) => isAbsolute(path) && isFile(path),
  }, values);
  return chosen.length > 0
    ? chosen.map((command) => toAttempt(command, url, env))
    : findOpeners(env).map((opener) => ({ opener, url }));
}

function toAttempt(
  { program, args, target }: BrowserCommand,
  url: string,
  env: Readonly<Record<string, string>>,
): BrowserAttempt {
  return {
    opener: {
      program,
      argsFor: (path) => {
        const address = pageAddress(path, program, env);
        return args.map((word) => word.replaceAll(PAGE, () => address));
      },
    },
    url: target?.replaceAll(SIGN_IN, () => encodeURIComponent(url)) ?? url,
  };
}
