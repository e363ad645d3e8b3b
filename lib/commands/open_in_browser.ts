import { isOn } from "../settings/variables.ts";
import { identityOf } from "../aws/arn.ts";
import type { Credentials } from "../aws/credentials.ts";
import { CacheDirectory } from "../cache/cache_directory.ts";
import {
  type BrowserAttempt,
  browserAttempts,
  openBrowser,
} from "../sso/browser_attempts.ts";
import { formatNote } from "../output/messages.ts";
import type { RunPlan } from "../plan/plan.ts";
import { BROWSER_START_MS } from "../system/browser.ts";
import type { OwnCommandContext } from "./dispatch.ts";

/**
 * Opens the sign-in URL in the browser that the user chose or, if the user chose none, in the
 * browser of the desktop. The URL is a secret, so the browser gets a page that leads to the
 * URL. Warns if no browser can be started.
 *
 * @returns whether a browser was started
 * @throws {ConfigError} If the command line of the browser cannot be used
 */
export async function openInBrowser(
  url: string,
  plan: RunPlan,
  credentials: Credentials,
  context: OwnCommandContext,
): Promise<boolean> {
  const { host, layers, reporter, now } = context;
  const attempts = findAttempts(url, plan, credentials, context);
  if (attempts.length === 0) return false;
  if (!isOn("quiet", layers)) {
    host.writeStderr(formatNote(
      `signing in as ${credentials.assumedRoleArn} in the browser, which has ${
        BROWSER_START_MS / 1000
      }s to start ('--console | cat' prints the URL instead)`,
    ));
  }
  const cache = CacheDirectory.at(plan.cacheDirectory);
  if (cache) context.later(cache.tidy(now()).catch(() => {}));
  const problem = await openBrowser(attempts, {
    env: host.env,
    cache,
    onStart: (program) => reporter.explain(`starting ${program}`),
  });
  if (problem === undefined) return true;
  reporter.warn(`Cannot open the browser: ${problem}`);
  return false;
}

function findAttempts(
  url: string,
  plan: RunPlan,
  { assumedRoleArn }: Credentials,
  { host: { env, isWindows } }: OwnCommandContext,
): readonly BrowserAttempt[] {
  return browserAttempts(url, { setting: plan.browser, env, isWindows }, {
    role: "role" in plan ? plan.role.roleName : plan.base.profile,
    account: identityOf(assumedRoleArn).accountId,
    region: plan.region ?? "",
  });
}
