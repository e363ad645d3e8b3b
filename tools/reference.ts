/** Texts that the man page and the tables of the documents share. Texts are in Markdown. */
import type { Format } from "../lib/settings/parsers.ts";

/** Variables of other programs that assume-role reads. */
export const FOREIGN_VARIABLES: readonly (readonly [
  names: readonly string[],
  meaning: string,
])[] = [
  [
    ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"],
    "the AWS profile, as for the AWS CLI",
  ],
  [["AWS_REGION", "AWS_DEFAULT_REGION"], "the region, as for the AWS CLI"],
  [
    ["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"],
    "the files with AWS profiles, as for the AWS CLI",
  ],
  [["AWS_ENDPOINT_URL"], "the endpoint of AWS, as for the AWS CLI"],
  [
    ["AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"],
    "the file of further CA certificates; the first set variable counts",
  ],
  [["HTTPS_PROXY", "NO_PROXY"], "the proxy, as for the AWS CLI"],
  [["BROWSER"], "the commands that open the browser for `--console`"],
  [
    ["NO_COLOR", "FORCE_COLOR", "TERM"],
    "whether messages have colours: `FORCE_COLOR` decides first; a set `NO_COLOR` or `TERM=dumb` means no colours",
  ],
];

/** Removes the unfinished list of values from a help text; the documents list all values. */
export function withoutValues(help: string): string {
  return help.replace(/(?: for|:) [a-z, ]+, \.{3}$/, "");
}

/** The exit statuses, with the condition of each status. */
export const EXIT_STATUSES: readonly (readonly [
  status: string,
  condition: string,
])[] = [
  ["the command's own", "the command ran and exited"],
  [
    "128 + n",
    "signal n ended the command; if possible, the same signal ends assume-role",
  ],
  [
    "125",
    "assume-role itself failed: options, configuration, AWS or MFA; or the output cannot be written",
  ],
  ["126", "the command cannot be executed"],
  ["127", "the command was not found"],
  ["141", "the reader of a pipe ended before assume-role had written all"],
  [
    "0",
    "the credentials were printed, or an option that runs no command succeeded",
  ],
];

/** The formats of printed credentials: an example of a line, and the use. */
export const FORMAT_TEXTS: Readonly<
  Record<Format, { readonly example: string; readonly use: string }>
> = {
  "env-no-export": {
    example: "AWS_ACCESS_KEY_ID=ASIA...",
    use: "files of variables; the default, without the expiry",
  },
  "env": {
    example: "export AWS_ACCESS_KEY_ID=ASIA...",
    use: 'sh, bash, zsh: `eval "$(assume-role -r admin --format env)"`',
  },
  "fish": {
    example: 'set -gx AWS_ACCESS_KEY_ID "ASIA..."',
    use: "fish: `assume-role -r admin --format fish | source`",
  },
  "powershell": {
    example: '$Env:AWS_ACCESS_KEY_ID="ASIA..."',
    use: "PowerShell: `assume-role -r admin --format powershell | iex`",
  },
  "windows-cmd": {
    example: "set AWS_ACCESS_KEY_ID=ASIA...",
    use: "cmd, in a loop with `for /f`",
  },
  "nushell": {
    example: 'load-env {AWS_ACCESS_KEY_ID: "ASIA..."',
    use: "Nushell, through a file",
  },
  "process": {
    example: '{ "Version": 1, "AccessKeyId": "ASIA...',
    use: "`credential_process` of an AWS profile; with the expiry",
  },
  "github": {
    example: "::add-mask::ASIA...",
    use: "later steps of a job of GitHub Actions",
  },
};
