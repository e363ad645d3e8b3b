/** A package in `deno.lock`. */
export interface LockedPackage {
  readonly name: string;
  readonly version: string;
  /** The hash of the package's archive, such as `sha512-…` with base64. */
  readonly integrity: string;
  /** The names of the packages that this package depends on. */
  readonly dependencies: readonly string[];
}

/** Reads the npm packages of `deno.lock`; the project has no packages of other kinds. */
export function readLock(): readonly LockedPackage[] {
  const text = Deno.readTextFileSync(new URL("../deno.lock", import.meta.url));
  const { npm }: {
    npm: Record<string, { integrity: string; dependencies?: string[] }>;
  } = JSON.parse(text);
  return Object.entries(npm).map(([id, { integrity, dependencies = [] }]) => {
    // Packages that differ only in peers have a suffix: `a@1.0.0_b@2.0.0`.
    const [, name, version] = /^(@?[^@]+)@([^_]+)/.exec(id) ?? [];
    if (name === undefined || version === undefined) {
      throw new Error(`Cannot read deno.lock: '${id}' is not a package`);
    }
    return { name, version, integrity, dependencies };
  });
}
