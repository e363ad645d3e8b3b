/** Compares how botocore and assume-role read many generated files of AWS's formats. */
import { compareProfiles, compareSections } from "../conformance/botocore.ts";
import { nastyFile } from "../aws/files.ts";
import { HEADER_FILE } from "../aws/headers.ts";

Deno.test("botocore and assume-role read the same sections in 20,000 generated files of each kind", async () => {
  await compareSections(HEADER_FILE, 20_000);
  await compareSections(nastyFile, 20_000);
});

Deno.test("botocore and assume-role find the same profiles in 5,000 generated pairs of files", () =>
  compareProfiles(5_000));
