import { assert, assertEquals } from "@std/assert";
import { dirname } from "@std/path/dirname";
import { join } from "@std/path/join";

const ROOT = join(import.meta.dirname!, "..");

/** The folders of `lib/`; `run.ts` and `session.ts` may import from each of them. */
const FOLDERS = [
  "settings",
  "system",
  "cli",
  "config",
  "aws",
  "plan",
  "cache",
  "sso",
  "credentials",
  "output",
  "picker",
  "sandbox",
  "server",
  "command",
  "commands",
];

/**
 * The imports that are allowed between the folders and files of `lib/`; every
 * other import is a mistake.
 *
 * `code` lists what may be imported without restriction, `types` what may be
 * imported only with `import type`.
 */
const ALLOWED: Readonly<
  Record<string, { readonly code: string[]; readonly types?: string[] }>
> = {
  "errors.ts": { code: [] },
  "host.ts": { code: [], types: ["settings"] },
  "settings": { code: ["errors.ts"] },
  "system": { code: ["errors.ts"], types: ["host.ts", "settings"] },
  "cli": { code: ["settings", "errors.ts"] },
  "aws": { code: ["settings", "system", "errors.ts"] },
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
  "sso": {
    code: [
      "aws",
      "cache",
      "output",
      "plan",
      "settings",
      "system",
      "errors.ts",
    ],
  },
  "credentials": {
    code: [
      "aws",
      "cache",
      "plan",
      "settings",
      "sso",
      "system",
      "errors.ts",
    ],
    types: ["host.ts", "cli", "config", "command"],
  },
  "output": {
    code: ["aws", "settings", "errors.ts"],
    types: ["cache", "cli", "config", "plan", "credentials"],
  },
  "picker": {
    code: ["aws", "output", "settings", "errors.ts"],
    types: ["cache", "system"],
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
      "picker",
      "plan",
      "settings",
      "sso",
      "system",
      "session.ts",
      "load_sdk.ts",
      "report_run.ts",
      "command",
      "errors.ts",
    ],
    types: ["host.ts", "sandbox"],
  },
  "load_sdk.ts": {
    code: ["cache", "sandbox"],
    types: ["aws", "cli", "host.ts"],
  },
  "session.ts": {
    code: [...FOLDERS, "load_sdk.ts", "report_run.ts"],
    types: ["host.ts"],
  },
  "report_run.ts": {
    code: ["command", "output", "settings"],
    types: ["host.ts", "plan"],
  },
  "run.ts": {
    code: [...FOLDERS, "load_sdk.ts", "session.ts", "errors.ts"],
    types: ["host.ts"],
  },
  "main.ts": { code: ["run.ts", "settings", "system"], types: ["host.ts"] },
  "api_options.ts": {
    code: ["settings", "errors.ts"],
    types: ["cli", "credentials"],
  },
  // A function of the library imports its modules only when the function is called.
  "api_sdk.ts": {
    code: ["sandbox", "errors.ts"],
    types: ["api_options.ts", "aws"],
  },
  "api.ts": {
    code: [
      ...FOLDERS,
      "session.ts",
      "api_options.ts",
      "api_sdk.ts",
      "errors.ts",
    ],
    types: ["host.ts"],
  },
  // `mod.ts` imports `main.ts` only if Deno runs `mod.ts` as the main module.
  "mod.ts": {
    code: [...FOLDERS, "main.ts", "api.ts", "api_options.ts", "errors.ts"],
  },
};

