/**
 * Prints the section of a version in CHANGELOG.md: `release_notes.ts v0.1.0`. Fails
 * if the tag is not the version in deno.json, or if the section is missing.
 */
import config from "../deno.json" with { type: "json" };

/**
 * Returns the section of a version, without the heading.
 *
 * @throws {Error} If the section is missing or empty.
 */
export function releaseNotes(changelog: string, version: string): string {
  const sections = changelog.split(/^## /m).slice(1);
  const section = sections.find((text) =>
    text.split(/\s/)[0]?.replace(/^\[|\]$/g, "") === version
  );
  const notes = section?.split("\n").slice(1).join("\n").trim() ?? "";
  if (notes === "") {
    throw new Error(`CHANGELOG.md has no section '## ${version}'`);
  }
  return `${notes}\n`;
}

/**
 * Returns the version of a tag.
 *
 * @throws {Error} If the tag is not the tag of the built version.
 */
export function versionOfTag(tag: string, built: string): string {
  if (tag !== `v${built}`) {
    throw new Error(`The tag is ${tag}, but deno.json has version ${built}`);
  }
  return built;
}

if (import.meta.main) {
  const version = versionOfTag(Deno.args[0] ?? "", config.version);
  const url = new URL("../CHANGELOG.md", import.meta.url);
  const notes = releaseNotes(await Deno.readTextFile(url), version);
  await new Blob([notes]).stream().pipeTo(Deno.stdout.writable);
}
