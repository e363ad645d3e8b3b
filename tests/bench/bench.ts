/**
 * `deno task bench [ROUNDS] [SECTION ...]`: the cost of a run, as a ratio to a reference
 * program. The programs run alternately. Needs Linux or macOS, python3, and openssl.
 *
 * Without a section, all sections are measured, and `RESULTS.md` and the chart of
 * `docs/pictures` are written.
 *
 * The measured executable is ASSUME_ROLE_BIN, or dist/assume-role if that variable
 * is not set. If ASSUME_ROLE_BEFORE names an earlier executable, both are measured.
 * The reference program only starts the same command; it is compiled by COMPILE_DENO,
 * which should be the Deno that compiled the executables.
 *
 * The AWS CLI is measured if it is installed. Other tools are measured if PEERS
 * names them: a list of `name=command`, separated by ';', such as
 * `aws-vault=aws-vault exec admin -- true`. These tools find a profile `default` with
 * keys, a profile `admin` with a role that the keys of `default` can assume, and a profile
 * `deploy` with a role that requires MFA; `{code}` in a command becomes a code that works in
 * every run. If the name contains `, first`, PEERS_CACHE names the files that are removed
 * before each run. BENCH_NOTE is a sentence for `RESULTS.md`, for example about a tool that had
 * to be changed.
 */
import { measureCachedRuns } from "./cached_runs.ts";
import { findPrograms, type Section } from "./contenders.ts";
import { measureFirstRuns } from "./first_runs.ts";
import { measureGrowth } from "./growth.ts";
import { measureManyRuns } from "./many_runs.ts";
import { writeResults } from "./results.ts";
import { measureServer } from "./server.ts";

const SECTIONS: Readonly<Record<string, Section>> = {
  cached: measureCachedRuns,
  first: measureFirstRuns,
  many: measureManyRuns,
  growth: measureGrowth,
  server: measureServer,
};

const [first, ...others] = Deno.args;
const hasRounds = /^\d+$/.test(first ?? "");
const rounds = hasRounds ? Number(first) : 25;
const given = hasRounds || first === undefined ? others : [first, ...others];
const names = given.length > 0 ? given : Object.keys(SECTIONS);
await using programs = await findPrograms(rounds);
const measured = [];
for (const name of names) {
  const section = SECTIONS[name];
  if (section === undefined) throw new Error(`no section '${name}'`);
  measured.push(await section(programs));
}
if (given.length === 0) await writeResults(measured, rounds);
