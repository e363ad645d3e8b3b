/** One permission of what ships, and why it is needed. */
export interface Permission {
  readonly flag: string;
  readonly reason: string;
}

/** Where AWS answers; a name stands for its subdomains with `*.`. */
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

/** What this machine answers for: emulators, metadata, containers. */
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

/** Where GitHub Actions gives out tokens. */
export const GITHUB_HOSTS: readonly string[] = [
  "*.actions.githubusercontent.com",
];

/**
 * All that the executable may do: the one list, for the build, the tests and the
 * documentation. No FFI, no `-A`, and no question about more.
 */
export const PERMISSIONS: readonly Permission[] = [
  { flag: "--no-prompt", reason: "what is not allowed fails, and asks nobody" },
  {
    flag: "--allow-read",
    reason:
      "assume-role.yaml in the working directory or above it, ~/.aws, and files that these name",
  },
  {
    flag: "--allow-write",
    reason: "the cache and ~/.aws/credentials, wherever variables put them",
  },
  {
    flag: "--allow-run",
    reason: "the command; /bin/sh for questions, signals and mfa_command",
  },
  {
    flag: "--allow-env",
    reason: "settings; the child's environment is made from ours",
  },
  {
    flag: "--allow-sys=uid,gid,hostname,homedir,osRelease",
    reason: "whose files they are; the AWS SDK's own name for the system",
  },
  {
    flag: `--allow-net=${
      [...AWS_HOSTS, ...LOCAL_HOSTS, ...GITHUB_HOSTS].join(",")
    }`,
    reason: "AWS, this machine, and GitHub's tokens; nothing else",
  },
];

/** The flags that `deno compile` and `deno run` get. */
export const PERMISSION_FLAGS: readonly string[] = PERMISSIONS.map(({ flag }) =>
  flag
);
