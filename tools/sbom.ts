/**
 * Prints the software bill of materials (SBOM) of a release, in CycloneDX's JSON:
 * `sbom.ts dist/SHA256SUMS dist/base-*.sha256 > assume-role-0.1.0.cdx.json`.
 *
 * The files have lines of `sha256sum`: the executables, and the bases of Deno that they
 * were compiled from. The packages are those whose code is in the executable.
 */
import config from "../deno.json" with { type: "json" };
import { readCommit, readCommitTime } from "./commit.ts";
import { RELEASES } from "./formula.ts";
import { type BundledPackage, listBundledPackages } from "./packages.ts";
import { ESBUILD_VERSION } from "./verify_bundler.ts";

/** Everything that decides the contents of the SBOM. */
export interface Release {
  readonly version: string;
  readonly commit: string;
  /** The time of the commit, in RFC 3339's form. */
  readonly time: string;
  /** The version of V8 for versions of Deno. */
  readonly v8Versions: Readonly<Record<string, string>>;
  readonly packages: readonly BundledPackage[];
  /** The names of the packages that the project itself imports. */
  readonly imported: readonly string[];
  /** Lines of `sha256sum`. */
  readonly executables: string;
  readonly bases: string;
}

const REPOSITORY = RELEASES.replace(/\/releases$/, "");

/**
 * Formats the SBOM of a release. The same release always has the same SBOM.
 *
 * @throws {Error} If a list of checksums is empty or has a line of another form.
 */
export async function formatSbom(release: Release): Promise<string> {
  const project = projectComponent(release);
  const deno = denoComponent(release);
  const packages = release.packages.map(packageComponent);
  const refs = new Map(
    release.packages.map((one) => [one.name, packageUrl(one)]),
  );
  const refsOf = (names: readonly string[]) =>
    names.flatMap((name) => refs.get(name) ?? []);
  const content = {
    $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: {
      timestamp: release.time,
      lifecycles: [{ phase: "build" }],
      component: project,
    },
    components: [deno, bundlerComponent(), ...packages],
    dependencies: [
      {
        ref: project["bom-ref"],
        dependsOn: [deno["bom-ref"], ...refsOf(release.imported)],
      },
      ...release.packages.map((one) => ({
        ref: packageUrl(one),
        dependsOn: refsOf(one.dependencies),
      })),
    ],
  };
  const serialNumber = `urn:uuid:${await uuidOf(JSON.stringify(content))}`;
  return `${JSON.stringify({ ...content, serialNumber }, null, 2)}\n`;
}

function projectComponent({ version, commit, executables }: Release) {
  const purl = `pkg:github/x/assume-role@v${version}`;
  return {
    type: "application",
    "bom-ref": purl,
    name: "assume-role",
    version,
    purl,
    licenses: licensesOf(config.license),
    externalReferences: [
      { type: "vcs", url: REPOSITORY, comment: `commit ${commit}` },
      { type: "distribution", url: `${RELEASES}/tag/v${version}` },
    ],
    components: parseSums(executables).map(({ name, hash }) => ({
      type: "file",
      "bom-ref": name,
      name,
      version,
      hashes: [{ alg: "SHA-256", content: hash }],
    })),
  };
}

function denoComponent({ v8Versions, bases }: Release) {
  const files = parseSums(bases);
  const version = versionOf(files.map(({ name }) => name));
  const purl = `pkg:github/denoland/deno@v${version}`;
  const v8 = v8Versions[version];
  return {
    type: "platform",
    "bom-ref": purl,
    name: "deno",
    version,
    description: "The base of the executables",
    purl,
    cpe: `cpe:2.3:a:deno:deno:${version}:*:*:*:*:*:*:*`,
    licenses: licensesOf("MIT"),
    externalReferences: files.map(({ name, hash }) => ({
      type: "distribution",
      url: `https://dl.deno.land/release/${name}`,
      hashes: [{ alg: "SHA-256", content: hash }],
    })),
    ...(v8 !== undefined && {
      components: [{
        type: "library",
        "bom-ref": `${purl}#v8`,
        name: "v8",
        version: v8,
        licenses: licensesOf("BSD-3-Clause"),
      }],
    }),
  };
}

