/**
 * `deno task bench:base`: compares another base of executables, such as that of the next
 * Deno, with the base in use. NEXT_DENO names the other Deno, and NEXT_DENORT its base; if
 * NEXT_DENORT is not set, the other Deno downloads its base. An argument is the number of
 * rounds.
 */
import { join } from "@std/path/join";
import { argv, deno, ROOT } from "../mod.ts";
import { findPrograms, print, printRace, REGION } from "./contenders.ts";
import { type Contender, race } from "./race.ts";

const EMPTY = join(ROOT, "tests/fixtures/bench_empty.ts");
const next = Deno.env.get("NEXT_DENO");
if (next === undefined) throw new Error("NEXT_DENO is not set");
const nextBase = Deno.env.get("NEXT_DENORT");

await using programs = await findPrograms(Number(Deno.args[0] ?? 25));
const { home, empty, binary, rounds } = programs;
if (!empty || !binary) {
  throw new Error(
    "no executable: run 'deno task build', with COMPILE_DENO if needed",
  );
}

const env = {
  COMPILE_DENO: next,
  ...(nextBase !== undefined && { DENORT_BIN: nextBase }),
};
const nextEmpty = join(home.root, "next_empty");
const nextBinary = join(home.root, "next_assume_role");
const kept = join(home.root, "assume-role");
const built = join(ROOT, "dist/assume-role");
await Deno.copyFile(binary[0]!, kept);
await run([
  next,
  ...argv`compile --quiet --no-lock --no-config --no-check
    --no-code-cache -A --output ${nextEmpty} ${EMPTY}`,
]);
try {
  await run([...deno(join(ROOT, "tools/build.ts"))]);
  await Deno.copyFile(built, nextBinary);
} finally {
  await Deno.copyFile(kept, built);
}

const contenders: readonly Contender[] = [
  { name: "empty executable", words: [...empty, "true"] },
  { name: "empty executable, next base", words: [nextEmpty, "true"] },
  { name: "assume-role", words: argv`${kept} -r admin true` },
  { name: "assume-role, next base", words: argv`${nextBinary} -r admin true` },
];
printRace(
  "Cached run",
  await race(home, contenders, rounds, { env: REGION }),
);
const remove = [join(home.path, ".aws/assume-role")];
printRace(
  "First run",
  await race(
    home,
    contenders.slice(2).map((each) => ({ ...each, remove })),
    rounds,
    { env: REGION },
  ),
);
const sizes = [kept, nextBinary].map((path) =>
  `${(Deno.statSync(path).size / 2 ** 20).toFixed(1)} MiB`
);
print(`\nSize: ${sizes.join(", next base ")}`);

async function run([program, ...args]: readonly string[]): Promise<void> {
  const { success } = await new Deno.Command(program!, { args, env }).output();
  if (!success) throw new Error(`${program} failed`);
}
