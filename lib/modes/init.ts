import { STATUS } from "../errors.ts";
import type { Ending } from "../system/program.ts";
import type { ModeContext } from "./mode.ts";

/** Writes. */
export function writeStarter(_context: ModeContext): Promise<Ending> {
  return Promise.resolve({ status: STATUS.ok });
}