/** Returns the version of Deno in the names of bases, such as `v2.9.6/denort-….zip`. */
function versionOf(bases: readonly string[]): string {
  const versions = new Set(
    bases.map((name) => /^v([^/]+)\//.exec(name)?.[1] ?? ""),
  );
  const [version = "", ...others] = versions;
  if (version === "" || others.length > 0) {
    throw new Error(`Cannot find the version of Deno in ${bases.join(", ")}`);
  }
  return version;
}

/** The program that bundles the code; the executables do not contain it. */
function bundlerComponent() {
  const purl = `pkg:npm/esbuild@${ESBUILD_VERSION}`;
  return {
    type: "application",
    "bom-ref": purl,
    name: "esbuild",
    version: ESBUILD_VERSION,
    scope: "excluded",
    purl,
    licenses: licensesOf("MIT"),
  };
}

function packageComponent(one: BundledPackage) {
  const [, algorithm, base64] = /^sha(512)-(.+)$/.exec(one.integrity) ?? [];
  if (algorithm === undefined || base64 === undefined) {
    throw new Error(`${one.name} has no SHA-512: ${one.integrity}`);
  }
  const [, group, name] = /^(?:(@[^/]+)\/)?(.+)$/.exec(one.name)!;
  const purl = packageUrl(one);
  return {
    type: "library",
    "bom-ref": purl,
    ...(group !== undefined && { group }),
    name,
    version: one.version,
    scope: "required",
    purl,
    hashes: [{
      alg: "SHA-512",
      content: Uint8Array.fromBase64(base64).toHex(),
    }],
    licenses: licensesOf(one.license),
  };
}

/** Returns a package URL: https://github.com/package-url/purl-spec */
function packageUrl({ name, version }: BundledPackage): string {
  return `pkg:npm/${name.replace("@", "%40")}@${version}`;
}

/** Returns the licence; an SPDX expression, such as `MIT OR Apache-2.0`, has another form. */
function licensesOf(license: string) {
  return [
    license.includes(" ")
      ? { expression: license }
      : { license: { id: license } },
  ];
}

/** Parses the lines of `sha256sum`. */
function parseSums(text: string): { name: string; hash: string }[] {
  const lines = text.trim().split("\n");
  return lines.map((line) => {
    const [, hash, name] = /^([0-9a-f]{64}) [ *](\S+)$/.exec(line) ?? [];
    if (hash === undefined || name === undefined) {
      throw new Error(`Cannot read a checksum: '${line}'`);
    }
    return { name, hash };
  });
}

/** Returns a UUID that is made from a text (version 8 of RFC 9562). */
async function uuidOf(text: string): Promise<string> {
  const bytes = new TextEncoder().encode(text);
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  const hex = new Uint8Array(digest).toHex();
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join("-");
}

/** Lists the packages that `deno.json` names; an import can name a path in a package. */
function importedPackages(): string[] {
  const names = Object.values(config.imports).flatMap((specifier) =>
    /^npm:\/?((?:@[^/]+\/)?[^@/]+)@/.exec(specifier)?.[1] ?? []
  );
  return [...new Set(names)].sort();
}

/** Collects what is known about the release of this commit. */
export async function describeRelease(
  executables: string,
  bases: string,
): Promise<Release> {
  return {
    version: config.version,
    commit: await readCommit(),
    time: await readCommitTime(),
    v8Versions: { [Deno.version.deno]: Deno.version.v8 },
    packages: await listBundledPackages(),
    imported: importedPackages(),
    executables,
    bases,
  };
}

if (import.meta.main) {
  const [executables = "", ...bases] = Deno.args.map((path) =>
    Deno.readTextFileSync(path)
  );
  const release = await describeRelease(executables, bases.join(""));
  const text = await formatSbom(release);
  await new Blob([text]).stream().pipeTo(Deno.stdout.writable);
}
