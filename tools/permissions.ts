/** A permission of the executable, and the reason for the permission. */
export interface Permission {
  readonly flag: string;
  readonly reason: string;
}

/** The hosts of AWS; `*.` stands for all subdomains. */
export const AWS_HOSTS: readonly string[] = [
  "*.amazonaws.com",
  "*.amazonaws.com.cn",
  "*.amazonaws.eu",
  "*.c2s.ic.gov",
  "*.sc2s.sgov.gov",
  "*.cloud.adc-e.uk",
  "*.csp.hci.ic.gov",
  "*.api.aws",
  "*.on.aws",
  "signin.aws.amazon.com",
  "signin.amazonaws.cn",
  "signin.amazonaws-us-gov.com",
];

/** Local hosts: emulators of AWS, and the credentials of instances and containers. */
export const LOCAL_HOSTS: readonly string[] = [
  "127.0.0.1",
  "localhost",
  "[::1]",
  "169.254.169.254",
  "169.254.170.2",
  "169.254.170.23",
  "[fd00:ec2::254]",
  "[fd00:ec2::23]",
];

/** The hosts of GitHub Actions that issue tokens. */
export const GITHUB_HOSTS: readonly string[] = [
  "*.actions.githubusercontent.com",
];

/**
 * The permissions of the executable, for the build, the tests and the documents:
 * no FFI, no `-A`, and no prompts for more permissions.
 */
export const PERMISSIONS: readonly Permission[] = [
  {
    flag: "--no-prompt",
    reason: "fails without a prompt if a permission is missing",
  },
  {
    flag: "--allow-read",
    reason:
      "assume-role.yaml in the working directory or above, ~/.aws, and files that these name",
  },
  {
    flag: "--allow-write",
    reason:
      "the cache and ~/.aws/credentials, whose paths variables can change",
  },
  {
    flag: "--allow-run",
    reason: "the command; /bin/sh for prompts, signals and mfa_command",
  },
  {
    flag: "--allow-env",
    reason: "settings; variables to pass on to the command",
  },
  {
    flag: "--allow-sys=uid,gid,hostname,homedir,osRelease",
    reason:
      "checks of who owns a file; the system's name in the SDK's requests",
  },
  {
    flag: `--allow-net=${
      [...AWS_HOSTS, ...LOCAL_HOSTS, ...GITHUB_HOSTS].join(",")
    }`,
    reason: "AWS, this machine, and GitHub's tokens",
  },
];

/** Flags for `deno compile` and `deno run`. */
export const PERMISSION_FLAGS: readonly string[] = PERMISSIONS.map(({ flag }) =>
  flag
);
