// Pure: no I/O.
import type { PlanInput } from "./resolve_hop.ts";

/** Profiles and files read for a plan; they decide if the plan cache can store the plan. */
export interface ObservedReads {
  /** The input to make the plan from; its functions record each read. */
  readonly planInput: PlanInput;
  /** The names of the profiles that were read. */
  readonly profiles: ReadonlySet<string>;
  /** Whether files other than AWS's two files were read, such as a policy or a token. */
  readonly hasReadFiles: () => boolean;
}

/** Copies the input of a plan so that the reads of profiles and files are recorded. */
export function observeReads(planInput: PlanInput): ObservedReads {
  let hasReadFiles = false;
  const profiles = new Set<string>();
  const { profiles: all, readText, env } = planInput;
  const record = <T>(read: (name: string) => T) => (name: string): T => {
    profiles.add(name);
    return read(name);
  };
  return {
    profiles,
    hasReadFiles: () => hasReadFiles,
    planInput: {
      ...planInput,
      profiles: {
        ...all,
        get: record(all.get),
        files: record(all.files),
      },
      ...(readText !== undefined && {
        readText: async (path: string) => {
          // Ignore a failed read of boto's default files, which most users do not have.
          if (env.BOTO_CONFIG !== undefined) hasReadFiles = true;
          const text = await readText(path);
          hasReadFiles = true;
          return text;
        },
      }),
    },
  };
}
