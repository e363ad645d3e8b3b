// Pure: no I/O.

/** Whether this system is Windows. */
export const IS_WINDOWS: boolean = Deno.build.os === "windows";
