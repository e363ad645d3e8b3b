import { reserveFiles } from "./signals.ts";

/** Permissions of a worker; anything that is left out is denied. */
export interface WorkerPermissions {
  readonly net?: string[];
  readonly read?: string[];
  readonly env?: string[];
  readonly sys?: (
    | "hostname"
    | "osRelease"
    | "homedir"
    | "uid"
    | "gid"
  )[];
}

/** The number of files that Deno opens for a worker and its connections. */
const WORKER_FILES = 12;

/**
 * Starts a worker that has only these permissions.
 *
 * @throws {Error} If this process can open too few files for a worker
 */
export function startWorker(
  module: URL,
  { net = [], read = [], env = [], sys = [] }: WorkerPermissions,
): Worker {
  reserveFiles(WORKER_FILES);
  return new Worker(module, {
    type: "module",
    deno: {
      permissions: {
        net: net.length > 0 ? net : false,
        read: read.length > 0 ? read : false,
        run: false,
        sys,
        env: env.length > 0 ? env : false,
        ffi: false,
        import: false,
        write: false,
      },
    },
  });
}
