import type { View } from "../output/view.ts";
import { usesColour } from "../settings/terminal_text.ts";
import { stdoutColumns } from "../system/terminal_size.ts";
import type { OwnCommandContext } from "./dispatch.ts";

/** Describes stdout, and what the user wants to see there. */
export function viewStdout({ host, layers }: OwnCommandContext): View {
  const columns = stdoutColumns();
  return {
    ...(columns !== undefined && { columns, home: host.home }),
    isColoured: usesColour(host.env, columns !== undefined),
    isVerbose: layers.options.verbose ?? false,
  };
}
