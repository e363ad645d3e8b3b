import { join } from "@std/path/join";
import { argv, warm } from "../mod.ts";
import {
  printRace,
  type Programs,
  REGION,
  type Results,
  type Row,
} from "./contenders.ts";
import { type Figures, race, ratio } from "./race.ts";

const RUN = argv`-r admin true`;
const COUNTS = [10, 1000, 10_000];

/** Measures cached runs beside many cache entries, and with many profiles. */
export async function measureGrowth(
  { aws, tested, rounds }: Programs,
): Promise<Results> {
  await using crowded = await warm(aws);
  await using fresh = await warm(aws);
  const cache = join(crowded.path, ".aws/assume-role/cache");
  const rows: Row[] = [];
  const entries: string[] = [];
  const profiles: string[] = [];
  const words = [...tested, ...RUN];
  for (const count of COUNTS) {
    for (let i = 0; i < count; i++) {
      const name = i.toString(16).padStart(64, "0");
      Deno.writeTextFileSync(join(cache, `${name}.json`), "{}", {
        mode: 0o600,
      });
    }
    const results = await race(
      crowded,
      [
        {
          name: "cache of one",
          words: ["env", `HOME=${fresh.path}`, ...words],
        },
        { name: `cache of ${count + 1}`, words: ["env", ...words] },
      ],
      rounds,
      { env: REGION },
    );
    printRace(`Cached run beside ${count} other entries`, results);
    entries.push(grown(results));
  }
  for (const count of COUNTS) {
    const text = Array.from(
      { length: count },
      (_, i) => `[profile p${i}]\nregion = eu-west-1\noutput = json\n`,
    ).join("\n");
    fresh.writeHome(".aws/config", text);
    const results = await race(
      fresh,
      [
        {
          name: "no profiles",
          words: ["env", "AWS_CONFIG_FILE=/dev/null", ...words],
        },
        { name: `${count} profiles`, words: ["env", ...words] },
      ],
      rounds,
      { env: REGION },
    );
    printRace(`Cached run with ${count} profiles`, results);
    profiles.push(grown(results));
  }
  const of = "10 / 1,000 / 10,000";
  rows.push({
    what: `cached run beside ${of} other cache entries, against none`,
    measured: entries.join(" / "),
    bar: "1.05x",
  }, {
    what: `cached run with ${of} profiles, against none`,
    measured: profiles.join(" / "),
    bar: "1.05x",
  });
  return { rows };
}

function grown(results: readonly { readonly wall: Figures }[]): string {
  return ratio(results[1]!.wall, results[0]!.wall);
}
