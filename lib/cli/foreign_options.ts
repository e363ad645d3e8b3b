// Pure: no I/O.

/**
 * Options of other tools, such as aws-vault, granted, awsume, saml2aws, the AWS CLI and sudo,
 * and the options of assume-role with the same meaning.
 */
const MEANINGS: readonly (readonly [options: string, meant: string])[] = [
  ["-p --source-profile", "--profile"],
  ["-c --login --open --service", "--console"],
  ["-l --list-roles --list-profiles", "--list"],
  ["--status", "--whoami"],
  ["--un --unset-role --deactivate", "--unset"],
  [
    "-d --ttl --assume-role-ttl --session-duration --duration-seconds",
    "--duration",
  ],
  ["-u -a --user --role-arn --assume", "--role"],
  ["-s --ec2-server --ecs-server", "--server"],
  [
    "-t -m --mfa --otp --totp --token --token-code --mfa-code",
    "--mfa-token",
  ],
  ["--serial-number --mfa-device --device", "--mfa-serial"],
  ["--prompt --mfa-process", "--mfa-command"],
  ["-n --non-interactive --batch --skip-prompt --yes -y", "--no-input"],
  ["-o --output --export --env --shell", "--format"],
  [
    "--no-cache --refresh --force --rotate --renew --no-session",
    "--force-refresh",
  ],
  ["--debug --log-level --info", "--verbose"],
  ["--silent -S", "--quiet"],
  ["-e --env-keep --keep-env --pass", "--preserve-env"],
  ["-i --interactive --setup --configure", "--init"],
  ["--session-tags --tags", "--tag"],
  ["-V", "--version"],
  ["-R", "--role"],
  ["-F", "--force-refresh"],
  ["-H -? -help", "--help"],
  ["--logout --flush --clear --kill-refresher -k", "--clear-cache"],
];

/** Options of other tools that no option of assume-role replaces, and a hint. */
const HINTS: ReadonlyMap<string, string> = new Map([
  [
    "--exec",
    "leave out '--exec': the command follows the options, without quotes",
  ],
  [
    "--account",
    "write the full ARN: '--role arn:aws:iam::ACCOUNT:role/NAME'",
  ],
  ["--chain", "set the key 'via' of the role in assume-role.yaml"],
  ["--stdin", "let '--mfa-command' print the code"],
]);

/** Returns the hint for an option of another tool, if assume-role has another way. */
export function explainForeignOption(option: string): string | undefined {
  const meant = MEANINGS.find(([options]) =>
    options.split(" ").includes(option)
  )?.[1];
  return meant === undefined ? HINTS.get(option) : `did you mean '${meant}'?`;
}
