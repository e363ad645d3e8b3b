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
  /** The paths of files that could not be read, and that would have changed the plan. */
  readonly missing: ReadonlySet<string>;
}

/** Copies the input for planning. The copy records each read of a profile or file. */
export function observeReads(planInput: PlanInput): ObservedReads {
  let hasReadFiles = false;
  const profiles = new Set<string>();
  const missing = new Set<string>();
  const { profiles: all, readText } = planInput;
  const record = <T>(read: (name: string) => T) => (name: string): T => {
    profiles.add(name);
    return read(name);
  };
  return {
    profiles,
    missing,
    hasReadFiles: () => hasReadFiles,
    planInput: {
      ...planInput,
      profiles: {
        ...all,
        get: record(all.get),
        files: record(all.files),
      },
      ...(readText !== undefined && {
        readText: async (path: string, acceptsPipe?: boolean) => {
          missing.add(path);
          const text = await readText(path, acceptsPipe);
          hasReadFiles = true;
          return text;
        },
      }),
    },
  };
}
