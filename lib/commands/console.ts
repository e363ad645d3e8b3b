import { consoleAddress, signinUrl } from "../aws/console_address.ts";
import {
  type ConsolePage,
  findConsolePage,
  SERVICE_NAMES,
} from "../settings/console_pages.ts";
import { getSigninToken } from "../aws/signin.ts";
import { getCredentials } from "../credentials/get_credentials.ts";
import { STATUS, UsageError } from "../errors.ts";
import { formatSources } from "../output/setting_source.ts";
import { formatLines } from "../settings/terminal_text.ts";
import { readCertificates } from "../system/ca_bundle.ts";
import { createFetch } from "../system/http_client.ts";
import type { ExitStatus } from "../system/exit_status.ts";
import { isStdoutTerminal } from "../system/is_terminal.ts";
import { suggest } from "../settings/suggest.ts";
import type { OwnCommandContext } from "./dispatch.ts";
import { openInBrowser } from "./open_in_browser.ts";

/**
 * Signs in to the AWS console as the role. Opens the browser if stdout is a terminal and
 * there is a browser; otherwise prints the sign-in URL.
 *
 * @throws {UsageError} If the service is unknown, or the console's address in the role's
 * partition is not known.
 * @throws {AwsError} If AWS gives no credentials or no sign-in token.
 */
export async function openConsole(
  context: OwnCommandContext,
): Promise<ExitStatus> {
  const { host, layers, reporter, makePlan, print } = context;
  const page = findPage(layers.options.console ?? "");
  const plan = await makePlan();
  reporter.explain(`settings: ${formatSources(plan, layers.configs)}`);
  const { region, endpoints } = plan;
  const { partition } = endpoints;
  const address = consoleAddress(partition, region, {
    page,
    endpoint: endpoints.signin,
  });
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

  const isOpen = isStdoutTerminal() &&
    await openInBrowser(url, plan, credentials, context);
  if (!isOpen) print(formatLines(url));
  return { status: STATUS.ok };
}

/** Finds the page of a service or of a path. */
function findPage(text: string): ConsolePage {
  const page = findConsolePage(text);
  if (page !== undefined) return page;
  const near = suggest(text, SERVICE_NAMES);
  throw new UsageError(`Cannot open the console: unknown service '${text}'`, {
    hint: near === undefined
      ? `write the path of the page: '--console=${text}/home'`
      : `did you mean '--console=${near}'?`,
  });
}
