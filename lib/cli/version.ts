// Pure: no I/O.
/** Version of assume-role. deno.json has the same version, but is not loaded at runtime. */
export const VERSION = "0.1.0";

/** Commit that was built. The build replaces the zeros; when run from source, zeros stay. */
export const COMMIT = "0000000000000000000000000000000000000000";
