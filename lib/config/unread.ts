import { explainDistrust } from "../system/distrust.ts";
import { reasonOf } from "../system/os_error.ts";
import {
  isDangling,
  isDenied,
  isPresent,
  isUnreadable,
} from "../system/unreadable.ts";
import type { OnUnread } from "./files.ts";

/** A file at a default path that cannot be read, and therefore counts as missing. */
export interface UnreadFile {
  /** Path of the file. */
  readonly path: string;
  /** Reason why the file cannot be read. */
  readonly reason: string;
  /** The user's own `assume-role.yaml`, that of the project, or one of AWS's files. */
  readonly kind: "own" | "project" | "aws";
  /** Whether the file certainly exists, and may have settings. */
  readonly mayDecide: boolean;
}

/**
 * Reads files, and lists those at default paths that cannot be read. A project's file that
 * exists must be readable: otherwise the file of another project, further up, could count.
 *
 * @throws {ConfigError} If a file cannot be trusted, or must be readable
 */
export async function skipUnread<T>(
  read: (onUnread: OnUnread) => Promise<T>,
): Promise<{ readonly files: T; readonly unread: readonly UnreadFile[] }> {
  const unread: UnreadFile[] = [];
  try {
    const files = await read((error, path, kind) => {
      // The AWS CLI counts a symbolic link to a missing file as a missing file.
      if (isDangling(path)) return;
      if (kind === "named") throw error;
      const { cause } = error;
      const exists = isPresent(path);
      if (!isUnreadable(cause) || kind === "project" && exists) throw error;
      const mayDecide = exists && isDenied(cause);
      unread.push({ path, kind, reason: reasonOf(cause), mayDecide });
    });
    return { files, unread };
  } catch (error) {
    throw explainDistrust(error);
  }
}
