// Pure: no I/O.
import type { PlanInput } from "./resolve_hop.ts";

/**
 * Record of the profiles and files that planning reads. By this record, assume-role
 * decides whether the plan cache can store the plan.
 */
export interface ObservedReads {
  /** Input for planning. The functions of this input record each read. */
  readonly planInput: PlanInput;
  /** The names of the profiles that were read. */
  readonly profiles: ReadonlySet<string>;
  /** Whether files other than AWS's two files were read, such as a policy or a token. */
  readonly hasReadFiles: () => boolean;
}

/** Copies the input for planning. The copy records each read of a profile or file. */
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
          // A failed read is recorded only if `BOTO_CONFIG` is set. Without
          // `BOTO_CONFIG`, boto's default files are read, which most users do not have.
          if (env.BOTO_CONFIG !== undefined) hasReadFiles = true;
          const text = await readText(path);
          hasReadFiles = true;
          return text;
        },
      }),
    },
  };
}
