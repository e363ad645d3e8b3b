/** Time between two looks for the inspector. */
const POLL_MS = 5;
/** The time for which the inspector is awaited. */
const MAX_WAIT_MS = 1000;

/**
 * Closes the V8 inspector, which `deno run` of Deno 2.9.2 and later opens on SIGUSR1: every
 * user of the machine could connect to it and read credentials. Does nothing without the
 * permission `--allow-sys`.
 */
export async function closeInspector(): Promise<void> {
  try {
    const { state } = Deno.permissions.querySync({ name: "sys" });
    if (state !== "granted") return; // without the permission, Deno could show a prompt
    const inspector = await import("node:inspector");
    for (let waitedMs = 0; waitedMs < MAX_WAIT_MS; waitedMs += POLL_MS) {
      if (inspector.url() !== undefined) return inspector.close();
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  } catch {
    // An older Deno has no such inspector.
  }
}
