/** Runs the worker of the sandbox with a stopped clock; the URL has the minutes. */
import "../../lib/sandbox/worker.ts";
import { stopClock } from "./fixed_clock.ts";

stopClock(Number(new URL(import.meta.url).searchParams.get("minutes")));
