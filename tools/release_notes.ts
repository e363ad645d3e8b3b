/**
 * Prints what CHANGELOG.md says of a version: `release_notes.ts v0.1.0`. A tag
 * that is not of the version in deno.json, or has no section, is an error.
 */
import config from "../deno.json" with { type: "json" };

/**
 * The section of a version, without its heading.
 *
 * @throws where there is none, or it is empty
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
 * The version that a tag is for.
 *
 * @throws where it is not the one that is built
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
