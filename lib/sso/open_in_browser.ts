import { CacheDirectory } from "../cache/cache_directory.ts";
import { IS_WINDOWS } from "../system/path.ts";
import {
  type BrowserAttempt,
  browserAttempts,
  openBrowser,
} from "./browser_attempts.ts";
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
 * Opens the URL of a sign-in in the browser.
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
  return await openBrowser(findBrowsers(pageUrl, env), {
    env,
    cache: CacheDirectory.at(cacheDirectory),
    linkText: "Sign in to IAM Identity Center",
    until,
  });
}
