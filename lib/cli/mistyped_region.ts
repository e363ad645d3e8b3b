// Pure: no I/O.
import { AwsError } from "../errors.ts";
import { suggest } from "../settings/suggest.ts";

/** The code of `lib/aws/errors/match.ts` for an endpoint that cannot be reached. */
const NO_ANSWER = "NoAnswer";

/** AWS's regions at the time of this version; AWS adds regions. */
const REGIONS: readonly string[] =
  ("af-south-1 ap-east-1 ap-east-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2 ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-6 ap-southeast-7 ca-central-1 ca-west-1 cn-north-1 cn-northwest-1 eu-central-1 eu-central-2 eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-2 eu-west-3 eusc-de-east-1 il-central-1 me-central-1 me-south-1 mx-central-1 sa-east-1 us-east-1 us-east-2 us-gov-east-1 us-gov-west-1 us-west-1 us-west-2")
    .split(" ");

/**
 * Adds a hint to the error about an endpoint that cannot be reached, if the region in the
 * endpoint's name is not known and is similar to a known region.
 */
export function explainRegion(error: unknown): unknown {
  if (!(error instanceof AwsError) || error.code !== NO_ANSWER) return error;
  const [, region = ""] =
    /\bsts(?:-fips)?\.([a-z0-9-]+)\.(?:amazonaws|api)\./.exec(
      error.message,
    ) ?? [];
  if (region === "" || REGIONS.includes(region)) return error;
  const near = suggest(region, REGIONS);
  return near === undefined ? error : Object.assign(error, {
    hint: `the region '${region}' is not known; did you mean '${near}'?`,
  });
}
