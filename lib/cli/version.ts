// Pure: no I/O.
/** Version of assume-role, copied from deno.json so that deno.json is not loaded. */
export const VERSION = "0.1.0";

/** Commit of the build, which replaces the zeros; all zeros if run from source. */
export const COMMIT = "0000000000000000000000000000000000000000";
