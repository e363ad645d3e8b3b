// Pure: no I/O.
import { ConfigError } from "../errors.ts";
import type { Doubt } from "./ini_sections.ts";

/** A line that the AWS CLI and the AWS SDKs read differently, and the path of the file. */
export interface Problem extends Doubt {
  readonly path: string;
}

/** Creates the error about a profile with a line that AWS's tools read differently. */
export function problemError(
  profile: string,
  { kind, key, line, path }: Problem,
): ConfigError {
  const start = `Cannot use the AWS profile '${profile}': `;
  const place = `line ${line} of ${path}`;
  if (kind === "indented header") {
    return new ConfigError(
      `${start}the header in ${place} is indented, so the AWS CLI reads the header as part of the value above`,
      { hint: `remove the white space at the start of line ${line}` },
    );
  }
  const what = kind === "second key" ? `the key '${key}'` : "the section";
  return new ConfigError(
    `${start}${what} occurs a second time in ${place}`,
    { hint: "remove one of the two; the AWS CLI refuses the file, too" },
  );
}
