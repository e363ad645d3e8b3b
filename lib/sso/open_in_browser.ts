import { CacheDirectory } from "../cache/cache_directory.ts";
import { recordPage } from "../cache/record_page.ts";
import { formatRedirect } from "../output/redirect_page.ts";
import { BROWSER_START_MS, openPage } from "../system/browser.ts";
import { IS_WINDOWS } from "../system/path.ts";
import { type BrowserAttempt, browserAttempts } from "./browser_attempts.ts";
import type { SignInContext } from "./request.ts";

/**
 * Finds the ways to open a URL. The key `browser` is for the console of a role, so that only
 * the variable `BROWSER` counts.
 */
export function findBrowsers(
  url: string,
  env: Readonly<Record<string, string>>,
): readonly BrowserAttempt[] {
  return browserAttempts(
    url,
    { setting: undefined, env, isWindows: IS_WINDOWS },
    { role: "", account: "", region: "" },
  );
}

/**
 * Opens a URL in the browser. Other users of the machine see the arguments of a browser, so
 * that the browser gets a page that redirects to the URL.
 *
 * @param until ends the wait for the browser when the promise is fulfilled
 * @returns The reason why the page cannot be opened; `undefined` if it was opened
 * @throws {InterruptedError} If a signal ends the wait
 */
export async function openInBrowser(
  pageUrl: string,
  { env, cacheDirectory }: SignInContext,
  until: Promise<unknown>,
): Promise<string | undefined> {
  const cache = CacheDirectory.at(cacheDirectory);
  const problems: string[] = [];
  for (const { opener, url } of findBrowsers(pageUrl, env)) {
    const problem = await openPage(
      opener,
      formatRedirect(url, "Sign in to IAM Identity Center"),
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
