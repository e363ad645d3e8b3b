import { isAbsence } from "./files.ts";
import { IS_WINDOWS, withAncestors, within } from "./path.ts";
import { isUnreadable } from "./unreadable.ts";

/** Whether assume-role may save files in `~/.aws`. */
export type HomeAccess =
  | {
    readonly kind: "own";
    /** The other user who owns `~/.aws/credentials`, if this process runs as root. */
    readonly credentialsOwner?: number;
  }
  /**
   * This process runs as root, and the home belongs to another user, as under `sudo -E`. The
   * user could not change a file of root, so root must save nothing there.
   */
  | { readonly kind: "foreign"; readonly owner: number }
  /** `~/.aws` cannot be searched. */
  | { readonly kind: "closed" };

/** Decides whether assume-role may save files in `~/.aws`. Nothing else makes this decision. */
export function inspectHome(home: string | undefined): HomeAccess {
  if (home === undefined) return { kind: "own" };
  const directory = within(home, ".aws");
  if (!canSearch(directory)) return { kind: "closed" };
  if (IS_WINDOWS) return { kind: "own" };
  const uid = findUid();
  const owner = findForeignOwner(uid, [ownerOf(home), ownerOf(directory)]);
  if (owner !== undefined) return { kind: "foreign", owner };
  const file = ownerOf(within(directory, "credentials"));
  const credentialsOwner = findForeignOwner(uid, [file]);
  return {
    kind: "own",
    ...(credentialsOwner !== undefined && { credentialsOwner }),
  };
}

/**
 * Finds the owner of a home in which a process of root must not save files. Returns
 * `undefined` if the process may save files.
 *
 * @param uid the user of the process
 * @param owners the owners of the home and of `~/.aws`
 */
export function findForeignOwner(
  uid: number | null | undefined,
  owners: readonly (number | undefined)[],
): number | undefined {
  if (uid !== 0) return undefined; // the system lets only root write to a foreign home
  return owners.find((owner) => owner !== undefined && owner !== 0);
}

/** Returns the user of this process; `undefined` if Deno does not permit to know the user. */
function findUid(): number | null | undefined {
  try {
    return Deno.uid();
  } catch {
    return undefined;
  }
}

/** Returns the owner of a directory or, if the directory is missing, of its next ancestor. */
function ownerOf(path: string): number | undefined {
  for (const directory of withAncestors(path)) {
    try {
      return Deno.statSync(directory).uid ?? undefined;
    } catch (error) {
      if (!isAbsence(error)) return undefined;
    }
  }
  return undefined;
}

/** Whether a directory can be searched, or is missing. */
function canSearch(directory: string): boolean {
  try {
    Deno.lstatSync(within(directory, "assume-role"));
    return true;
  } catch (error) {
    // Without Deno's permission to read this path, nothing is known about the directory.
    return !isUnreadable(error) || error instanceof Deno.errors.NotCapable;
  }
}