/** Matches code that writes to a terminal, or that creates text of the type `SafeText`. */
const WRITES =
  /\bas SafeText\b|\bconsole\.(?:log|info|warn|error|debug)\(|\bDeno\.std(?:out|err)\.write|\b(?:prompt|alert|confirm)\(/g;
/** The only files that may match {@linkcode WRITES}. */
const WRITERS = [
  "lib/settings/terminal_text.ts",
  "lib/settings/overwritable_text.ts", // a line that is erased when a wait ends
  "lib/settings/styled_text.ts",
  "lib/system/print.ts",
  "lib/system/console_prompt.ts", // shows the keys that the user types
  "lib/system/console_screen.ts", // draws the picker
];

/** The folders in which every file must be pure: no I/O, no clock, no random numbers. */
const PURE_FOLDERS = ["cli", "plan", "output", "picker", "settings"];
const PURE_MARK = "// Pure: no I/O.\n";
/** The maximum number of modules that are loaded before a command starts. */
const MOST_EARLY_MODULES = 32;
/** The maximum length of a file; a longer file should be split. */
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

/** Lists the imports of an entry module, such as `main.ts`, and of all modules that it loads. */
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
      // An import can name one module for the code and another for the types.
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

/**
 * Returns the key in `ALLOWED` for a file: the file's folder in `lib/`, or the file's
 * name if the file is in no such folder.
 */
function rowOf(path: string): string {
  const [top, folder] = path.split("/");
  return top === "lib" ? folder! : top!;
}

const isOurs = (path: string) => !/^(?:npm|jsr|node|https?):/.test(path);
const isTypesOfStd = (path: string) =>
  /^lib\/types\/std_\w+\.d\.ts$/.test(path);
const isStd = (path: string) =>
  /^(?:npm:\/?deno-std@|jsr:\/?@std\/)/.test(path);

/** Lists the modules that load together with an entry module; ignores dynamic imports. */
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
/** The worker that runs the AWS SDK; it is started by its URL, so no module imports it. */
const WORKER = "lib/sandbox/worker.ts";
/** The module of the worker that loads the AWS SDK. */
const WORKER_TASKS = "lib/sandbox/run_task.ts";
/** The entry module of the library; `main.ts` is the entry module of the command line. */
const LIBRARY = "lib/api.ts";
const ALL = [
  ...MAIN,
  ...MOD,
  ...await importsFrom(WORKER),
];

const isPure = (path: string) =>
  SOURCES.get(path)?.startsWith(PURE_MARK) ?? false;

/** Returns the text of a file without its comments. */
function codeOf(path: string): string {
  return SOURCES.get(path)!
    .replace(/\/\*[\s\S]*?\*\//g, "")
    .replace(/(^|\s)\/\/.*$/gm, "$1");
}

/** Lists the matches of a pattern in the code of all files for which `where` returns true. */
function findings(
  pattern: RegExp,
  where: (path: string) => boolean,
): readonly string[] {
  return [...SOURCES.keys()].filter(where).flatMap((path) =>
    [...codeOf(path).matchAll(pattern)].map(([text]) => `${path}: ${text}`)
  );
}

Deno.test("the table ALLOWED permits every import between the folders of lib/", () => {
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

Deno.test("the table ALLOWED has a row for every folder and top-level file of lib/, and no other row", () => {
  const rows = [...SOURCES.keys()].map(rowOf).filter((row) => row !== "types");
  assertEquals([...new Set(rows)].sort(), Object.keys(ALLOWED).sort());
});

Deno.test("docs/architecture.md lists every file of lib/, and marks the files that load before the command starts", async () => {
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

Deno.test("every file is imported, directly or indirectly, by an entry module", () => {
  const parts = new Set([
    "main.ts",
    "mod.ts",
    WORKER,
    ...ALL.map(({ to }) => to),
  ]);
  assertEquals([...SOURCES.keys()].filter((path) => !parts.has(path)), []);
});

Deno.test("a pure file imports code only from pure files", () => {
  const wrong = ALL
    .filter(({ from, kind }) => isPure(from) && kind === "code")
    .filter(({ to }) => !isPure(to) && !isStd(to) && to !== "deno.json")
    .map(({ from, to }) => `${from} -> ${to}`);
  assertEquals([...new Set(wrong)], []);
});

Deno.test("a pure file uses no I/O, no clock and no random numbers", () => {
  const effects =
    /\bDeno\.(?!build\b)|\bfetch\(|\bDate\.now|\bnew Date\(\)|\bperformance\.|\bprocess\.(?!ts")|\bconsole\.|\bglobalThis\b|\bMath\.random|\bcrypto\.(?:get|random)|\bset(?:Timeout|Interval)\b/g;
  assertEquals(findings(effects, isPure), []);
});

Deno.test("every file in a folder of pure files starts with the comment 'Pure: no I/O.'", () => {
  const unmarked = [...SOURCES.keys()].filter((path) =>
    PURE_FOLDERS.includes(rowOf(path)) && !isPure(path)
  );
  assertEquals(unmarked, []);
});

Deno.test("only the entry modules and the folders system, command and server use Deno's API, and only main.ts calls Deno.exit()", () => {
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

Deno.test("only main.ts, the library's entry module and the worker read the environment or the clock", () => {
  const pattern =
    /\bDeno\.(?:env|args|cwd|mainModule)\b|\bprocess\.(?!ts")|\bDate\.now|\bnew Date\(\)|\bperformance\./g;
  const entries = ["main.ts", WORKER, WORKER_TASKS, LIBRARY];
  const isEntry = (path: string) => entries.includes(path);
  assertEquals(findings(pattern, (path) => !isEntry(path)), []);
});

Deno.test("only three files create text for the terminal, and only four files write", () => {
  assertEquals(
    findings(WRITES, (path) => !WRITERS.includes(path)),
    [],
  );
});

Deno.test(`no file has more than ${MOST_LINES} lines`, () => {
  const long = [...SOURCES]
    .map(([path, text]) => [path, text.trimEnd().split("\n").length] as const)
    .filter(([, lines]) => lines > MOST_LINES);
  assertEquals(long, []);
});

Deno.test("the worker is locked down before any module that can have code of the AWS SDK is linked", () => {
  const all = reach(ALL, WORKER).filter((path) => !path.startsWith("node:"));
  assertEquals(all, [
    "lib/errors.ts",
    "lib/sandbox/rpc.ts",
    "lib/sandbox/worker.ts",
    "lib/system/guard_callbacks.ts",
    "lib/system/kept_names.ts",
    "lib/system/limit_imports.ts",
    "lib/system/limit_sockets.ts",
    "lib/system/lock_value.ts",
    "lib/system/lockdown.ts",
    "lib/system/post_json.ts",
    "lib/system/report_errors.ts",
    "lib/system/seal_builtins.ts",
    "lib/system/send_error.ts",
    "lib/system/table.ts",
  ]);
  const [first] = codeOf(WORKER).match(/^import (?!type).*/m)!;
  assertEquals(first, 'import "../system/lockdown.ts";');
});

Deno.test("before the command starts, no package is loaded, not even a package of the standard library", () => {
  const early = reach(MAIN, "main.ts").filter((path) => !isTypesOfStd(path));
  assertEquals(early.filter((path) => !isOurs(path)), []);
});

// Each module delays the start of the command, so raise the limit only for a good reason.
Deno.test(`at most ${MOST_EARLY_MODULES} modules are loaded before the command starts`, () => {
  const ours = reach(MAIN, "main.ts").filter(isOurs).length;
  assert(ours <= MOST_EARLY_MODULES, `${ours} modules of ours`);
});

Deno.test("the worker of the AWS SDK starts before the modules that make a plan are loaded", () => {
  const early = new Set(reach(MAIN, "main.ts"));
  const before = reach(MAIN, "lib/load_sdk.ts").filter((path) =>
    !early.has(path)
  );
  assert(before.length <= 8, `${before.length} modules: ${before.join()}`);
  assertEquals(before.filter((path) => rowOf(path) === "plan"), []);
});

Deno.test("the AWS SDK is loaded only by dynamic imports", () => {
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
  assertEquals(later, []);
  const sdk = reach(MOD, "mod.ts").filter((path) => !isOurs(path))
    .filter((path) => !isStd(path));
  assertEquals(sdk, []);
  assertEquals(
    MOD.filter(({ from, to }) => from === "mod.ts" && to === "main.ts"),
    [{ from: "mod.ts", to: "main.ts", kind: "code", isDynamic: true }],
  );
});

Deno.test("file names are in lower case, and only files in the root folder import a mod.ts", () => {
  const odd = [...SOURCES.keys()].filter((path) =>
    !/^(?:lib\/)?(?:[a-z]+\/){0,2}[a-z_]+(?:256)?(?:\.d)?\.ts$/.test(path)
  );
  const indirect = ALL.filter(({ to }) => /(?:^|\/)mod\.ts$/.test(to))
    .filter(({ from }) => dirname(from) !== ".");
  assertEquals([odd, indirect], [[], []]);
});

Deno.test("tests/README.md has a row for every end-to-end, Windows, conformance, crash and soak test", () => {
  const path = join(ROOT, "tests", "README.md");
  const rows = Deno.readTextFileSync(path).matchAll(/^\| `(\w+_test\.ts)` /gm);
  assertEquals(
    Array.from(rows, ([, file]) => file!).sort(),
    ["e2e", "windows", "conformance", "crash", "soak"]
      .flatMap((folder) => [...Deno.readDirSync(join(ROOT, "tests", folder))])
      .map(({ name }) => name)
      .filter((name) => name.endsWith("_test.ts"))
      .sort(),
  );
});
