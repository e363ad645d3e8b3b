import { isOn } from "../settings/variables.ts";
import { identityOf } from "../aws/arn.ts";
import type { Credentials } from "../aws/credentials.ts";
import { CacheDirectory } from "../cache/cache_directory.ts";
import { formatNote } from "../output/messages.ts";
import { formatRedirect } from "../output/redirect_page.ts";
import {
  type BrowserCommand,
  chosenBrowsers,
  PAGE,
  SIGN_IN,
} from "../plan/browser_commands.ts";
import type { RunPlan } from "../plan/plan.ts";
import { removeIfPresentSync } from "../system/atomic_write.ts";
import {
  findOpeners,
  type Opener,
  openPage,
  pageAddress,
} from "../system/browser.ts";
import { isFile } from "../system/files.ts";
import { createLocked } from "../system/held_file.ts";
import { isAbsolute } from "../system/path.ts";
import type { OwnCommandContext } from "./dispatch.ts";

/** Time in which the browser must read the redirect page. */
const BROWSER_START_MS = 15_000;

/** A way to open the page, and the URL to which the page leads. */
interface Attempt {
  readonly opener: Opener;
  readonly url: string;
}

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
  const problems: string[] = [];
  for (const { opener, url } of attempts) {
    reporter.explain(`starting ${opener.program}`);
    const problem = await openPage(
      opener,
      formatRedirect(url),
      host.env,
      BROWSER_START_MS,
      (directory) => cache && recordPage(cache, directory),
    );
    if (problem === undefined) return true;
    problems.push(problem);
  }
  reporter.warn(`Cannot open the browser: ${problems.join("; ")}`);
  return false;
}

function findAttempts(
  url: string,
  plan: RunPlan,
  { assumedRoleArn }: Credentials,
  { host: { env, isWindows } }: OwnCommandContext,
): readonly Attempt[] {
  const chosen = chosenBrowsers({
    setting: plan.browser,
    env,
    isWindows,
    isFile: (path) => isAbsolute(path) && isFile(path),
  }, {
    role: "role" in plan ? plan.role.roleName : plan.base.profile,
    account: identityOf(assumedRoleArn).accountId,
    region: plan.region ?? "",
  });
  return chosen.length > 0
    ? chosen.map((command) => toAttempt(command, url, env))
    : findOpeners(env).map((opener) => ({ opener, url }));
}

function toAttempt(
  { program, args, target }: BrowserCommand,
  url: string,
  env: Readonly<Record<string, string>>,
): Attempt {
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

/**
 * Records the directory of the page in the cache directory, so that a later run removes the
 * page if this process is killed. Returns `undefined` if the cache cannot be used.
 */
function recordPage(
  cache: CacheDirectory,
  directory: string,
): Disposable | undefined {
  const path = cache.heldPath("page");
  try {
    cache.prepare();
    const file = createLocked(path, directory);
    return {
      [Symbol.dispose]: () => {
        file.close();
        removeIfPresentSync(path);
      },
    };
  } catch {
    return undefined;
  }
}
