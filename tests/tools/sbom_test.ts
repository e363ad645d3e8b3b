import { assertEquals, assertRejects } from "@std/assert";
import { TARGETS } from "../../tools/build.ts";
import { readLock } from "../../tools/lock_file.ts";
import { describeRelease, formatSbom, type Release } from "../../tools/sbom.ts";
import { unix } from "../guards.ts";

/** A component of the SBOM. */
interface Component {
  readonly name: string;
  readonly version: string;
  readonly purl?: string;
  readonly scope?: string;
  readonly hashes?: readonly {
    readonly alg: string;
    readonly content: string;
  }[];
  readonly licenses: unknown;
  readonly externalReferences: readonly {
    readonly url: string;
    readonly hashes: Component["hashes"];
  }[];
  readonly components: readonly Component[];
}

const EXECUTABLES = TARGETS.map((target, index) =>
  `${`${index}`.repeat(64)}  assume-role-0.1.0-${target}\n`
).join("");
const BASES = TARGETS.map((target) =>
  `${"b".repeat(64)}  v${Deno.version.deno}/denort-${target}.zip\n`
).join("");

/** Describes the release once for all tests, because the bundle takes a second. */
let described: Promise<Release> | undefined;

async function makeSbom() {
  const release = await (described ??= describeRelease(EXECUTABLES, BASES));
  const text = await formatSbom(release);
  const sbom: {
    metadata: { component: Component };
    components: Component[];
    dependencies: { ref: string; dependsOn: string[] }[];
  } = JSON.parse(text);
  return { release, text, ...sbom };
}

Deno.test(
  "the SBOM has each package in the executable with its hash and licence",
  unix,
  async () => {
    const { release, components, dependencies } = await makeSbom();
    const [, , ...packages] = components;
    assertEquals(
      packages.map(({ purl, hashes, licenses }) => [purl, hashes, licenses]),
      release.packages.map(({ name, version, integrity, license }) => [
        `pkg:npm/${name.replace("@", "%40")}@${version}`,
        [{
          alg: "SHA-512",
          content: Uint8Array.fromBase64(integrity.split("-")[1]!).toHex(),
        }],
        [{ license: { id: license } }],
      ]),
    );
    // Each package is there for the project or for another package.
    const needed = new Set(dependencies.flatMap(({ dependsOn }) => dependsOn));
    assertEquals(packages.filter(({ purl }) => !needed.has(purl!)), []);
    const locked = readLock().map(({ name }) => name);
    assertEquals(release.imported.filter((one) => !locked.includes(one)), []);
  },
);

Deno.test(
  "the SBOM has Deno with its bases, esbuild, and the executables",
  unix,
  async () => {
    const { components: [deno, esbuild], metadata } = await makeSbom();
    assertEquals(
      [deno!.name, deno!.version, deno!.purl, deno!.licenses],
      [
        "deno",
        Deno.version.deno,
        `pkg:github/denoland/deno@v${Deno.version.deno}`,
        [{ license: { id: "MIT" } }],
      ],
    );
    assertEquals(
      deno!.components.map(({ name, version }) => [name, version]),
      [["v8", Deno.version.v8]],
    );
    assertEquals(
      deno!.externalReferences.map(({ url, hashes }) => [url, hashes]),
      TARGETS.map((target) => [
        `https://dl.deno.land/release/v${Deno.version.deno}/denort-${target}.zip`,
        [{ alg: "SHA-256", content: "b".repeat(64) }],
      ]),
    );
    assertEquals([esbuild!.name, esbuild!.scope], ["esbuild", "excluded"]);
    assertEquals(
      metadata.component.components.map(({ name, hashes }) =>
        `${hashes![0]!.content}  ${name}\n`
      ).join(""),
      EXECUTABLES,
    );
  },
);

Deno.test(
  "a release always has the same SBOM, and another release has another serial number",
  unix,
  async () => {
    const { release, text } = await makeSbom();
    assertEquals(await formatSbom(release), text);
    const numberOf = (sbom: string) => JSON.parse(sbom).serialNumber;
    const other = await formatSbom({ ...release, commit: "1".repeat(40) });
    assertEquals(numberOf(other) === numberOf(text), false);
    assertEquals(numberOf(text).length, "urn:uuid:".length + 36);
  },
);

Deno.test(
  "formatSbom() refuses missing checksums and bases of two versions",
  unix,
  async () => {
    const { release } = await makeSbom();
    const refuse = (change: Partial<Release>, message: string) =>
      assertRejects(
        () => formatSbom({ ...release, ...change }),
        Error,
        message,
      );
    await refuse({ executables: "" }, "Cannot read a checksum: ''");
    await refuse({ bases: "" }, "Cannot read a checksum: ''");
    await refuse(
      { executables: "abc  x\n" },
      "Cannot read a checksum: 'abc  x'",
    );
    const old = `${"c".repeat(64)}  v1.0.0/denort-x.zip\n`;
    await refuse({ bases: BASES + old }, "Cannot find the version of Deno in ");
  },
);
