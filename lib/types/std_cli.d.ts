// Types of the part of @std/cli that is used here: the npm build carries none.
export declare function parseArgs(
  args: readonly string[],
  options: {
    string?: readonly string[];
    boolean?: readonly string[];
    collect?: readonly string[];
  },
): Record<string, unknown>;
