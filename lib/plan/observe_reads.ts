// Pure: no I/O.
import type { PlanInput } from "./resolve_hop.ts";

/** The reads that made a plan, which decide whether the plan can be stored. */
export interface ObservedReads {
  /** The input to plan with. */
  readonly planInput: PlanInput;
  /** The names of the profiles that were read. */
  readonly profiles: ReadonlySet<string>;
  /** Whether other files were read, such as a policy or a token. */
  readonly hasReadFiles: () => boolean;
}

/** Observes the reads of the functions that plan. */
export function observeReads(planInput: PlanInput): ObservedReads {
  let hasReadFiles = false;
  const profiles = new Set<string>();
  const { profiles: all, readText } = planInput;
  return {
    profiles,
    hasReadFiles: () => hasReadFiles,
    planInput: {
      ...planInput,
      profiles: {
        ...all,
        get: (name: string) => {
          profiles.add(name);
          return all.get(name);
        },
      },
      ...(readText !== undefined && {
        readText: (path: string) => {
          hasReadFiles = true;
          return readText(path);
        },
      }),
    },
  };
}
