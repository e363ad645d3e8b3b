// Pure: no I/O.
import config from "../../deno.json" with { type: "json" };

/** The version of what runs. */
export const VERSION: string = config.version;

/** The commit that it was built from; the build puts it here, else it is all zeros. */
export const COMMIT = "0000000000000000000000000000000000000000";
