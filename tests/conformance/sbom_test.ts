/** Validates the SBOM of a release by the official JSON schema of CycloneDX. */
import { assertEquals, assertMatch } from "@std/assert";
import { TARGETS } from "../../tools/build.ts";
import { describeRelease, formatSbom } from "../../tools/sbom.ts";
import { e2e, fixture } from "../mod.ts";

e2e(
  "the SBOM of a release is valid by the schema of CycloneDX 1.6",
  async ({ home }) => {
    const sums = (version: string) =>
      TARGETS.map((target) =>
        `${"a".repeat(64)}  ${version}/denort-${target}.zip\n`
      ).join("");
    const release = await describeRelease(sums("files"), sums("v2.9.6"));
    const sbom = await formatSbom(release);
    const validate = async (stdin: string) =>
      (await home.exec(["python3", fixture("validate_sbom.py")], { stdin }))
        .stdout.trim();
    assertEquals(await validate(sbom), "valid");
    const wrong = sbom.replace('"type": "platform"', '"type": "runtime"');
    assertMatch(await validate(wrong), /^invalid: /);
  },
);
