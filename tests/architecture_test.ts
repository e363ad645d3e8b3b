import { assert, assertEquals } from "@std/assert";
import { dirname } from "@std/path/dirname";
import { join } from "@std/path/join";

const ROOT = join(import.meta.dirname!, "..");

/** The folders below the story: `run.ts` and `session.ts` may use each of them. */
const FOLDERS = [
  "settings",
  "system",
  "cli",
  "config",
  "aws",
  "plan",
  "cache",
  "credentials",
  "output",
  "sandbox",
  "server",
  "command",
  "commands",
];

/**
 * The imports that are allowed between the folders and files of `lib/`; every
 * other import is a mistake.
 *
 * `code` lists imports that run, `types` further imports that only check types.
 * A stage knows the types of earlier stages and runs nothing of them, except for
 * `aws`, which serves all stages.
 */
const ALLOWED: Readonly<
  Record<string, { readonly code: string[]; readonly types?: string[] }>
> = {
  "errors.ts": { code: [] },
  "host.ts": { code: [] },
  "settings": { code: ["errors.ts"] },
  "system": { code: ["errors.ts"], types: ["host.ts"] },
  "cli": { code: ["settings", "errors.ts"] },
  "aws": { code: ["system", "errors.ts"] },
  "config": {
    code: ["aws", "system", "settings", "errors.ts"],
    types: ["host.ts", "cli"],
  },
  "plan": {
    code: ["aws", "settings", "system", "errors.ts"],
    types: ["cli", "config"],
  },
  "cache": {
    code: ["aws", "cli", "config", "plan", "settings", "system", "errors.ts"],
    types: ["host.ts"],
  },
  "credentials": {
    code: ["aws", "cache", "plan", "settings", "system", "errors.ts"],
    types: ["host.ts", "cli", "config", "command"],
  },
  "output": {
    code: ["settings", "errors.ts"],
    types: ["aws", "cache", "cli", "config", "plan", "credentials"],
  },
  "sandbox": { code: ["system", "aws", "errors.ts"], types: ["settings"] },
  "server": {
    code: ["aws", "cache", "command", "credentials", "system", "errors.ts"],
    types: ["host.ts", "settings", "cli", "config", "plan"],
  },
  "command": {
    code: ["aws", "settings", "system", "errors.ts"],
    types: ["host.ts", "cli", "config", "plan"],
  },
  "commands": {
    code: [
      "aws",
      "cache",
      "cli",
      "config",
      "credentials",
      "output",
      "plan",
      "settings",
      "system",
      "session.ts",
      "command",
      "errors.ts",
    ],
    types: ["host.ts"],
  },
  "session.ts": { code: FOLDERS, types: ["host.ts"] },
  "run.ts": {
    code: [...FOLDERS, "session.ts", "errors.ts"],
    types: ["host.ts"],
  },
  "main.ts": { code: ["run.ts", "system"], types: ["host.ts"] },
  "api_options.ts": {
    code: ["settings", "errors.ts"],
    types: ["cli", "credentials"],
  },
  // The library's entry; importing it runs nothing.
  "api.ts": {
    code: [...FOLDERS, "session.ts", "api_options.ts", "errors.ts"],
    types: ["host.ts"],
  },
  // The command line is loaded only if this is the main module.
  "mod.ts": {
    code: [...FOLDERS, "main.ts", "api.ts", "api_options.ts", "errors.ts"],
  },
};

/** Folders in which every file is pure. */
const PURE_FOLDERS = ["cli", "plan", "output", "settings"];
const PURE_MARK = "// Pure: no I/O.\n";
/** Most modules that may be loaded before a command can start. */
const MOST_EARLY_MODULES = 32;
/** Larger is asking to be two. */
const MOST_LINES = 260;

interface Import {
  /** The importing file, relative to the project: `lib/run.ts`. */
  readonly from: string;
  /** The imported file, relative to the project, or the specifier of a package. */
  readonly to: string;
  readonly kind: "code" | "types";
  readonly isDynamic: boolean;
}

