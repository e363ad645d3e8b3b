/** AWS's files: long comparisons with botocore on generated files. */
import { compareProfiles, compareSections } from "../conformance/botocore.ts";
import { nastyFile } from "../aws/files.ts";
import { HEADER_FILE } from "../aws/headers.ts";

Deno.test("botocore and assume-role read the same from 20,000 files of each kind", async () => {
  await compareSections(HEADER_FILE, 20_000);
  await compareSections(nastyFile, 20_000);
});

Deno.test("botocore and assume-role find the same profiles in 5,000 pairs of files", () =>
  compareProfiles(5_000));
