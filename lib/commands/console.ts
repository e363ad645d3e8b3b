import { isOn } from "../settings/variables.ts";
import { consoleAddress, signinUrl } from "../aws/console_address.ts";
import { getSigninToken } from "../aws/signin.ts";
import { CacheDirectory } from "../cache/cache_directory.ts";
import { getCredentials } from "../credentials/get_credentials.ts";
import { STATUS, UsageError } from "../errors.ts";
import { formatNote } from "../output/messages.ts";
import { formatRedirect } from "../output/redirect_page.ts";
import { formatSources } from "../output/setting_source.ts";
import { formatLines } from "../settings/terminal_text.ts";
import { removeIfPresentSync } from "../system/atomic_write.ts";
import { findOpener, openPage } from "../system/browser.ts";
import { readCertificates } from "../system/ca_bundle.ts";
import { createLocked } from "../system/held_file.ts";
import { createFetch } from "../system/http_client.ts";
import type { ExitStatus } from "../system/exit_status.ts";
import { isStdoutTerminal } from "../system/is_terminal.ts";
import type { OwnCommandContext } from "./dispatch.ts";

/** Time in which the browser must read the redirect page. */
const BROWSER_START_MS = 15_000;

/**
 * Signs in to the AWS console as the role. Opens the browser if stdout is a terminal
 * and there is a desktop; otherwise prints the sign-in URL.
 *
 * @throws {UsageError} If the console's address in the role's partition is not known.
 * @throws {AwsError} If AWS gives no credentials or no sign-in token.
 */
export async function openConsole(
  context: OwnCommandContext,
): Promise<ExitStatus> {
  const { host, layers, reporter, makePlan, print } = context;
  const plan = await makePlan();
  reporter.explain(`settings: ${formatSources(plan, layers.configs)}`);
  const { region, endpoints } = plan;
  const { partition } = endpoints;
  const address = consoleAddress(partition, region, endpoints.signin);
  if (address === undefined) {
    throw new UsageError(
      `Cannot sign in to the console of the partition '${partition}': the console's address is not known`,
    );
  }
  const credentials = await getCredentials(plan, context);
  const { host: signinHost } = new URL(address.federation);
  reporter.explain(`requesting a sign-in token from ${signinHost}`);
  const fetch = createFetch(await readCertificates(endpoints.caBundle));
  const token = await getSigninToken(address.federation, credentials, {
    fetch,
    now: host.now,
  }, host.env);
  const url = signinUrl(address, token);

  const opener = isStdoutTerminal() ? findOpener(host.env) : undefined;
  if (opener !== undefined) {
    if (!isOn("quiet", layers)) {
      host.writeStderr(formatNote(
        `signing in as ${credentials.assumedRoleArn} in the browser, which has ${
          BROWSER_START_MS / 1000
        }s to start ('--console | cat' prints the URL instead)`,
      ));
    }
    const page = formatRedirect(url);
    const cache = CacheDirectory.at(plan.cacheDirectory);
    if (cache) context.later(cache.tidy(host.now()).catch(() => {}));
    const problem = await openPage(
      opener,
      page,
      host.env,
      BROWSER_START_MS,
      (directory) => cache && recordPage(cache, directory),
    );
    if (problem === undefined) return { status: STATUS.ok };
    reporter.warn(`Cannot open the browser: ${problem}`);
  }
  print(formatLines(url));
  return { status: STATUS.ok };
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