/** A module and its imports in the output of `deno info --json`. */
interface Info {
  readonly modules: readonly {
    readonly specifier: string;
    readonly error?: string;
    readonly dependencies?: readonly {
      readonly isDynamic?: boolean;
      readonly code?: { readonly specifier?: string };
      readonly type?: { readonly specifier?: string };
    }[];
  }[];
}

/** All imports of all modules that an entry leads to. */
async function importsFrom(entry: string): Promise<readonly Import[]> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", entry],
    cwd: ROOT,
    env: { NO_COLOR: "1" },
  }).output();
  assertEquals(success, true, new TextDecoder().decode(stderr));
  const info: Info = JSON.parse(new TextDecoder().decode(stdout));
  assertEquals(info.modules.filter(({ error }) => error !== undefined), []);
  return info.modules.flatMap(({ specifier, dependencies = [] }) =>
    dependencies.flatMap(({ code, type, isDynamic = false }) => {
      const from = shorten(specifier);
      // The types of an npm package stand in for its code: that is one import.
      const both = [
        { kind: "code" as const, to: code?.specifier },
        { kind: "types" as const, to: type?.specifier },
      ];
      return both.flatMap(({ kind, to }) =>
        to === undefined ? [] : [{ from, to: shorten(to), kind, isDynamic }]
      );
    })
  );
}

function shorten(specifier: string): string {
  const base = new URL(`file://${ROOT.replaceAll("\\", "/")}/`).href;
  return specifier.startsWith(base) ? specifier.slice(base.length) : specifier;
}

/** The row of the table that a file belongs to. */
function rowOf(path: string): string {
  const [top, folder] = path.split("/");
  return top === "lib" ? folder! : top!;
}

const isOurs = (path: string) => !/^(?:npm|jsr|node|https?):/.test(path);
const isTypesOfStd = (path: string) =>
  /^lib\/types\/std_\w+\.d\.ts$/.test(path);
const isStd = (path: string) =>
  /^(?:npm:\/?deno-std@|jsr:\/?@std\/)/.test(path);

/** The files that run when an entry is loaded. */
function reach(imports: readonly Import[], entry: string): readonly string[] {
  const reached = new Set([entry]);
  for (const path of reached) {
    for (const { from, to, kind, isDynamic } of imports) {
      if (from === path && kind === "code" && !isDynamic) reached.add(to);
    }
  }
  return [...reached].sort();
}

function* walk(folder: string): Generator<string> {
  for (const { name, isDirectory } of Deno.readDirSync(join(ROOT, folder))) {
    if (isDirectory) yield* walk(`${folder}/${name}`);
    else if (name.endsWith(".ts")) yield `${folder}/${name}`;
  }
}

const SOURCES: ReadonlyMap<string, string> = new Map(
  ["main.ts", "mod.ts", ...walk("lib")].sort().map((path) => [
    path,
    Deno.readTextFileSync(join(ROOT, path)).replaceAll("\r\n", "\n"),
  ]),
);
const MAIN = await importsFrom("main.ts");
const MOD = await importsFrom("mod.ts");
/** The worker that runs the AWS SDK is loaded by its address. */
const WORKER = "lib/sandbox/worker.ts";
/** Where a program that imports us comes in: what `main.ts` is to the command line. */
const LIBRARY = "lib/api.ts";
const ALL = [
  ...MAIN,
  ...MOD,
  ...await importsFrom(WORKER),
];

const isPure = (path: string) =>
  SOURCES.get(path)?.startsWith(PURE_MARK) ?? false;

