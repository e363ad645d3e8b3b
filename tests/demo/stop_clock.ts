/**
 * Stops the clock of the program that Deno loads next (`--preload`). The workers of the
 * program get the same time.
 */
import { stopClock } from "./fixed_clock.ts";

const minutes = Deno.env.get("DEMO_MINUTES") ?? "0";
Deno.env.delete("DEMO_MINUTES");
stopClock(Number(minutes));

globalThis.Worker = class extends Worker {
  constructor(_module: string | URL, options?: WorkerOptions) {
    const file = `./stop_clock_worker.ts?minutes=${minutes}`;
    super(new URL(file, import.meta.url), { ...options, type: "module" });
  }
};
