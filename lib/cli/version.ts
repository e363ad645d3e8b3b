// Pure: no I/O.
/** The version of what runs, as it stands in deno.json: all of that is not needed here. */
export const VERSION = "0.1.0";

/** The commit that it was built from; the build puts it here, else it is all zeros. */
export const COMMIT = "0000000000000000000000000000000000000000";
