/**
 * Prints the Homebrew formula of a release, given the release's checksums:
 * `formula.ts SHA256SUMS > Formula/assume-role.rb`.
 */
import config from "../deno.json" with { type: "json" };

/** The address of the releases, as in install.sh, install.ps1 and the README. */
export const RELEASES = "https://github.com/x/assume-role/releases";

/** Homebrew's names for the system and the processor of Deno's targets. */
const PLATFORMS = [
  ["on_macos", "on_arm", "aarch64-apple-darwin"],
  ["on_macos", "on_intel", "x86_64-apple-darwin"],
  ["on_linux", "on_arm", "aarch64-unknown-linux-gnu"],
  ["on_linux", "on_intel", "x86_64-unknown-linux-gnu"],
] as const;

/**
 * Formats the formula of a version.
 *
 * @param sums the text of SHA256SUMS
 * @throws {Error} If the checksum of an executable is missing.
 */
export function formatFormula(version: string, sums: string): string {
  const block = (system: string) =>
    PLATFORMS.filter(([os]) => os === system).map(([, processor, target]) => {
      const file = `assume-role-${version}-${target}`;
      return `    ${processor} do
      url "${RELEASES}/download/v${version}/${file}"
      sha256 "${checksumOf(file, sums)}"
    end
`;
    }).join("");
  return `# Made by tools/formula.ts from the checksums of the release.
class AssumeRole < Formula
  desc "Run programs with temporary AWS credentials of a role"
  homepage "${RELEASES.replace(/\/releases$/, "")}"
  version "${version}"
  license "Apache-2.0"

  on_macos do
${block("on_macos")}  end

  on_linux do
${block("on_linux")}  end

  def install
    bin.install Dir["assume-role-*"].first => "assume-role"
  end

  test do
    assert_match version.to_s, shell_output("#{bin}/assume-role --version")
  end
end
`;
}

function checksumOf(file: string, sums: string): string {
  const line = sums.split("\n").find((line) => line.endsWith(`  ${file}`));
  const checksum = line?.split(" ")[0] ?? "";
  if (!/^[0-9a-f]{64}$/.test(checksum)) {
    throw new Error(`SHA256SUMS has no SHA-256 of ${file}`);
  }
  return checksum;
}

if (import.meta.main) {
  const sums = await Deno.readTextFile(Deno.args[0] ?? "dist/SHA256SUMS");
  const formula = formatFormula(config.version, sums);
  await new Blob([formula]).stream().pipeTo(Deno.stdout.writable);
}
