import {
  type BrowserCommand,
  type BrowserSources,
  type BrowserValues,
  chosenBrowsers,
  PAGE,
  SIGN_IN,
} from "../plan/browser_commands.ts";
import type { CacheDirectory } from "../cache/cache_directory.ts";
import { recordPage } from "../cache/record_page.ts";
import { formatRedirect } from "../output/redirect_page.ts";
import {
  BROWSER_START_MS,
  findOpeners,
  type Opener,
  openPage,
  pageAddress,
} from "../system/browser.ts";
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

/** Options of opening a page in a browser. */
export interface OpenOptions {
  /** The environment of the browser. */
  readonly env: Readonly<Record<string, string>>;
  /** Records the page, so that a later run removes the page if this process is killed. */
  readonly cache: CacheDirectory | undefined;
  /** The text of the link on the page. */
  readonly linkText?: string;
  /** Is called before a program is started. */
  readonly onStart?: (program: string) => void;
  /** Ends the wait for the browser when the promise is fulfilled. */
  readonly until?: Promise<unknown>;
}

/**
 * Makes the attempts one after another until a browser is started. Other users of the machine
 * see the arguments of a browser, so that the browser gets a page that redirects to the URL.
 *
 * @returns The reasons why no attempt succeeded; `undefined` if a browser was started
 * @throws {InterruptedError} If a signal ends the wait
 */
export async function openBrowser(
  attempts: readonly BrowserAttempt[],
  { env, cache, linkText, onStart = () => {}, until }: OpenOptions,
): Promise<string | undefined> {
  const problems: string[] = [];
  for (const { opener, url } of attempts) {
    onStart(opener.program);
    const problem = await openPage(
      opener,
      formatRedirect(url, linkText),
      env,
      BROWSER_START_MS,
      (directory) => cache && recordPage(cache, directory),
      until,
    );
    if (problem === undefined) return undefined;
    problems.push(problem);
  }
  return problems.join("; ");
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
