import { allowedHosts } from "../lib/aws/hosts.ts";

/** A permission of the executable, and the reason for the permission. */
export interface Permission {
  readonly flag: string;
  readonly reason: string;
}

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
      "the cache, ~/.aws/credentials and tokens of sign-ins; variables can change the paths",
  },
  {
    flag: "--allow-run",
    reason:
      "the command; /bin/sh for prompts, signals and programs such as credential_process and mfa_command",
  },
  {
    flag: "--allow-env",
    reason: "settings; variables to pass on to the command",
  },
  {
    flag: "--allow-sys=uid,gid,hostname,homedir,osRelease",
    reason: "checks of a file's owner; the system's name in the SDK's requests",
  },
  {
    flag: `--allow-net=${allowedHosts().join(",")}`,
    reason: "AWS, this machine, and GitHub's tokens",
  },
];

/** Flags for `deno compile` and `deno run`. */
export const PERMISSION_FLAGS: readonly string[] = PERMISSIONS.map(({ flag }) =>
  flag
);
