import { ConfigError } from "../errors.ts";
import { deniedHosts } from "../system/net_permission.ts";
import { hostOf } from "../system/url_host.ts";

/** Returns a shell command that prints a token of GitHub Actions. */
const tokenCommand = (audience: string) =>
  `printf 'authorization: bearer %s' "$ACTIONS_ID_TOKEN_REQUEST_TOKEN" | curl -sSf -H @- "$ACTIONS_ID_TOKEN_REQUEST_URL&audience=${audience}" | jq -r .value`;

/**
 * Checks that this process may connect to the host that issues the tokens of GitHub Actions.
 * An executable may connect to the hosts of github.com and ghe.com. A GitHub Enterprise
 * Server can have any host name, so an executable may not connect to such a server.
 *
 * @throws {ConfigError} If this process may not connect to the host
 */
export function checkTokenHost(address: URL, audience: string): void {
  const [denied] = deniedHosts([hostOf(address.href)]);
  if (denied === undefined) return;
  throw new ConfigError(
    `Cannot get a token from GitHub Actions: assume-role may not connect to ${address.host}`,
    {
      hint:
        `set AWS_WEB_IDENTITY_TOKEN_FILE to a file with the token, which this command prints: ${
          tokenCommand(audience)
        }`,
    },
  );
}
