import { join } from "@std/path/join";
import { THEMES } from "../../tools/pictures/theme.ts";
import { ROOT } from "../mod.ts";
import { formatChart } from "./chart.ts";
import type { Results, Row } from "./contenders.ts";

const PATH = join(import.meta.dirname!, "RESULTS.md");

/** Writes `RESULTS.md` and the chart from the results of all sections. */
export async function writeResults(
  sections: readonly Results[],
  rounds: number,
): Promise<void> {
  const rows = sections.flatMap(({ rows }) => rows);
  const text = `# The cost of a run

Written by \`deno task bench ${rounds}\` on ${
    new Date().toISOString().slice(0, 10)
  }: Deno ${Deno.version.deno}, base ${await baseVersion()}, ${Deno.build.target},
${navigator.hardwareConcurrency} cores, load ${
    Deno.loadavg()[0]!.toFixed(1)
  }. [docs/performance.md](../../docs/performance.md) explains the rows.

The programs of a row run in turn, ${rounds} times each. A value is the ratio of the leasts,
in brackets the ratio of the medians. On a machine with other work, the CPU time and the
leasts hold best. AWS is the fake of the tests; a round trip is simulated, with the
handshakes of TCP and TLS. ${Deno.env.get("BENCH_NOTE") ?? ""}

${formatTable(rows)}
`;
  await Deno.writeTextFile(PATH, text);
  await new Deno.Command(Deno.execPath(), { args: ["fmt", "--quiet", PATH] })
    .output();
  const bars = sections.flatMap(({ bars = [] }) => bars);
  if (bars.length === 0) return;
  for (const [name, theme] of Object.entries(THEMES)) {
    const path = join(ROOT, "docs/pictures", `bench-${name}.svg`);
    await Deno.writeTextFile(path, formatChart(bars, theme));
  }
}

function formatTable(rows: readonly Row[]): string {
  const lines = rows.map(({ what, measured, bar = "" }) =>
    `| ${what} | ${measured} | ${bar} |`
  );
  return ["| what | measured | bar |", "| --- | --- | --- |", ...lines]
    .join("\n");
}

/** The version of the Deno whose base the executables have. */
async function baseVersion(): Promise<string> {
  const compiler = Deno.env.get("COMPILE_DENO");
  if (compiler === undefined) return Deno.version.deno;
  const { stdout } = await new Deno.Command(compiler, { args: ["--version"] })
    .output();
  return /^deno (\S+)/.exec(new TextDecoder().decode(stdout))?.[1] ?? compiler;
}
