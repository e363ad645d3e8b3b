import { KEYS } from "./keys.ts";
import { MACHINES } from "./machines.ts";
import { PROGRAMS } from "./programs.ts";
import { SIGN_INS } from "./sign_ins.ts";
import type { StartingPoint } from "./starting_point.ts";
import { WEB_IDENTITIES } from "./web_identities.ts";

/** The rows of `starting_points_table_test.ts`. */
export const ROWS: readonly StartingPoint[] = [
  ...KEYS,
  ...PROGRAMS,
  ...SIGN_INS,
  ...WEB_IDENTITIES,
  ...MACHINES,
];
