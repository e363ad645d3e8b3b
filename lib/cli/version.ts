// Pure: no I/O.
/** Version of assume-role, equal to that in deno.json, which is not loaded at runtime. */
export const VERSION = "0.1.0";

/** Commit of the build. The build replaces the zeros; a run from source has zeros. */
export const COMMIT = "0000000000000000000000000000000000000000";