/** A text without its comments. */
function codeOf(path: string): string {
  return SOURCES.get(path)!
    .replace(/\/\*[\s\S]*?\*\//g, "")
    .replace(/(^|\s)\/\/.*$/gm, "$1");
}

/** The files of ours whose code has a pattern in it, with what was found. */
function findings(
  pattern: RegExp,
  where: (path: string) => boolean,
): readonly string[] {
  return [...SOURCES.keys()].filter(where).flatMap((path) =>
    [...codeOf(path).matchAll(pattern)].map(([text]) => `${path}: ${text}`)
  );
}

Deno.test("imports follow the table", () => {
  const wrong = ALL
    .filter(({ to }) => isOurs(to) && !isTypesOfStd(to))
    .filter(({ from, to, kind }) => {
      const [own, other] = [rowOf(from), rowOf(to)];
      if (own === other) return false;
      const { code, types = [] } = ALLOWED[own] ?? { code: [] };
      const allowed = kind === "code" ? code : [...code, ...types];
      return !allowed.includes(other);
    })
    .map(({ from, to, kind }) => `${from} -> ${to} (${kind})`);
  assertEquals([...new Set(wrong)], []);
});

Deno.test("the table has every file and folder of lib/, and no other", () => {
  const rows = [...SOURCES.keys()].map(rowOf).filter((row) => row !== "types");
  assertEquals([...new Set(rows)].sort(), Object.keys(ALLOWED).sort());
});

Deno.test("docs/architecture.md has a line for every file, and marks the early ones", async () => {
  const path = join(ROOT, "docs", "architecture.md");
  const rows = (await Deno.readTextFile(path)).matchAll(
    /^\| \[`[^`]+`\]\(\.\.\/(lib\/[^)]+)\)( _\(early\)_)? +\| [^|]+\|$/gm,
  );
  const early = new Set(reach(MAIN, "main.ts"));
  assertEquals(
    Array.from(rows, ([, file, mark]) => `${file}${mark ?? ""}`).sort(),
    [...SOURCES.keys()]
      .filter((file) => file.startsWith("lib/") && rowOf(file) !== "types")
      .map((file) => early.has(file) ? `${file} _(early)_` : file)
      .sort(),
  );
});

Deno.test("every file is part of the program or of the library", () => {
  const parts = new Set([
    "main.ts",
    "mod.ts",
    WORKER,
    ...ALL.map(({ to }) => to),
  ]);
  assertEquals([...SOURCES.keys()].filter((path) => !parts.has(path)), []);
});

Deno.test("what is pure runs only what is pure", () => {
  const wrong = ALL
    .filter(({ from, kind }) => isPure(from) && kind === "code")
    .filter(({ to }) => !isPure(to) && !isStd(to) && to !== "deno.json")
    .map(({ from, to }) => `${from} -> ${to}`);
  assertEquals([...new Set(wrong)], []);
});

Deno.test("what is pure has no input, no output, no clock and no chance", () => {
  const effects =
    /\bDeno\.(?!build\b)|\bfetch\(|\bDate\.now|\bnew Date\(\)|\bperformance\.|\bprocess\.(?!ts")|\bconsole\.|\bglobalThis\b|\bMath\.random|\bcrypto\.(?:get|random)|\bset(?:Timeout|Interval)\b/g;
  assertEquals(findings(effects, isPure), []);
});

Deno.test("the folders of pure stages hold nothing else, and say so", () => {
  const unmarked = [...SOURCES.keys()].filter((path) =>
    PURE_FOLDERS.includes(rowOf(path)) && !isPure(path)
  );
  assertEquals(unmarked, []);
});

Deno.test("only the entries and the folders of effects touch Deno, and only main.ts ends the process", () => {
  assertEquals(
    findings(
      /\bDeno\b(?:\.\w+)?/g,
      (path) =>
        !["main.ts", "lib/system/dirname.ts", "lib/system/path.ts", LIBRARY]
          .includes(path) &&
        !/^lib\/(?:system|command|server)\//.test(path),
    ),
    [],
  );
  assertEquals(
    [...new Set(findings(/\bDeno\b(?:\.\w+)?/g, (path) => path === LIBRARY))],
    ["Deno.env", "Deno.build", "Deno.cwd"].map((name) => `${LIBRARY}: ${name}`),
  );
  assertEquals(
    findings(/\bDeno\.exit\b/g, (path) => path !== "main.ts"),
    [],
  );
  assertEquals(findings(/\bDeno\.exit\b/g, (path) => path === "main.ts"), [
    "main.ts: Deno.exit",
  ]);
});

Deno.test("nothing below the entries reads the environment or the clock", () => {
  const pattern =
    /\bDeno\.(?:env|args|cwd|mainModule)\b|\bprocess\.(?!ts")|\bDate\.now|\bnew Date\(\)|\bperformance\./g;
  const isEntry = (path: string) => ["main.ts", WORKER, LIBRARY].includes(path);
  assertEquals(findings(pattern, (path) => !isEntry(path)), []);
});

Deno.test("no file is so long that it is asking to be two", () => {
  const long = [...SOURCES]
    .map(([path, text]) => [path, text.trimEnd().split("\n").length] as const)
    .filter(([, lines]) => lines > MOST_LINES);
  assertEquals(long, []);
});

Deno.test("a start loads no package at all, not even of the standard library", () => {
  const early = reach(MAIN, "main.ts").filter((path) => !isTypesOfStd(path));
  assertEquals(early.filter((path) => !isOurs(path)), []);
});

// More modules take longer to load: a new one at the start is to be thought over.
Deno.test("a start loads no more modules than it needs", () => {
  const ours = reach(MAIN, "main.ts").filter(isOurs).length;
  assert(ours <= MOST_EARLY_MODULES, `${ours} modules of ours`);
});

Deno.test("the AWS SDK and the files that use it are loaded when they are needed", () => {
  const dynamic = ALL.filter(({ isDynamic, kind }) =>
    isDynamic && kind === "code"
  );
  const late = [...new Set(dynamic.map(({ to }) => to))]
    .flatMap((path) => reach(ALL, path));
  const early = reach(MAIN, "main.ts");
  const sdk = /^npm:\/?@(?:aws-sdk|smithy)\//;
  const names = (paths: readonly string[]) => [
    ...new Set(paths.filter((path) => sdk.test(path))),
  ];
  assertEquals([names(early), names(late).length > 0], [[], true]);
});

Deno.test("importing the library does not load the command line", () => {
  const wrong = reach(MOD, "mod.ts").filter((path) =>
    ["main.ts", "run.ts", "session.ts", "cli"].includes(rowOf(path))
  );
  assertEquals(wrong, []);
  const later = MOD.filter(({ from }) => from === LIBRARY)
    .filter(({ kind, isDynamic }) => kind === "code" && !isDynamic)
    .map(({ to }) => to);
  assertEquals(later, ["lib/errors.ts"]);
  const sdk = reach(MOD, "mod.ts").filter((path) => !isOurs(path))
    .filter((path) => !isStd(path));
  assertEquals(sdk, []);
  assertEquals(
    MOD.filter(({ from, to }) => from === "mod.ts" && to === "main.ts"),
    [{ from: "mod.ts", to: "main.ts", kind: "code", isDynamic: true }],
  );
});

Deno.test("files are named in small letters, and those of a folder import each other by name", () => {
  const odd = [...SOURCES.keys()].filter((path) =>
    !/^(?:lib\/)?(?:[a-z]+\/){0,2}[a-z_]+(?:256)?(?:\.d)?\.ts$/.test(path)
  );
  const indirect = ALL.filter(({ to }) => /(?:^|\/)mod\.ts$/.test(to))
    .filter(({ from }) => dirname(from) !== ".");
  assertEquals([odd, indirect], [[], []]);
});

Deno.test("tests/README.md says what every end-to-end, conformance, crash and soak test covers", () => {
  const path = join(ROOT, "tests", "README.md");
  const rows = Deno.readTextFileSync(path).matchAll(/^\| `(\w+_test\.ts)` /gm);
  assertEquals(
    Array.from(rows, ([, file]) => file!).sort(),
    ["e2e", "conformance", "crash", "soak"]
      .flatMap((folder) => [...Deno.readDirSync(join(ROOT, "tests", folder))])
      .map(({ name }) => name)
      .filter((name) => name.endsWith("_test.ts"))
      .sort(),
  );
});
